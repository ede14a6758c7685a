import type { Json } from '../json.ts';
import { refuse } from './arguments.ts';

/** Puts the values between the pieces of a template. */
export function fill(pieces: readonly string[], values: readonly Json[]): string {
  if (pieces.length - 1 !== values.length) {
    refuse(`The template has ${pieces.length - 1} placeholders, but ${values.length} values are given`);
  }
  return pieces.reduce((filled, piece, i) => filled + javaText(values[i - 1]!) + piece);
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
