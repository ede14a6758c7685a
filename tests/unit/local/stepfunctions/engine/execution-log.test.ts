import { expect, test } from '@jest/globals';
import { addEvent, newHistory } from '../../../../../local/stepfunctions/asl/history.ts';
import { type LogEvent, logHistory } from '../../../../../local/stepfunctions/engine/execution-log.ts';
import { revisionOf } from './harness.ts';

const LOGGING = { level: 'ALL', includeExecutionData: true, logGroupArns: ['arn:aws:logs:r:1:log-group:g:*'] } as const;

/** What is logged of an execution that starts with this input. */
function detailsOf(input: string): { readonly input: string; readonly inputDetails: object } {
  const history = newHistory();
  addEvent(history, 0, 1, 'ExecutionStarted', 0, { input, inputDetails: { truncated: false }, roleArn: 'arn' });
  const logged: LogEvent[] = [];
  const execution = {
    executionArn: 'arn:aws:states:r:1:execution:m:e',
    name: 'e',
    status: 'RUNNING',
    startedAt: 0,
    redriveCount: 0,
    input,
    revision: { ...revisionOf({ Only: { Type: 'Succeed' } }), logging: LOGGING },
  } as const;
  logHistory((_, __, events) => logged.push(...events), execution, history);
  return JSON.parse(logged[0]!.message).details;
}

const bytesOf = (text: string): number => Buffer.byteLength(JSON.stringify(text));

test('an input is logged as it is, up to 248 KiB with its escapes', () => {
  const input = JSON.stringify('x'.repeat(200_000));
  expect(detailsOf(input)).toMatchObject({ input, inputDetails: { truncated: false } });
});

test('what is longer is cut, and the event says so', () => {
  const input = JSON.stringify(Array.from({ length: 60_000 }, () => '"'));
  const logged = detailsOf(input);
  expect(logged.inputDetails).toEqual({ truncated: true });
  expect(input.startsWith(logged.input)).toBe(true);
  expect(bytesOf(logged.input)).toBeLessThanOrEqual(248 * 1024);
  expect(bytesOf(input.slice(0, logged.input.length + 1))).toBeGreaterThan(248 * 1024 - 6);
});
