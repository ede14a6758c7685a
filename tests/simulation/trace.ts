import { instant } from '../../domain/time.ts';
import type { Agenda } from './agenda.ts';

const LONGEST = 160;

/** Everything that happens, one line each. Writing it changes nothing: a seed runs the same with and without. */
export class Trace {
  readonly lines: string[] = [];
  readonly #agenda: Agenda;
  /** False: nobody reads it, and what only it needs can be left out. */
  readonly isKept: boolean;

  constructor(agenda: Agenda, isKept: boolean) {
    this.#agenda = agenda;
    this.isKept = isKept;
  }

  /** @param who and @param what are only asked for if somebody reads it */
  say(who: string | (() => string), what: () => string): void {
    if (!this.isKept) return;
    const name = typeof who === 'string' ? who : who();
    this.lines.push(`${instant(this.#agenda.now).slice(5, 23)} ${name.padEnd(26)} ${what()}`);
  }
}

/** A value on one line, cut where it gets long. */
export function brief(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const short = text
    .replaceAll(/((?:ord|apr|ref)_[0-9a-f]{6})[0-9a-f]{26}/g, '$1')
    .replaceAll(/"([A-Za-z]\w*)":/g, '$1:');
  return short.length > LONGEST ? `${short.slice(0, LONGEST)}…` : short;
}
