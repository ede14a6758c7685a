import type { Random } from './random.ts';

/** What may happen to one effect: a read or a write that a function asks of something outside. */
export type EffectFault =
  /** The function's sandbox is gone before the effect, or right after it: its caller never hears of it. */
  | 'dies before'
  | 'dies after'
  /** Refused, and nothing done. */
  | 'throttled'
  /** Done, but the answer is an error. */
  | 'times out after'
  /** Takes longer than anybody wants to wait. */
  | 'slow';

/** What may happen to one call of a state machine. */
export type CallFault = 'throttled' | 'answer lost' | 'runs twice';

const EFFECT_FAULTS: readonly EffectFault[] = ['dies before', 'dies after', 'throttled', 'times out after', 'slow'];
const CALL_FAULTS: readonly CallFault[] = ['throttled', 'answer lost', 'runs twice'];

const HOUR = 3_600_000;

/** How much goes wrong. It differs from seed to seed, and at some time it ends, so that everything can come to rest. */
export class Weather {
  readonly #random: Random;
  readonly #now: () => number;
  /** The share of effects and calls to which something happens. */
  readonly roughness: number;
  /** Milliseconds since 1970. */
  readonly calmsAt: number;
  /** Something went wrong since this was last looked at: recovery may have to do. */
  struck = false;

  constructor(random: Random, now: () => number) {
    this.#random = random;
    this.#now = now;
    this.roughness = random.pick([0, 0.01, 0.03, 0.06]);
    this.calmsAt = now() + random.pick([1, 6, 30, 80, 150]) * HOUR;
  }

  strikes(likelihood = 1): boolean {
    if (this.#now() >= this.calmsAt || !this.#random.chance(this.roughness * likelihood)) return false;
    this.struck = true;
    return true;
  }

  effect(): EffectFault | undefined {
    return this.strikes() ? this.#random.pick(EFFECT_FAULTS) : undefined;
  }

  call(): CallFault | undefined {
    return this.strikes() ? this.#random.pick(CALL_FAULTS) : undefined;
  }

  /** Milliseconds that one way over the network takes. */
  latency(): number {
    return this.#random.chance(0.02) ? this.#random.between(100, 2_500) : this.#random.between(2, 40);
  }

  /** Milliseconds that something takes that is slow. */
  delay(): number {
    return this.#random.between(5_000, 45_000);
  }
}
