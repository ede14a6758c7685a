import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const WALK = "if (item && typeof item === 'object') {";
const KEEP = 'if (item instanceof Uint8Array) return item;';

/**
 * Corrects a mistake in a copy of the conformance runner: while it replaces names in the arguments of a call, it takes a
 * `Uint8Array` apart, so that CreateFunction goes out with `"ZipFile":{"0":80,"1":75,…}` instead of base64.
 * @param folder of the copy
 * @returns whether the mistake was there
 */
export function keepBytes(folder: string): boolean {
  const file = join(folder, 'substitution.mjs');
  const source = readFileSync(file, 'utf8');
  if (!source.includes(WALK) || source.includes('Uint8Array')) return false;
  writeFileSync(file, source.replace(WALK, `${KEEP}\n      ${WALK}`));
  return true;
}
