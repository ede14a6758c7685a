import { Logger } from '@aws-lambda-powertools/logger';

const SECRET = /token|secret|link|nonce|cookie|authori[sz]ation|password|api-?key/i;

/** Values under names that may hold a credential never reach the log, wherever they are nested. */
export const redact = (key: string, value: unknown): unknown =>
  SECRET.test(key) && value !== null && value !== undefined ? '[redacted]' : value;

/** One logger per function. Whole events and environments are never given to it. */
export const logger = new Logger({ jsonReplacerFn: redact });
