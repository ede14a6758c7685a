import { expect, test } from '@jest/globals';
import { ServiceError } from '../../../../local/aws/service.ts';
import { createExecutionLog } from '../../../../local/cloud/execution-logs.ts';
import type { LogEvent } from '../../../../local/stepfunctions/engine/execution-log.ts';

const GROUP = 'arn:aws:logs:eu-west-1:123456789012:log-group:orders:*';

/** Writes events through a service that takes `refusals` first. */
async function written(events: readonly LogEvent[], refusals: readonly string[] = []) {
  const codes = [...refusals];
  const puts: LogEvent[][] = [];
  const operations: string[] = [];
  const reported: unknown[] = [];
  const log = createExecutionLog(
    async (_, operation, input) => {
      const { logEvents } = input as { logEvents?: LogEvent[] };
      operations.push(operation);
      const code = operation === 'PutLogEvents' ? codes.shift() : undefined;
      if (code) throw new ServiceError(code, 'refused');
      if (logEvents) puts.push(logEvents);
      return {};
    },
    (error) => reported.push(error),
  );
  log(GROUP, 'stream', events);
  await new Promise((resolve) => setImmediate(resolve));
  return { puts, operations, reported };
}

const event = (message: string): LogEvent => ({ timestamp: 1, message });

test('more events, or larger ones, than one request takes go out in several, in order', async () => {
  const many = Array.from({ length: 10_001 }, (_, index) => event(`${index}`));
  const { puts, reported } = await written(many);
  expect(puts.map((put) => put.length)).toEqual([10_000, 1]);
  expect(puts.flat()).toEqual(many);
  const large = Array.from({ length: 5 }, () => event('x'.repeat(300_000)));
  expect((await written(large)).puts.map((put) => put.length)).toEqual([3, 2]);
  expect(reported).toEqual([]);
});

test('a stream is made where there is none; a group that is gone is no reason to complain, a refusal is', async () => {
  const made = await written([event('a')], ['ResourceNotFoundException']);
  expect(made.operations).toEqual(['PutLogEvents', 'CreateLogStream', 'PutLogEvents']);
  expect(made.puts).toEqual([[event('a')]]);
  const gone = await written([event('a')], ['ResourceNotFoundException', 'ResourceNotFoundException']);
  expect([gone.puts, gone.reported]).toEqual([[], []]);
  expect((await written([event('a')], ['InvalidParameterException'])).reported).toHaveLength(1);
});
