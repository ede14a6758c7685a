import { randomBytes } from 'node:crypto';

/** Begins a trace, in the form of the header `X-Amzn-Trace-Id`. @param at milliseconds since 1970 */
export const newTraceHeader = (at: number): string =>
  `Root=1-${Math.floor(at / 1_000)
    .toString(16)
    .padStart(8, '0')}-${randomBytes(12).toString('hex')}`;
