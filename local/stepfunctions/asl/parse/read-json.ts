import type { Json } from '../json.ts';
import { MAX_DEPTH, nestsTooDeep } from '../limits.ts';
import type { Problem } from '../problem.ts';

// AWS reads definitions with Jackson and passes its messages on, position included. JSON.parse accepts the same texts but
// for duplicate fields, so the value comes from JSON.parse and this scanner only finds out what is wrong and where.

type Result = { readonly value: Json } | { readonly problem: Problem };

const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const SHOWN = 500;
const TOO_DEEP = `Arrays and objects nest deeper than ${MAX_DEPTH} levels`;

/** Reads a definition. Problems have the code INVALID_JSON_DESCRIPTION, Jackson's wording, line and column. */
export function readJson(text: string): Result {
  try {
    if (nestsTooDeep(text)) throw new Malformed(TOO_DEEP, 0);
    new Scanner(text).document();
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    if (error instanceof Malformed) return { problem: problemOf(error, text) };
    if (error instanceof SyntaxError || error instanceof RangeError)
      return { problem: problemOf(new Malformed(error.message, 0), text) };
    throw error;
  }
}

/** @returns what is wrong with data that comes from outside, where a field may come twice; undefined if nothing is */
export function jsonProblem(text: string): string | undefined {
  if (nestsTooDeep(text)) return TOO_DEEP;
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    const read = readJson(text);
    return 'problem' in read ? read.problem.message : 'Not valid JSON';
  }
}

class Malformed extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

function problemOf(error: Malformed, text: string): Problem {
  const location = position(text, error.offset);
  return {
    severity: 'ERROR',
    code: 'INVALID_JSON_DESCRIPTION',
    message: `${error.message}\n at ${location}`,
    location,
  };
}

function position(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - (before.lastIndexOf('\n') + 1) + 1;
  const shown = text.length > SHOWN ? `"${text.slice(0, SHOWN)}"[truncated ${text.length - SHOWN} chars]` : `"${text}"`;
  return `[Source: (String)${shown}; line: ${line}, column: ${column}]`;
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#space();
    if (this.#at === this.#text.length) throw new Malformed('No content to map due to end-of-input', this.#at);
    this.#value();
    this.#space();
    if (this.#at < this.#text.length) this.#unexpectedValue();
  }

  #value(): void {
    const character = this.#text[this.#at];
    if (character === '{') this.#object();
    else if (character === '[') this.#array();
    else if (character === '"') this.#string('string value');
    else if (character === '-' || (character !== undefined && character >= '0' && character <= '9')) this.#number();
    else if (!this.#keyword()) this.#unexpectedValue();
  }

  #object(): void {
    const start = this.#at++;
    const names = new Set<string>();
    this.#space();
    if (this.#text[this.#at] === '}') return void this.#at++;
    for (;;) {
      this.#space();
      if (this.#ended()) this.#unclosed('Object', start);
      if (this.#text[this.#at] !== '"') this.#unexpected('was expecting double-quote to start field name');
      const name = this.#string('field name');
      if (names.has(name)) throw new Malformed(`Duplicate field '${name}'`, this.#at);
      names.add(name);
      this.#space();
      if (this.#ended()) this.#unclosed('Object', start);
      if (this.#text[this.#at] !== ':') this.#unexpected('was expecting a colon to separate field name and value');
      this.#at++;
      this.#space();
      if (this.#ended()) this.#unclosed('Object', start);
      this.#value();
      if (this.#closes('}', 'Object', start)) return;
    }
  }

  #array(): void {
    const start = this.#at++;
    this.#space();
    if (this.#text[this.#at] === ']') return void this.#at++;
    for (;;) {
      this.#space();
      if (this.#ended()) this.#unclosed('Array', start);
      this.#value();
      if (this.#closes(']', 'Array', start)) return;
    }
  }

  /** After an entry: the closing bracket, or a comma and more. */
  #closes(bracket: string, kind: string, start: number): boolean {
    this.#space();
    if (this.#ended()) this.#unclosed(kind, start);
    const character = this.#text[this.#at];
    if (character !== ',' && character !== bracket) this.#unexpected(`was expecting comma to separate ${kind} entries`);
    this.#at++;
    return character === bracket;
  }

  #string(what: string): string {
    const start = this.#at++;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at++);
      if (code === 0x22) return JSON.parse(this.#text.slice(start, this.#at)) as string;
      if (Number.isNaN(code)) {
        const ending = what === 'field name' ? ' in field name' : ': was expecting closing quote for a string value';
        throw new Malformed(`Unexpected end-of-input${ending}`, this.#text.length);
      }
      if (code < 0x20)
        throw new Malformed(
          `Illegal unquoted character ((CTRL-CHAR, code ${code})): has to be escaped using backslash to be included in ${what === 'field name' ? 'name' : what}`,
          this.#at,
        );
      if (code === 0x5c) this.#escape();
    }
  }

  #escape(): void {
    const character = this.#text[this.#at++];
    if (character === undefined)
      throw new Malformed('Unexpected end-of-input in character escape sequence', this.#text.length);
    if (character === 'u') {
      for (let digit = 0; digit < 4; digit++) {
        const hexadecimal = this.#text[this.#at++] ?? '';
        if (!/^[0-9a-fA-F]$/.test(hexadecimal))
          throw new Malformed(
            `Unexpected character (${described(hexadecimal)}): expected a hex-digit for character escape sequence`,
            this.#at,
          );
      }
    } else if (!'"\\/bfnrt'.includes(character)) {
      throw new Malformed(`Unrecognized character escape ${described(character)}`, this.#at);
    }
  }

  #number(): void {
    const [digits = ''] = /^-?[0-9]*/.exec(this.#text.slice(this.#at, this.#at + 400)) ?? [];
    if (/^-?0[0-9]/.test(digits))
      throw new Malformed('Invalid numeric value: Leading zeroes not allowed', this.#at + digits.indexOf('0') + 1);
    const pattern = /-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
    pattern.lastIndex = this.#at;
    const number = pattern.exec(this.#text);
    this.#at += number ? number[0].length : 1;
    const next = this.#text[this.#at];
    if (number && (next === undefined || /[\s,\]}]/.test(next))) return;
    if (next === undefined) throw new Malformed('Unexpected end-of-input', this.#at);
    this.#unexpected(
      number
        ? 'Expected space separating root-level values'
        : 'expected digit (0-9) to follow minus sign, for valid numeric value',
    );
  }

  #keyword(): boolean {
    for (const word of ['true', 'false', 'null'])
      if (this.#text.startsWith(word, this.#at) && !isNamePart(this.#text[this.#at + word.length])) {
        this.#at += word.length;
        return true;
      }
    return false;
  }

  #unexpectedValue(): never {
    let end = this.#at;
    while (isNamePart(this.#text[end])) end++;
    if (end === this.#at) this.#unexpected(`expected a valid value ${VALUES}`);
    throw new Malformed(`Unrecognized token '${this.#text.slice(this.#at, end)}': was expecting ${VALUES}`, end);
  }

  #unexpected(expectation: string): never {
    throw new Malformed(
      `Unexpected character (${described(this.#text[this.#at] ?? '')}): ${expectation}`,
      this.#at + 1,
    );
  }

  #unclosed(kind: string, start: number): never {
    throw new Malformed(
      `Unexpected end-of-input: expected close marker for ${kind} (start marker at ${position(this.#text, start)})`,
      this.#text.length,
    );
  }

  #ended(): boolean {
    return this.#at >= this.#text.length;
  }

  #space(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++;
  }
}

const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
const isNamePart = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}_$]/u.test(character);
const described = (character: string) => `'${character}' (code ${character.charCodeAt(0)})`;
