import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, startCloud } from '../../../../local/cloud.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({});
  await run('done', { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
  await run('broken', { StartAt: 'A', States: { A: { Type: 'Fail', Error: 'Broken' } } });
  await cloud.call('sqs', 'CreateQueue', { QueueName: 'asks' }, cloud);
  await run('asking', { StartAt: 'Ask', States: { Ask: ASK } });
  await run('sleeping', { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 60, End: true } } });
  const processor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'A',
    States: { A: { Type: 'Pass', End: true } },
  };
  await cloud.engine.ended(
    await run(
      'mapping',
      { StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: processor, End: true } } },
      [1, 2, 3],
    ),
  );
});

afterAll(() => cloud?.close());

const ASK = {
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  Parameters: { QueueUrl: 'asks', 'MessageBody.$': '$$.Task.Token' },
  End: true,
};

async function run(name: string, definition: object, input: unknown = {}): Promise<string> {
  const roleArn = `arn:aws:iam::${cloud.account}:role/tests`;
  const machine = { name, definition: JSON.stringify(definition), roleArn };
  const { stateMachineArn } = await cloud.call('states', 'CreateStateMachine', machine, cloud);
  const start = { stateMachineArn, name, input: JSON.stringify(input) };
  return (await cloud.call('states', 'StartExecution', start, cloud)).executionArn;
}

// biome-ignore lint/suspicious/noExplicitAny: as each endpoint answers.
const ask = async (path: string): Promise<any> => (await fetch(`${cloud.urls.console}api/${path}`)).json();
const names = async (query: string): Promise<string[]> =>
  (await ask(`executions?${query}`)).executions.map(({ name }: { name: string }) => name).sort();

test('executions of a Distributed Map are listed for it alone', async () => {
  expect(await names('')).toEqual(['asking', 'broken', 'done', 'mapping', 'sleeping']);
  const { items } = cloud.engine.mapRuns((await ask('executions?name=mapping')).executions[0].executionArn, {
    maxResults: 1,
  });
  expect(await names(`mapRun=${encodeURIComponent(items[0]!.mapRunArn)}`)).toHaveLength(3);
});

test.each(['-1', '0', '1.5', 'many', ''])('a page of %j is as long as usual', async (limit) => {
  expect(await names(`limit=${limit}`)).toEqual(['asking', 'broken', 'done', 'mapping', 'sleeping']);
  const [{ executionArn }] = (await ask('executions?name=done')).executions;
  const history = await ask(`history?arn=${encodeURIComponent(executionArn)}&limit=${limit}`);
  expect(history).toMatchObject({ events: { length: 4 }, next: null });
});

test('what did not succeed is one list, what waits for an answer another', async () => {
  expect(await names('status=unsuccessful')).toEqual(['broken']);
  expect(await names('status=waiting')).toEqual(['asking']);
  expect(await names('status=waiting&name=ask')).toEqual(['asking']);
  expect(await names('status=RUNNING')).toEqual(['asking', 'sleeping']);
});

test('the overview counts the same', async () => {
  const { counts, waitingCount } = await ask('overview');
  expect([counts, waitingCount]).toEqual([{ RUNNING: 2, SUCCEEDED: 2, FAILED: 1, TIMED_OUT: 0, ABORTED: 0 }, 1]);
});

test('what comes next is told of executions, rules and schedules alike', async () => {
  const target = {
    Arn: `arn:aws:sqs:${cloud.region}:${cloud.account}:asks`,
    RoleArn: `arn:aws:iam::${cloud.account}:role/tests`,
  };
  const often = { Name: 'often', ScheduleExpression: 'rate(5 minutes)' };
  await cloud.call('events', 'PutRule', often, cloud);
  const daily = {
    Name: 'daily',
    ScheduleExpression: 'rate(1 day)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: target,
  };
  await cloud.call('scheduler', 'CreateSchedule', daily, cloud);
  const { timers } = await ask('timers');
  const told = (timers as { kind: string; name: string; isFrequent?: boolean }[]).map(
    ({ kind, name, isFrequent = false }) => [kind, name, isFrequent],
  );
  expect(told.filter(([kind]) => kind !== 'execution')).toEqual([
    ['wait', 'sleeping', false],
    ['rule', 'often', true],
    ['schedule', 'daily', false],
  ]);
});

test('what waits for another execution waits for no answer, though it has a task token', async () => {
  const { stateMachineArn } = await cloud.call(
    'states',
    'DescribeExecution',
    { executionArn: (await ask('executions?name=sleeping')).executions[0].executionArn },
    cloud,
  );
  const executionArn = await run('nesting', {
    StartAt: 'Nested',
    States: {
      Nested: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Parameters: { StateMachineArn: stateMachineArn, Input: {} },
        End: true,
      },
    },
  });
  const show = async () => (await ask(`execution?arn=${encodeURIComponent(executionArn)}`)).open[0];
  while (!(await show()).isSubmitted) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await show()).not.toHaveProperty('taskToken');
  expect(await names('status=waiting')).toEqual(['asking']);
});
