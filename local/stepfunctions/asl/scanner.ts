import { ExpressionSyntaxError } from './expression.ts';
import { MAX_FILTER_DEPTH } from './limits.ts';

/** A cursor over the text of a path or an intrinsic call. What its parsers have in common: nothing but characters. */
export class Scanner {
  readonly text: string;
  position = 0;
  #depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.position >= this.text.length;
  }

  peek(offset = 0): string {
    return this.text[this.position + offset] ?? '';
  }

  skipSpace(): void {
    while (this.peek() === ' ' || this.peek() === '\t' || this.peek() === '\n' || this.peek() === '\r') this.position++;
  }

  /** Moves past `expected` if it comes next. */
  accept(expected: string): boolean {
    if (!this.text.startsWith(expected, this.position)) return false;
    this.position += expected.length;
    return true;
  }

  /** @throws ExpressionSyntaxError if `expected` does not come next */
  expect(expected: string): void {
    if (!this.accept(expected)) this.fail(this.done ? `'${expected}' is missing at the end` : `expected '${expected}'`);
  }

  /** Moves past what matches the sticky `pattern` here. @returns the matched text, or undefined */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  /**
   * Reads what may contain its like. What nests some thousands deep would be too deep for the stack.
   * @throws ExpressionSyntaxError if it nests deeper than `most`
   */
  nested<T>(read: () => T, most = MAX_FILTER_DEPTH): T {
    this.#depth++;
    if (this.#depth > most) this.fail(`it nests more than ${most} levels deep`);
    const found = read();
    this.#depth--;
    return found;
  }

  fail(message: string, position = this.position): never {
    throw new ExpressionSyntaxError(`${message} at position ${position} of '${this.text}'`, this.text, position);
  }
}
