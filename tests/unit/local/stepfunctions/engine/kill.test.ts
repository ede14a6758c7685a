import { expect, test } from '@jest/globals';
import { killRounds } from '../../../../../bench/kill-rounds.ts';

// The short form of `node bench/kill.ts`: the real process, really killed.
test('nothing is lost or done twice when the process is killed again and again', async () => {
  const { executions, problems } = await killRounds({ rounds: 3, inFlight: 40, progress: () => {} });
  expect(problems).toEqual([]);
  expect(executions).toBeGreaterThanOrEqual(40);
}, 120_000);
