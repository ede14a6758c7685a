import { marshall } from '@aws-sdk/util-dynamodb';
import { type Cloud, startCloud } from '../../../local/cloud.ts';

export const MANY = 10_000;

/** Machines for looking at: one that ends at once, one with a long history, one that waits for a token. */
export const MACHINES = {
  quick: { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } },
  long: {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemsPath: '$.items',
        ItemProcessor: { StartAt: 'Look', States: { Look: { Type: 'Pass', End: true } } },
        ResultPath: null,
        End: true,
      },
    },
  },
} as const;

/** An empty cloud with a queue for questions, for as long as it is used. */
export async function withCloud(use: (cloud: Cloud) => Promise<void>): Promise<void> {
  const cloud = await startCloud({});
  try {
    await cloud.call('sqs', 'CreateQueue', { QueueName: 'asks' }, cloud);
    await use(cloud);
  } finally {
    await cloud.close();
  }
}

export const urlOf = (cloud: Cloud, execution: string): string =>
  `${cloud.urls.console}executions/${encodeURIComponent(execution)}`;

export async function createMachine(
  { call, account, region }: Cloud,
  name: string,
  definition: object,
): Promise<string> {
  const { stateMachineArn } = await call(
    'states',
    'CreateStateMachine',
    { name, definition: JSON.stringify(definition), roleArn: `arn:aws:iam::${account}:role/console-tests` },
    { account, region },
  );
  return stateMachineArn;
}

export async function start(
  { call, account, region }: Cloud,
  stateMachineArn: string,
  input: unknown,
  name?: string,
): Promise<string> {
  const request = { stateMachineArn, input: JSON.stringify(input), ...(name !== undefined && { name }) };
  const { executionArn } = await call('states', 'StartExecution', request, { account, region });
  return executionArn;
}

/** Calls an operation many times, a few at once. */
async function often(times: number, work: (index: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < times; from += 500) {
    await Promise.all(Array.from({ length: Math.min(500, times - from) }, (_, index) => work(from + index)));
  }
}

const TABLE = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};

const ALARM = {
  Namespace: 'Tests',
  MetricName: 'Failures',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanThreshold',
};

/** So many items, straight into a table. */
export async function putItems(
  { call, account, region }: Pick<Cloud, 'call' | 'account' | 'region'>,
  table: string,
  number: number,
  make: (index: number) => object,
): Promise<void> {
  for (let from = 0; from < number; from += 25) {
    const requests = Array.from({ length: Math.min(25, number - from) }, (_, index) => ({
      PutRequest: { Item: marshall(make(from + index)) },
    }));
    await call('dynamodb', 'BatchWriteItem', { RequestItems: { [table]: requests } }, { account, region });
  }
}

/** So many of everything that has a name and a list of its own. */
export async function name(cloud: Cloud, number: number): Promise<void> {
  const { call, account, region } = cloud;
  const caller = { account, region };
  const Target = {
    Arn: `arn:aws:sqs:${region}:${account}:jobs`,
    RoleArn: `arn:aws:iam::${account}:role/console-tests`,
  };
  const create: readonly ((index: number) => Promise<unknown>)[] = [
    (index) => createMachine(cloud, `machine-${index}`, MACHINES.quick),
    (index) => call('sqs', 'CreateQueue', { QueueName: `queue-${index}` }, caller),
    (index) => call('sns', 'CreateTopic', { Name: `topic-${index}` }, caller),
    (index) => call('events', 'CreateEventBus', { Name: `bus-${index}` }, caller),
    (index) => call('events', 'PutRule', { Name: `rule-${index}`, EventPattern: '{"source":["tests"]}' }, caller),
    (index) =>
      call(
        'scheduler',
        'CreateSchedule',
        { Name: `schedule-${index}`, ScheduleExpression: 'rate(1 day)', FlexibleTimeWindow: { Mode: 'OFF' }, Target },
        caller,
      ),
    (index) => call('logs', 'CreateLogGroup', { logGroupName: `group-${index}` }, caller),
    (index) =>
      call(
        's3',
        'CreateBucket',
        { Bucket: `bucket-${index}`, CreateBucketConfiguration: { LocationConstraint: region } },
        caller,
      ),
    (index) => call('dynamodb', 'CreateTable', { ...TABLE, TableName: `table-${index}` }, caller),
    (index) => call('monitoring', 'PutMetricAlarm', { ...ALARM, AlarmName: `alarm-${index}` }, caller),
  ];
  for (const each of create) await often(number, each);
}

/** So many executions, mails, items, lines, objects and messages. */
export async function fill(cloud: Cloud, number: number): Promise<void> {
  const { call, account, region, mailbox } = cloud;
  const caller = { account, region };
  const quick = await createMachine(cloud, 'quick', MACHINES.quick);
  await often(number, (index) => start(cloud, quick, { index }, `run-${index}`));
  for (let index = 0; index < number; index++) {
    mailbox.deliver({ to: [`reader-${index % 50}@example.com`], subject: `Mail ${index}`, text: `Text ${index}` });
  }
  await call('dynamodb', 'CreateTable', { ...TABLE, TableName: 'things' }, caller);
  await putItems(cloud, 'things', number, (index) => ({ id: `thing-${index}`, size: index }));
  await call('logs', 'CreateLogGroup', { logGroupName: 'lines' }, caller);
  await call('logs', 'CreateLogStream', { logGroupName: 'lines', logStreamName: 'all' }, caller);
  const timestamp = cloud.clock.now();
  const logEvents = Array.from({ length: number }, (_, index) => ({ timestamp, message: `line ${index}` }));
  await call('logs', 'PutLogEvents', { logGroupName: 'lines', logStreamName: 'all', logEvents }, caller);
  await call(
    's3',
    'CreateBucket',
    { Bucket: 'objects', CreateBucketConfiguration: { LocationConstraint: region } },
    caller,
  );
  await often(number, (index) =>
    call('s3', 'PutObject', { Bucket: 'objects', Key: `object-${index}`, Body: Buffer.from('{}') }, caller),
  );
  const { QueueUrl } = await call('sqs', 'CreateQueue', { QueueName: 'jobs' }, caller);
  await often(number, (index) => call('sqs', 'SendMessage', { QueueUrl, MessageBody: `job ${index}` }, caller));
  await call('sns', 'CreateTopic', { Name: 'news' }, caller);
  await call('events', 'CreateEventBus', { Name: 'bus' }, caller);
}
