import { GuardedRegex } from '../guarded-regex.ts';
import type { LibraryOptions } from './library.ts';

// What one evaluation may use. AWS has such bounds as well; those on depth and memory are AWS's own, as measured and published by others.

/** Milliseconds. AWS's bound is not known; no expression that makes sense comes near. */
const TIMEOUT = 1000;

/** Bytes that a value may hold, where a number counts as eight and a character as one. */
export const MAX_BYTES = 6_990_256;

/** Levels that evaluation may nest. */
export const MAX_DEPTH = 100;

// The library's own bound on sequences would make each of them a slow object, even the shortest.
export const LIBRARY_OPTIONS: LibraryOptions = { timeout: TIMEOUT, stack: MAX_DEPTH, RegexEngine: GuardedRegex };

const TOO_LONG = 'Expression evaluation timeout: Check for infinite loop';
const TOO_DEEP =
  'Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive.';
const TOO_MUCH = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';

export const outOfMemory = (): Error => new Error(TOO_MUCH);

/** Looks at what every step of an evaluation yields. */
export function boundSize(_expression: unknown, _input: unknown, _environment: unknown, result: unknown): void {
  if (typeof result === 'string' ? result.length > MAX_BYTES : Array.isArray(result) && result.length > MAX_BYTES / 8) {
    throw outOfMemory();
  }
}

/** @returns AWS's texts for what the guards of the library and of the runtime throw, or undefined for any other error */
export function describeGuard(error: unknown): string | undefined {
  const { code, name, message = '' } = error as { code?: string; name?: string; message?: string };
  if (code === 'D1012' || name === 'RegexTimeoutError') return TOO_LONG;
  if (code === 'D1011' || (name === 'RangeError' && message.includes('call stack'))) return TOO_DEEP;
  if (code === 'D2014' || (name === 'RangeError' && message.includes('length'))) return TOO_MUCH;
  return undefined;
}
