/** Chance that comes from a seed alone: sfc32, a small generator of good quality. */
export class Random {
  #a: number;
  #b: number;
  #c = 0x9e3779b9;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = Math.trunc(seed / 2 ** 32) ^ 0x5bf03635;
    for (let round = 0; round < 12; round++) this.#bits();
  }

  #bits(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** @returns from 0 to below 1 */
  next(): number {
    return this.#bits() / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** @returns a whole number from `low` to `high`, both included */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T;
  }

  /** @returns 256 bits in base64url, as the secret of a link */
  secret(): string {
    const bytes = Buffer.alloc(32);
    for (let at = 0; at < 32; at += 4) bytes.writeUInt32LE(this.#bits(), at);
    return bytes.toString('base64url');
  }
}
