import { createHash } from 'node:crypto';

/**
 * The token that a callback or an activity's worker names its task with. It cannot be guessed: it is derived from the 256
 * random bits that came with the event, by a function that cannot be reversed, so that one token tells nothing of another.
 * @returns 86 characters
 */
export const taskToken = (seed: string, executionArn: string, key: string): string =>
  createHash('sha512').update(`${seed}\n${executionArn}\n${key}`).digest('base64url');
