import { Logger } from '@aws-lambda-powertools/logger';

const SECRET = /token|secret|link|nonce|cookie|authori[sz]ation|password|api-?key/i;

/** Values under names that may hold a credential never reach the log, wherever they are nested. */
export const redact = (key: string, value: unknown): unknown =>
  SECRET.test(key) && value !== null && value !== undefined ? '[redacted]' : value;

/** One logger per function. Whole events and environments are never given to it. */
export const logger = new Logger({ jsonReplacerFn: redact });

const IDS = ['orderId', 'refundId', 'approvalId'] as const;

/** Whatever is logged from here to the end of the invocation is about this: ids only, of what has them. */
export function about(what: unknown): void {
  if (typeof what !== 'object' || what === null) return;
  const { subject, executionId, ...named } = what as Record<string, unknown>;
  const found = IDS.filter((id) => typeof named[id] === 'string').map((id) => [id, named[id]]);
  if (typeof executionId === 'string') found.push(['executionId', executionId]);
  logger.appendKeys(Object.fromEntries(found));
  const { type, id } = (subject ?? {}) as { type?: unknown; id?: unknown };
  if ((type === 'order' || type === 'refund') && typeof id === 'string') logger.appendKeys({ [`${type}Id`]: id });
}
