import type { Clock } from '../../clock.ts';
import { GatewayError } from './gateway-error.ts';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly enabled: boolean;
  readonly createdAt: number;
}

export interface Throttle {
  /** Requests per second in the long run. */
  readonly rateLimit: number;
  /** Requests at once. */
  readonly burstLimit: number;
}

export interface UsagePlan {
  readonly id: string;
  readonly name: string;
  readonly apiStages: readonly { readonly apiId: string; readonly stage: string }[];
  readonly throttle?: Throttle;
  readonly quota?: { readonly limit: number; readonly period: 'DAY' | 'WEEK' | 'MONTH' };
  readonly keyIds: readonly string[];
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Counts calls: per key and plan, and per method of a stage. In memory: a restart begins anew. */
export class Meter {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();
  readonly #used = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one token. @throws GatewayError THROTTLED */
  throttle(key: string, { rateLimit, burstLimit }: Throttle): void {
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? { tokens: burstLimit, at: now };
    bucket.tokens = Math.min(burstLimit, bucket.tokens + ((now - bucket.at) / 1_000) * rateLimit);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    if (bucket.tokens < 1) throw new GatewayError('THROTTLED');
    bucket.tokens -= 1;
  }

  /** Counts one call of the period. @throws GatewayError QUOTA_EXCEEDED */
  count(key: string, { limit, period }: NonNullable<UsagePlan['quota']>): void {
    const now = this.#clock.now();
    const counter = `${key}/${period}/${periodStart(now, period)}`;
    const used = this.#used.get(counter) ?? 0;
    if (used >= limit) throw new GatewayError('QUOTA_EXCEEDED');
    this.#used.set(counter, used + 1);
  }
}

/** Days, weeks (from Sunday) and months are counted in UTC. */
function periodStart(at: number, period: 'DAY' | 'WEEK' | 'MONTH'): number {
  const date = new Date(at);
  const day = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  if (period === 'DAY') return day;
  if (period === 'WEEK') return day - date.getUTCDay() * 86_400_000;
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

/**
 * Admits a call of a method that needs an API key.
 * @throws GatewayError INVALID_API_KEY, THROTTLED, QUOTA_EXCEEDED
 */
export function admit(
  value: string | undefined,
  stage: { readonly apiId: string; readonly stage: string },
  keys: Iterable<ApiKey>,
  plans: Iterable<UsagePlan>,
  meter: Meter,
): ApiKey {
  const key =
    value === undefined ? undefined : [...keys].find((candidate) => candidate.value === value && candidate.enabled);
  const plan =
    key &&
    [...plans].find(
      ({ keyIds, apiStages }) =>
        keyIds.includes(key.id) &&
        apiStages.some(({ apiId, stage: name }) => apiId === stage.apiId && name === stage.stage),
    );
  // A key without a plan for this stage opens nothing.
  if (!key || !plan) throw new GatewayError('INVALID_API_KEY');
  const account = `${plan.id}/${key.id}`;
  if (plan.throttle) meter.throttle(account, plan.throttle);
  if (plan.quota) meter.count(account, plan.quota);
  return key;
}
