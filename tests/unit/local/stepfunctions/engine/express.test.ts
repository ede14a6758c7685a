import { describe, expect, test } from '@jest/globals';
import type { LogEvent } from '../../../../../local/stepfunctions/engine/execution-log.ts';
import type { ExecutionDescription, LoggingConfiguration } from '../../../../../local/stepfunctions/engine/ports.ts';
import { createTestEngine, pass, revisionOf, START, task } from './harness.ts';

const EXPRESS = { type: 'EXPRESS' as const };
const TASK = revisionOf({ Work: task('work') }, EXPRESS);
const PASS = revisionOf({ Only: pass({ done: true }) }, EXPRESS);

describe('a synchronous Express execution', () => {
  test('that takes more than five minutes times out', async () => {
    const { engine, tasks, skip, clock } = await createTestEngine();
    const ended = engine.startSync({ revision: TASK, name: 'slow', input: '{}' });
    const call = tasks.next();
    await skip(300);
    await expect(ended).resolves.toMatchObject({
      status: 'TIMED_OUT',
      error: 'States.Timeout',
      stoppedAt: START + 300_000,
    });
    expect(call.context.signal.aborted).toBe(true);
    expect(clock.nextTimer()).toBeUndefined();
  });

  test('that fails says why', async () => {
    const { engine, tasks } = await createTestEngine();
    const ended = engine.startSync({ revision: TASK, input: '{}' });
    tasks.next().fail('E', 'C');
    await expect(ended).resolves.toMatchObject({ status: 'FAILED', error: 'E', cause: 'C' });
  });

  test('gives its output, and is billed per 100 milliseconds', async () => {
    const { engine, tasks, skip } = await createTestEngine();
    const ended = engine.startSync({ revision: TASK, name: 'n', input: '{"a":1}' });
    await skip(0.25);
    tasks.next().succeed('fine');
    await expect(ended).resolves.toMatchObject({
      executionArn: expect.stringMatching(/^arn:aws:states:eu-west-1:123456789012:express:machine:n:[0-9a-f-]{36}$/),
      status: 'SUCCEEDED',
      input: '{"a":1}',
      output: '"fine"',
      startedAt: START,
      stoppedAt: START + 250,
      billedDurationMilliseconds: 300,
    });
    await expect(engine.startSync({ revision: PASS, input: '{}' })).resolves.toMatchObject({
      billedDurationMilliseconds: 100,
    });
  });

  test('waits and retries in memory', async () => {
    const { engine, tasks, skip, store } = await createTestEngine();
    const revision = revisionOf(
      {
        Pause: { Type: 'Wait', Seconds: 10, Next: 'Work' },
        Work: task('work', { Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 5 }], End: true }),
      },
      EXPRESS,
    );
    const ended = engine.startSync({ revision, input: '{}' });
    await skip(10);
    tasks.next().fail('Busy');
    await skip(5);
    tasks.next().succeed(1);
    await expect(ended).resolves.toMatchObject({ status: 'SUCCEEDED', stoppedAt: START + 15_000 });
    expect(store.list({}, { limit: 10 })).toEqual([]);
    expect(store.nextTimer()).toBeUndefined();
  });
});

describe('an asynchronous Express execution', () => {
  test('the same name may be used again and again', async () => {
    const { engine } = await createTestEngine();
    const starts = await Promise.all([1, 2].map(() => engine.start({ revision: PASS, name: 'n', input: '{}' })));
    expect(new Set(starts.map(({ executionArn }) => executionArn)).size).toBe(2);
  });

  test('tells its status', async () => {
    const changes: string[] = [];
    const onStatusChange = ({ status }: ExecutionDescription) => changes.push(status);
    const { engine, tasks, settle } = await createTestEngine({ onStatusChange });
    await engine.start({ revision: TASK, input: '{}' });
    tasks.next().succeed(1);
    await settle();
    expect(changes).toEqual(['RUNNING', 'SUCCEEDED']);
  });
});

describe('logging', () => {
  const GROUP = 'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/states/group:*';

  async function logged(
    definition: object,
    logging: Partial<LoggingConfiguration>,
    type: 'STANDARD' | 'EXPRESS' = 'EXPRESS',
  ) {
    const written: { group: string; stream: string; events: readonly LogEvent[] }[] = [];
    const log = (group: string, stream: string, events: readonly LogEvent[]) => written.push({ group, stream, events });
    const { engine, settle } = await createTestEngine({ log });
    const configuration = { level: 'ALL' as const, includeExecutionData: true, logGroupArns: [GROUP], ...logging };
    const { executionArn } = await engine.start({
      revision: revisionOf(definition, { type, logging: configuration }),
      input: '{}',
    });
    await settle();
    const messages = written.flatMap(({ events }) => events.map(({ message }) => JSON.parse(message)));
    return { written, messages, executionArn };
  }

  const FAIL = { Stop: { Type: 'Fail', Error: 'E', Cause: 'C' } };

  test('nothing is written when it is off, or when there is nowhere to write to', async () => {
    expect((await logged(FAIL, { level: 'OFF' })).written).toEqual([]);
    expect((await logged(FAIL, { logGroupArns: [] })).written).toEqual([]);
  });

  test('everything, with data', async () => {
    const { messages, written, executionArn } = await logged({ Only: pass({ done: true }) }, {});
    expect(messages.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    expect(messages[3]).toEqual({
      id: '4',
      type: 'ExecutionSucceeded',
      details: { output: '{"done":true}', outputDetails: { truncated: false } },
      previous_event_id: '3',
      event_timestamp: String(START),
      execution_arn: executionArn,
      redrive_count: '0',
    });
    expect(written[0]).toMatchObject({
      group: GROUP,
      stream: expect.stringMatching(/^states\/machine\/2026-01-01-00-00/),
    });
  });

  test('without data', async () => {
    const { messages } = await logged({ Only: pass({ done: true }) }, { includeExecutionData: false }, 'STANDARD');
    expect(messages.map(({ details }) => details)).toEqual([
      { roleArn: 'arn:aws:iam::123456789012:role/role' },
      { name: 'Only' },
      { name: 'Only' },
      {},
    ]);
  });

  test('errors only, and fatal ones only', async () => {
    const types = async (level: LoggingConfiguration['level'], definition: object) =>
      (await logged(definition, { level })).messages.map(({ type }) => type);
    expect(await types('ERROR', FAIL)).toEqual(['FailStateEntered', 'ExecutionFailed']);
    expect(await types('FATAL', FAIL)).toEqual(['ExecutionFailed']);
    expect(await types('ERROR', { Only: pass(1) })).toEqual([]);
  });
});
