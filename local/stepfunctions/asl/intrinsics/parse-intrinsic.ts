import type { Json } from '../json.ts';
import { scanPath } from '../jsonpath/parse-path.ts';
import type { Path } from '../jsonpath/path.ts';
import { MAX_INTRINSIC_DEPTH } from '../limits.ts';
import { Scanner } from '../scanner.ts';
import { INTRINSICS } from './functions.ts';

export interface Call {
  readonly type: 'call';
  /** Without `States.` */
  readonly name: string;
  readonly arguments: readonly Argument[];
}

export type Argument =
  | Call
  | { readonly type: 'literal'; readonly value: Json }
  /** `raw` is as written, with its escapes: States.Format has to tell `\\{` from a placeholder. */
  | { readonly type: 'text'; readonly value: string; readonly raw: string }
  | { readonly type: 'path'; readonly path: Path };

/** @throws ExpressionSyntaxError unless the whole text is one call of a known function */
export function parseIntrinsic(text: string): Call {
  const scanner = new Scanner(text);
  const call = scanCall(scanner);
  if (!scanner.done) scanner.fail('unexpected text after the call');
  return call;
}

const scanCall = (scanner: Scanner): Call => scanner.nested(() => parseCall(scanner), MAX_INTRINSIC_DEPTH);

function parseCall(scanner: Scanner): Call {
  const start = scanner.position;
  scanner.expect('States.');
  const name = scanner.match(/[A-Za-z0-9]+/y) ?? scanner.fail('expected the name of a function');
  if (!Object.hasOwn(INTRINSICS, name)) scanner.fail(`there is no intrinsic function 'States.${name}'`, start);
  return { type: 'call', name, arguments: parseArguments(scanner) };
}

function parseArguments(scanner: Scanner): Argument[] {
  const args: Argument[] = [];
  scanner.expect('(');
  scanner.skipSpace();
  while (!scanner.accept(')')) {
    if (args.length > 0) {
      scanner.expect(',');
      scanner.skipSpace();
    }
    args.push(parseArgument(scanner));
    scanner.skipSpace();
  }
  return args;
}

function parseArgument(scanner: Scanner): Argument {
  const next = scanner.peek();
  if (next === '$') return { type: 'path', path: scanPath(scanner, true) };
  if (next === "'") return parseText(scanner);
  if (next === 'S') return scanCall(scanner);
  const word = scanner.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y);
  if (word === undefined)
    return scanner.fail('expected a path, a call, a number, text in single quotes, true, false or null');
  return { type: 'literal', value: JSON.parse(word) };
}

/** Only quotes, braces and backslashes can be escaped. */
function parseText(scanner: Scanner): Argument {
  const start = scanner.position;
  scanner.expect("'");
  let value = '';
  while (!scanner.accept("'")) {
    if (scanner.done) scanner.fail('the quote is not closed', start);
    if (scanner.accept('\\')) {
      const escaped = scanner.peek();
      if (escaped === '' || !"'{}\\".includes(escaped))
        scanner.fail(`'\\${escaped}' is not an escape`, scanner.position - 1);
    }
    value += scanner.peek();
    scanner.position++;
  }
  return { type: 'text', value, raw: scanner.text.slice(start + 1, scanner.position - 1) };
}
