import type { EditorProblem } from '../parts/editor.tsx';

/** What is wrong with JSON text, and in which line. @returns undefined if it is JSON */
export function jsonProblem(text: string): EditorProblem | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const { message } = error as SyntaxError;
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    const given = Number(/line (\d+)/.exec(message)?.[1]);
    const line = given || text.slice(0, position).split('\n').length;
    const words = message
      .replace(/ in JSON at position.*| \(line.*| at line \d+ column \d+.*/s, '')
      .replace(/^JSON\.parse: /, '');
    return { line, message: text.trim() === '' ? 'Empty; {} is the smallest input' : words };
  }
}

/**
 * The steps to a place in a definition: of a JSON pointer, and as AWS writes places, with indices in brackets
 * (`/States/Fulfil/Branches[0]/StartAt`). Names of states are taken as they are.
 */
export function stepsTo(location: string): readonly string[] {
  const steps: string[] = [];
  for (const name of namesIn(location)) {
    const split = steps.at(-1) === 'States' ? undefined : withoutIndices(name);
    steps.push(...(split ?? [name]));
  }
  return steps;
}

const namesIn = (location: string): string[] =>
  location
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** @returns the name of a list, and the indices behind it; undefined if there are none */
function withoutIndices(name: string): string[] | undefined {
  const [, list, indices] = /^([^[\]]+)((?:\[\d+\])+)$/.exec(name) ?? [];
  return list === undefined ? undefined : [list, ...indices!.slice(1, -1).split('][')];
}

/** The line on which the value at some place begins, in JSON text laid out by any means. Counted from 1; 1 if it is not there. */
export function lineOf(text: string, location: string): number {
  const at = new Reader(text).find(namesIn(location));
  return text.slice(0, at).split('\n').length;
}

/** Walks JSON text without building values. Forgiving: it stops where it does not understand. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  find(path: readonly string[]): number {
    this.#skipSpace();
    const [step, ...rest] = path;
    if (step === undefined) return this.#at;
    const start = this.#at;
    const opening = this.#text[this.#at];
    if (opening !== '{' && opening !== '[') return start;
    this.#at++;
    for (let index = 0; ; index++) {
      this.#skipSpace();
      if (this.#at >= this.#text.length || '}]'.includes(this.#text[this.#at]!)) {
        // Any member may have brackets in its name; where there is none of this name, they are indices.
        const split = withoutIndices(step);
        this.#at = start;
        return split ? this.find([...split, ...rest]) : start;
      }
      const memberStart = this.#at;
      const name = opening === '{' ? this.#name() : String(index);
      if (name === step) return rest.length === 0 ? memberStart : this.find(rest);
      this.#skipValue();
      this.#skipSpace();
      if (this.#text[this.#at] === ',') this.#at++;
    }
  }

  #name(): string {
    const start = this.#at;
    this.#skipString();
    const raw = this.#text.slice(start, this.#at);
    this.#skipSpace();
    if (this.#text[this.#at] === ':') this.#at++;
    try {
      return JSON.parse(raw) as string;
    } catch {
      return raw;
    }
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #skipString(): void {
    this.#at++;
    while (this.#at < this.#text.length && this.#text[this.#at] !== '"')
      this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    this.#at++;
  }

  #skipValue(): void {
    this.#skipSpace();
    let depth = 0;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at]!;
      if (character === '"') {
        this.#skipString();
        if (depth === 0) return;
        continue;
      }
      if ('{['.includes(character)) depth++;
      else if ('}]'.includes(character) && --depth <= 0) {
        if (depth === 0) this.#at++;
        return;
      } else if (depth === 0 && character === ',') return;
      this.#at++;
    }
  }
}
