import { expect, test } from '@jest/globals';
import { planSignOff } from '../../../domain/approval-policy.ts';
import { fixTicks, later, lengthOf } from '../../../domain/approval-ticks.ts';
import { policy } from '../../statemachines/sample-order.ts';

const FRIDAY = '2026-11-27T12:00:00.000Z'; // 13:00 in Berlin, where people go home at 15:00
const HOUR = 3_600;

const order = { type: 'order', requestedBy: 'a@x.y', amount: 1, currency: 'EUR' as const, risk: ['export'] };
const [compliance] = planSignOff(policy, order).stages;
if (!compliance) throw new Error('the sample policy has lost its compliance');

test('a stage in business hours waits over the weekend, by the clock of the state machine', () => {
  const ticks = fixTicks(compliance, FRIDAY, FRIDAY);
  expect(ticks.map(({ action }) => action)).toEqual(['remind', 'escalate', 'expire']);
  // Two hours on Friday and six on Monday: 15:00 in Berlin.
  expect(later(FRIDAY, ticks[0]?.waitSeconds ?? 0)).toBe('2026-11-30T14:00:00.000Z');
  expect(later(FRIDAY, lengthOf(ticks))).toBe('2026-12-03T14:00:00.000Z');
});

test('a stage by the clock is as it was planned', () => {
  const ticks = [{ waitSeconds: HOUR, action: 'expire' as const }];
  expect(fixTicks({ ticks }, FRIDAY, FRIDAY)).toEqual(ticks);
});

test('nothing waits for longer than 360 days after the approval was opened: what is due later is left out', () => {
  const ticks = [
    { waitSeconds: 3 * HOUR, action: 'remind' as const },
    { waitSeconds: 400 * 24 * HOUR, action: 'remind' as const },
    { waitSeconds: HOUR, action: 'expire' as const },
  ];
  const opened = later(FRIDAY, -359 * 24 * HOUR);
  expect(fixTicks({ ticks }, FRIDAY, opened)).toEqual([
    { waitSeconds: 3 * HOUR, action: 'remind' },
    { waitSeconds: 21 * HOUR, action: 'expire' },
  ]);
  expect(fixTicks({ ticks }, FRIDAY, later(FRIDAY, -400 * 24 * HOUR))).toEqual([{ waitSeconds: 1, action: 'expire' }]);
});
