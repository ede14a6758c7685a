import type { Entropy } from './expression.ts';

/**
 * Pseudo-random numbers that depend on nothing but `seed`: the same event, replayed, draws the same numbers.
 * Seeding waits for the first draw, since most events draw nothing. Statistically good (sfc32), not for secrets.
 */
export function createEntropy(seed: string): Entropy {
  let draw: (() => number) | undefined;
  const next32 = (): number => {
    draw ??= sfc32(seed);
    return draw();
  };
  return {
    next: () => (next32() * 0x200000 + (next32() >>> 11)) / 2 ** 53,
    uuid: () => {
      const hex = [next32(), next32(), next32(), next32()].map((n) => n.toString(16).padStart(8, '0')).join('');
      const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) & 3];
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
}

/** Chris Doty-Humphrey's small fast counting generator, seeded by four differently mixed hashes of the text. */
function sfc32(seed: string): () => number {
  let [a, b, c, counter] = [hash(seed, 0x9e3779b9), hash(seed, 0x243f6a88), hash(seed, 0xb7e15162), 1];
  const next = (): number => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();
  return next;
}

/** FNV-1a over UTF-16 units, with a final avalanche (murmur3's) so that seeds that differ by one character differ widely. */
function hash(text: string, basis: number): number {
  let h = basis;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
