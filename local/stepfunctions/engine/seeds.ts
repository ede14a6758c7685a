import { randomBytes } from 'node:crypto';

/** Characters of a seed: 32 bytes in hexadecimal. */
const LENGTH = 64;

/** How many seeds are drawn at a time: asking the operating system for each would cost more than advancing an execution. */
const POOL = 256;

/** @returns a function that gives 32 random bytes in hexadecimal, other ones each time; fit for secrets */
export function createSeeds(): () => string {
  let pool = '';
  let next = 0;
  return () => {
    if (next === pool.length) {
      pool = randomBytes((POOL * LENGTH) / 2).toString('hex');
      next = 0;
    }
    next += LENGTH;
    return pool.slice(next - LENGTH, next);
  };
}

/**
 * A UUID that begins with the time (version 7), out of a seed that is used for nothing else. What is made one after the
 * other has neighbouring names: an index of random ones would be written to all over the place.
 */
export function uuidOfSeed(seed: string, at: number): string {
  if (at !== timeOfPrefix) {
    const time = at.toString(16).padStart(12, '0');
    [timeOfPrefix, prefix] = [at, `${time.slice(0, 8)}-${time.slice(8)}-7`];
  }
  const variant = '89ab89ab89ab89ab'.charAt(Number.parseInt(seed.charAt(LENGTH - 19), 16));
  return `${prefix}${seed.slice(-18, -15)}-${variant}${seed.slice(-15, -12)}-${seed.slice(-12)}`;
}

/** The beginning of such a UUID, which is the same for a millisecond. */
let prefix = '';
let timeOfPrefix = Number.NaN;
