// A subject is a header: a line break in it would begin another one.

const LONGEST = 200;

/** The subject as one line, whatever is in it: control characters and line separators become spaces. */
export const oneLine = (text: string): string =>
  [...text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()].slice(0, LONGEST).join('');

/** SNS refuses subjects that aren't printable ASCII, and those longer than 100 characters. */
export const asciiLine = (text: string): string =>
  oneLine(text)
    .replace(/[^\x20-\x7E]/gu, '?')
    .slice(0, 99);
