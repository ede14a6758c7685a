import type { Json } from '../json.ts';
import { IntrinsicFailure, refuse } from './arguments.ts';

/** Fills the placeholders `{}` of a template that is only known now. */
export const format = (template: string, values: readonly Json[]): string => fill(split(template), values);

/** Puts the values between the pieces of a template. */
export function fill(pieces: readonly string[], values: readonly Json[]): string {
  if (pieces.length - 1 !== values.length) refuse('number of arguments do not match the occurrences of {}.');
  return pieces.reduce((filled, piece, i) => filled + javaText(values[i - 1]!) + piece);
}

/**
 * @param template its braces are placeholders, or escaped by a backslash
 * @returns the text between the placeholders
 */
export function split(template: string): string[] {
  const pieces = [''];
  for (const [token] of template.matchAll(/\{\}|\\[{}\\']|[\s\S]/g)) {
    if (token === '{}') pieces.push('');
    else if (token === '{') throw new IntrinsicFailure("matching '}' not found for '{'.", 'template');
    else if (token === '}') throw new IntrinsicFailure("matching '{' not found for '}'.", 'template');
    else pieces[pieces.length - 1] += token.length === 2 && token.startsWith('\\') ? token.slice(1) : token;
  }
  return pieces;
}

/** AWS prints values as Java does: `{a=1, b=[x, null]}`. */
export function javaText(value: Json): string {
  if (typeof value === 'number') return javaNumber(value);
  if (Array.isArray(value)) return `[${value.map(javaText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, member]) => `${key}=${javaText(member)}`)
      .join(', ')}}`;
  }
  return String(value);
}

/** Java turns to the scientific notation earlier than JavaScript: 1.0E-5 and 1.234567891E7. */
function javaNumber(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) || (size >= 1e-3 && size < 1e7)) return String(value);
  const [mantissa, exponent] = value.toExponential().split('e');
  return `${mantissa!.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}
