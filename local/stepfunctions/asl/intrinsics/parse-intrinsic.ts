import type { Json } from '../json.ts';
import { scanPath } from '../jsonpath/parse-path.ts';
import type { Path } from '../jsonpath/path.ts';
import { Scanner } from '../scanner.ts';
import { INTRINSICS } from './functions.ts';

export interface Call {
  readonly type: 'call';
  /** Without `States.` */
  readonly name: string;
  readonly text: string;
  readonly arguments: readonly Argument[];
}

export type Argument =
  | Call
  | { readonly type: 'literal'; readonly value: Json }
  /** `pieces`: the text between its placeholders `{}`; escaped braces are none. */
  | { readonly type: 'text'; readonly value: string; readonly pieces: readonly string[] }
  | { readonly type: 'path'; readonly path: Path };

/** @throws ExpressionSyntaxError unless the whole text is one call of a known function with a number of arguments it takes */
export function parseIntrinsic(text: string): Call {
  const scanner = new Scanner(text);
  const call = parseCall(scanner);
  if (!scanner.done) scanner.fail('unexpected text after the call');
  return call;
}

function parseCall(scanner: Scanner): Call {
  const start = scanner.position;
  scanner.expect('States.');
  const name = scanner.match(/[A-Za-z0-9]+/y) ?? scanner.fail('expected the name of a function');
  const intrinsic = Object.hasOwn(INTRINSICS, name) ? INTRINSICS[name] : undefined;
  if (intrinsic === undefined) return scanner.fail(`there is no intrinsic function 'States.${name}'`, start);
  const args = parseArguments(scanner);
  const [least, most] = intrinsic.arity;
  if (args.length < least || args.length > most) {
    scanner.fail(`'States.${name}' does not take ${args.length} arguments`, start);
  }
  return { type: 'call', name, text: scanner.text.slice(start, scanner.position), arguments: args };
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
  if (next === 'S') return parseCall(scanner);
  const word = scanner.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y);
  if (word === undefined)
    return scanner.fail('expected a path, a call, a number, text in single quotes, true, false or null');
  return { type: 'literal', value: JSON.parse(word) };
}

/** Only quotes, braces and backslashes can be escaped. */
function parseText(scanner: Scanner): Argument {
  const start = scanner.position;
  scanner.expect("'");
  const pieces = [''];
  while (!scanner.accept("'")) {
    if (scanner.done) scanner.fail('the quote is not closed', start);
    if (scanner.accept('{}')) {
      pieces.push('');
      continue;
    }
    if (scanner.accept('\\')) {
      const escaped = scanner.peek();
      if (escaped === '' || !"'{}\\".includes(escaped))
        scanner.fail(`'\\${escaped}' is not an escape`, scanner.position - 1);
    }
    pieces[pieces.length - 1] += scanner.peek();
    scanner.position++;
  }
  return { type: 'text', value: pieces.join('{}'), pieces };
}
