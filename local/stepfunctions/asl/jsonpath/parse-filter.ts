import { GuardedRegex } from '../guarded-regex.ts';
import type { Json } from '../json.ts';
import type { Scanner } from '../scanner.ts';
import { compare, matches, type Operand, parseOperator } from './filter-operators.ts';
import { scanPath, scanQuoted } from './parse-path.ts';
import { type FilterTest, isDefinite } from './path.ts';
import { select } from './select.ts';

/** Reads what stands between the parentheses of `[?( … )]`: comparisons joined by `!`, `&&` and `||`. */
export const parseFilter = (scanner: Scanner): FilterTest => scanner.nested(() => parseDisjunction(scanner));

function parseDisjunction(scanner: Scanner): FilterTest {
  const tests = [parseConjunction(scanner)];
  while (scanner.accept('||')) tests.push(parseConjunction(scanner));
  return tests.length === 1 ? tests[0]! : (item, search) => tests.some((test) => test(item, search));
}

function parseConjunction(scanner: Scanner): FilterTest {
  const tests = [parseNegation(scanner)];
  while (scanner.accept('&&')) tests.push(parseNegation(scanner));
  return tests.length === 1 ? tests[0]! : (item, search) => tests.every((test) => test(item, search));
}

function parseNegation(scanner: Scanner): FilterTest {
  scanner.skipSpace();
  if (scanner.peek() === '!' && scanner.peek(1) !== '=') {
    scanner.position++;
    const test = scanner.nested(() => parseNegation(scanner));
    return (item, search) => !test(item, search);
  }
  if (scanner.accept('(')) {
    const test = parseFilter(scanner);
    scanner.expect(')');
    scanner.skipSpace();
    return test;
  }
  return parseComparison(scanner);
}

function parseComparison(scanner: Scanner): FilterTest {
  const left = parseOperand(scanner);
  scanner.skipSpace();
  const operator = parseOperator(scanner);
  if (operator === undefined) {
    // A path alone asks whether it exists, whatever its value, so `null` and `false` count.
    return (item, search) => left(item, search) !== undefined;
  }
  scanner.skipSpace();
  const test = operator === '=~' ? matches(left, parseRegex(scanner)) : compare(operator, left, parseOperand(scanner));
  scanner.skipSpace();
  return test;
}

function parseOperand(scanner: Scanner): Operand {
  scanner.skipSpace();
  const start = scanner.position;
  if (scanner.peek() !== '@' && scanner.peek() !== '$') {
    const literal = parseLiteral(scanner);
    return () => literal;
  }
  const path = scanPath(scanner, true);
  if (path.root.type === 'context' || path.root.type === 'variable') {
    scanner.fail('a filter can only refer to $ and @', start);
  }
  const fromItem = path.root.type === 'item';
  const definite = isDefinite(path);
  return (item, search) => {
    const found = select(path.segments, fromItem ? item : search.document, search);
    return definite ? found[0] : found;
  };
}

function parseLiteral(scanner: Scanner): Json {
  scanner.skipSpace();
  const next = scanner.peek();
  if (next === "'" || next === '"') return scanQuoted(scanner);
  if (next === '[') return scanner.nested(() => parseArray(scanner));
  const word = scanner.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y);
  return word === undefined
    ? scanner.fail('expected a path, a number, text in quotes, true, false or null')
    : JSON.parse(word);
}

function parseArray(scanner: Scanner): Json[] {
  scanner.expect('[');
  const items: Json[] = [];
  scanner.skipSpace();
  while (!scanner.accept(']')) {
    if (items.length > 0) scanner.expect(',');
    items.push(parseLiteral(scanner));
    scanner.skipSpace();
  }
  return items;
}

function parseRegex(scanner: Scanner): RegExp {
  const start = scanner.position;
  const source = scanner.match(/\/(?:[^/\\]|\\.)+\/[a-zA-Z]*/y) ?? scanner.fail('expected a regular expression');
  const end = source.lastIndexOf('/');
  try {
    // Jayway asks whether the whole text matches, not a part of it.
    return new GuardedRegex(`^(?:${source.slice(1, end)})$`, source.slice(end + 1));
  } catch {
    return scanner.fail('not a regular expression', start);
  }
}
