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

/** Where it may be worst: at two places of these in a seed. A fault that needs another one beside it is rare otherwise. */
const PLACES = [
  ...[
    'orders.find',
    'orders.record',
    'orders.endRefund',
    'orders.addRefund',
    'stock.reserve',
    'stock.release',
    'stock.ship',
  ],
  ...['payments.authorise', 'payments.capture', 'payments.void', 'payments.refund', 'approvals.save', 'mailer.send'],
  ...[
    'callback.succeed',
    'process.start',
    'undo.start',
    'refunding.start',
    'RequestApproval',
    'CloseApproval',
    'RepairOrder',
  ],
  ...['dynamodb:putItem', 'dynamodb:updateItem', 'states:startExecution', 'express', 'pick', 'http'],
];
const WORST = 0.3;

const HOUR = 3_600_000;

/** How much goes wrong. It differs from seed to seed, and at some time it ends, so that everything can come to rest. */
export class Weather {
  readonly #random: Random;
  readonly #now: () => number;
  /** The share of effects and calls to which something happens. */
  readonly roughness: number;
  /** Milliseconds since 1970. */
  readonly calmsAt: number;
  readonly worstAt: readonly string[];
  /** Something went wrong since this was last looked at: recovery may have to do. */
  struck = false;

  constructor(random: Random, now: () => number) {
    this.#random = random;
    this.#now = now;
    this.roughness = random.pick([0, 0.01, 0.03, 0.06]);
    this.worstAt = this.roughness > 0 && random.chance(0.7) ? [random.pick(PLACES), random.pick(PLACES)] : [];
    this.calmsAt = now() + random.pick([1, 6, 30, 80, 150]) * HOUR;
  }

  /** @param place what is about to happen */
  strikes(place: string, likelihood = 1): boolean {
    if (this.#now() >= this.calmsAt) return false;
    const probability = this.worstAt.includes(place) ? WORST : this.roughness * likelihood;
    if (!this.#random.chance(probability)) return false;
    this.struck = true;
    return true;
  }

  effect(place: string): EffectFault | undefined {
    return this.strikes(place) ? this.#random.pick(EFFECT_FAULTS) : undefined;
  }

  call(place: string): CallFault | undefined {
    return this.strikes(place) ? this.#random.pick(CALL_FAULTS) : undefined;
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
