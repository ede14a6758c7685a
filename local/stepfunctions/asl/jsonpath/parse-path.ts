import { Scanner } from '../scanner.ts';
import { parseFilter } from './parse-filter.ts';
import type { Path, Root, Segment } from './path.ts';
import { parsePathFunction } from './path-functions.ts';

const VARIABLE_NAME = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;
// Jayway takes almost anything as an unquoted name (`$.delivery-partner`).
const NAME = /[^\s.[\]()'"]+/y;
const NAME_IN_LIST = /[^\s.[\]()'",=<>!&|]+/y;
const INTEGER = /-?\d+/y;

/** @throws ExpressionSyntaxError unless the whole text is one path */
export function parsePath(text: string): Path {
  const scanner = new Scanner(text);
  const path = scanPath(scanner, false);
  if (!scanner.done) scanner.fail('unexpected text after the path');
  return path;
}

/**
 * Reads the path that starts at the scanner's position.
 * @param inList it is an argument or an operand: unquoted names end at a comma, an operator or a parenthesis
 */
export function scanPath(scanner: Scanner, inList: boolean): Path {
  const start = scanner.position;
  const root = scanRoot(scanner);
  const segments: Segment[] = [];
  while (scanner.peek() === '.' || scanner.peek() === '[') {
    if (scanner.accept('..')) segments.push({ type: 'scan' }, scanStep(scanner, inList));
    else if (scanner.accept('.')) segments.push(scanStep(scanner, inList));
    else segments.push(scanBracket(scanner));
    if (segments.at(-1)?.type === 'function') break;
  }
  return { text: scanner.text.slice(start, scanner.position), root, segments };
}

function scanRoot(scanner: Scanner): Root {
  if (scanner.accept('@')) return { type: 'item' };
  if (scanner.accept('$$')) return { type: 'context' };
  scanner.expect('$');
  const name = scanner.match(VARIABLE_NAME);
  return name === undefined ? { type: 'input' } : { type: 'variable', name };
}

/** What follows a dot. */
function scanStep(scanner: Scanner, inList: boolean): Segment {
  if (scanner.peek() === '[') return scanBracket(scanner);
  if (scanner.accept('*')) return { type: 'wildcard' };
  const start = scanner.position;
  const name = scanner.match(inList ? NAME_IN_LIST : NAME);
  if (name === undefined) return scanner.fail('expected a property name');
  return scanner.peek() === '(' ? parsePathFunction(scanner, name, start) : { type: 'name', name };
}

function scanBracket(scanner: Scanner): Segment {
  scanner.expect('[');
  scanner.skipSpace();
  const segment = scanSelector(scanner);
  scanner.skipSpace();
  scanner.expect(']');
  return segment;
}

function scanSelector(scanner: Scanner): Segment {
  if (scanner.accept('*')) return { type: 'wildcard' };
  if (scanner.accept('?')) {
    scanner.skipSpace();
    scanner.expect('(');
    const test = parseFilter(scanner);
    scanner.expect(')');
    return { type: 'filter', test };
  }
  if (scanner.peek() === "'" || scanner.peek() === '"') {
    const names = scanList(scanner, scanQuoted);
    return names.length === 1 ? { type: 'name', name: names[0]! } : { type: 'names', names };
  }
  const from = scanner.match(INTEGER);
  scanner.skipSpace();
  if (scanner.accept(':')) {
    scanner.skipSpace();
    const to = scanner.match(INTEGER);
    return { type: 'slice', ...(from && { from: Number(from) }), ...(to && { to: Number(to) }) };
  }
  if (from === undefined) return scanner.fail('expected a name in quotes, an index, a slice, a filter or *');
  if (!scanner.accept(',')) return { type: 'index', index: Number(from) };
  scanner.skipSpace();
  return { type: 'indices', indices: [Number(from), ...scanList(scanner, scanIndex)] };
}

function scanList<T>(scanner: Scanner, scanItem: (scanner: Scanner) => T): T[] {
  const items: T[] = [];
  do {
    scanner.skipSpace();
    items.push(scanItem(scanner));
    scanner.skipSpace();
  } while (scanner.accept(','));
  return items;
}

const scanIndex = (scanner: Scanner): number => Number(scanner.match(INTEGER) ?? scanner.fail('expected an index'));

/** Reads text in single or double quotes; a backslash keeps the next character as it is. */
export function scanQuoted(scanner: Scanner): string {
  const start = scanner.position;
  const quote = scanner.peek();
  if (quote !== "'" && quote !== '"') scanner.fail('expected text in quotes');
  scanner.position++;
  let text = '';
  while (!scanner.accept(quote)) {
    if (scanner.done) scanner.fail('the quote is not closed', start);
    if (scanner.peek() === '\\') scanner.position++;
    text += scanner.peek();
    scanner.position++;
  }
  return text;
}
