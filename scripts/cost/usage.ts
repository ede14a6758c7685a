import prices from './prices.json' with { type: 'json' };

/** What one order used of what is billed. */
export interface Usage {
  readonly standardTransitions: number;
  readonly expressRequests: number;
  readonly expressGigabyteSeconds: number;
  readonly lambdaInvocations: number;
  readonly lambdaGigabyteSeconds: number;
  /** DynamoDB's request units, on demand. */
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly snsPublishes: number;
  readonly sqsRequests: number;
  readonly eventBridgeEvents: number;
}

export const NOTHING: Usage = {
  standardTransitions: 0,
  expressRequests: 0,
  expressGigabyteSeconds: 0,
  lambdaInvocations: 0,
  lambdaGigabyteSeconds: 0,
  readUnits: 0,
  writeUnits: 0,
  snsPublishes: 0,
  sqsRequests: 0,
  eventBridgeEvents: 0,
};

export const plus = (a: Usage, b: Partial<Usage>): Usage =>
  Object.fromEntries(
    Object.entries(a).map(([name, value]) => [name, value + (b[name as keyof Usage] ?? 0)]),
  ) as unknown as Usage;

/** @returns money in the currency of the price list for a million orders that each use as much */
export function pricePerMillion({ expressGigabyteSeconds, lambdaGigabyteSeconds, ...counted }: Usage): number {
  const requests = Object.entries(counted).reduce(
    (sum, [name, count]) => sum + count * prices.perMillion[name as keyof typeof counted],
    0,
  );
  const { express, lambda } = prices.perGigabyteSecond;
  return requests + 1_000_000 * (expressGigabyteSeconds * express + lambdaGigabyteSeconds * lambda);
}
