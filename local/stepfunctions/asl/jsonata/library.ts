import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import type { Scope } from '../expression.ts';
import type { AstNode } from './ast.ts';

/**
 * The jsonata package, evaluating synchronously.
 *
 * Its `evaluate` is async only so that users can bind functions of their own that are. Ours are not, and an expression is
 * evaluated in the middle of a state transition, which is one synchronous step. So this loads the package's own source with
 * `async` and `await` taken out, and with one call of its merge sort replaced: that recurses once per item, which only the
 * breaks of `await` keep from exhausting the stack. All else is the library's: what npm installs is what runs.
 *
 * The library also reads the clock and draws random numbers by itself. It is given a `Date` and a `Math` that ask
 * `host` instead, so that a replayed event gives the same result.
 */
export type Library = (text: string, options?: LibraryOptions) => CompiledLibraryExpression;

export interface LibraryOptions {
  /** Milliseconds that an evaluation may take. */
  readonly timeout?: number;
  /** How deep evaluations may nest. */
  readonly stack?: number;
  readonly RegexEngine?: new (source: RegExp) => RegExp;
}

export interface CompiledLibraryExpression {
  evaluate(input: unknown, bindings: Readonly<Record<string, unknown>>): unknown;
  registerFunction(name: string, implementation: (...args: never[]) => unknown, signature: string): void;
  assign(name: string | symbol, value: unknown): void;
  ast(): AstNode;
}

/**
 * What is being evaluated: where the library takes the present and chance from. Set it before each evaluation; evaluation is
 * synchronous, so there is never more than one.
 */
export const host: { scope: Scope | undefined } = { scope: undefined };

const MERGE_SORT = 'msort(arr)';
const NATIVE_SORT = 'arr.slice().sort(function (a, b) { return comp(a, b) ? 1 : comp(b, a) ? -1 : 0; })';

/** Takes the asynchrony out of a source. @throws Error if it is not written as expected, rather than running something else */
export function withoutAsync(source: string): string {
  const calls = source.split(`= await ${MERGE_SORT}`).length - 1;
  if (calls !== 1) throw new Error(`The source of jsonata is not as expected (${calls} calls of '${MERGE_SORT}')`);
  const result = source
    .replace(`= await ${MERGE_SORT}`, `= ${NATIVE_SORT}`)
    .replaceAll(/\basync function\b/g, 'function')
    .replaceAll(/\basync (?=\()/g, '')
    .replaceAll(/\bawait Promise\.all\(/g, '(')
    .replaceAll(/\bawait (?=[\w(])/g, '');
  const code = result.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const left = /\bawait\b|\basync (?:function|\()|\bPromise\b|\.then\(/.exec(code);
  if (left || result === source) {
    throw new Error(
      `The source of jsonata is not as expected (${left ? `'${left[0]}' is left` : 'nothing is asynchronous'})`,
    );
  }
  return result;
}

function load(): Library {
  const file = createRequire(import.meta.url).resolve('jsonata');
  const HostDate = class extends Date {
    constructor(...args: [] | [number]) {
      super(args.length === 0 ? (host.scope?.at ?? 0) : args[0]);
    }
  };
  const HostMath = Object.create(Math, { random: { value: () => host.scope?.entropy.next() ?? 0 } });
  const module = { exports: {} };
  const parameters = ['module', 'exports', 'Date', 'Math'];
  compileFunction(withoutAsync(readFileSync(file, 'utf8')), parameters, { filename: file })(
    module,
    module.exports,
    HostDate,
    HostMath,
  );
  return module.exports as Library;
}

export const library: Library = load();
