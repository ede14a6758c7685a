import type { FieldError } from './problem.ts';

/** Collects what is wrong with a document while it is read, so that all mistakes are named at once. */
export class FieldChecks {
  readonly errors: FieldError[] = [];

  refuse(pointer: string, detail: string): undefined {
    this.errors.push({ pointer, detail });
    return undefined;
  }

  /** @returns the object, after refusing members that are neither in `required` nor in `optional` */
  object(
    value: unknown,
    pointer: string,
    required: readonly string[],
    optional: readonly string[] = [],
  ): Readonly<Record<string, unknown>> | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.refuse(pointer, `${nameOf(pointer)} has to be an object.`);
    }
    const members = new Map(Object.entries(value));
    for (const key of members.keys()) {
      if (required.includes(key) || optional.includes(key)) continue;
      this.refuse(`${pointer}/${escapePointer(key)}`, `${nameOf(pointer)} has no such field.`);
    }
    for (const key of required) {
      if (!members.has(key)) this.refuse(`${pointer}/${key}`, `${key} is missing.`);
    }
    return Object.fromEntries(members);
  }

  array(value: unknown, pointer: string, { min, max }: { min: number; max: number }): readonly unknown[] | undefined {
    if (!Array.isArray(value)) return this.refuse(pointer, `${nameOf(pointer)} has to be a list.`);
    if (value.length < min || value.length > max) {
      return this.refuse(pointer, `${nameOf(pointer)} has to have ${min} to ${max} entries.`);
    }
    return value;
  }

  /**
   * Control characters are refused everywhere: they have no place in anything that is shown or mailed. So are separators that
   * begin a new line, and what turns the direction of text: an approver would read something else than what is signed. So is
   * U+FFFD, which stands where bytes were not UTF-8: API Gateway replaces such bytes silently before anything of ours sees them.
   */
  text(
    value: unknown,
    pointer: string,
    { max, pattern, what = 'text' }: { max: number; pattern?: RegExp; what?: string },
  ): string | undefined {
    const fits = typeof value === 'string' && value.length > 0 && value.length <= max && value.isWellFormed();
    if (fits && MISLEADING.test(value)) {
      const kinds = 'a control character, a line separator, a mark or an override of direction, or U+FFFD';
      return this.refuse(
        pointer,
        `${nameOf(pointer)} has a character that misleads who reads it (${kinds}): leave it out.`,
      );
    }
    if (!fits || (pattern && !pattern.test(value))) {
      return this.refuse(pointer, `${nameOf(pointer)} has to be ${what} of at most ${max} characters.`);
    }
    return value;
  }

  integer(value: unknown, pointer: string, { min, max }: { min: number; max: number }): number | undefined {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    return this.refuse(pointer, `${nameOf(pointer)} has to be an integer from ${min} to ${max}.`);
  }
}

const MISLEADING = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\uFFFD]/u;

export const EMAIL = /^[^\s@<>"(),:;]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;

const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

const nameOf = (pointer: string): string => pointer.slice(pointer.lastIndexOf('/') + 1) || 'The document';
