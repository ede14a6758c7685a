import {
  CloudWatchClient,
  type Datapoint,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { ACCOUNT, CALLER, type CoreCloud, NOW, startCoreCloud } from '../core-cloud.ts';

const MINUTE = 60_000;
let cloud: CoreCloud;
let cloudWatch: CloudWatchClient;
beforeEach(async () => {
  cloud = await startCoreCloud();
  cloudWatch = cloud.client(CloudWatchClient);
});
afterEach(() => cloud.close());

const put = (...MetricData: { Value: number; Timestamp: Date }[]) =>
  cloudWatch.send(
    new PutMetricDataCommand({
      Namespace: 'Shop',
      MetricData: MetricData.map((datum) => ({ MetricName: 'orders', Unit: 'Count', ...datum })),
    }),
  );

async function statistics(asked: object): Promise<Datapoint[]> {
  const about = {
    Namespace: 'Shop',
    MetricName: 'orders',
    StartTime: new Date(NOW),
    EndTime: new Date(NOW + 10 * MINUTE),
  };
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({ ...about, Period: 60, ...asked } as never),
  );
  return Datapoints;
}

test("refuses AWS's own namespaces", async () => {
  const command = new PutMetricDataCommand({ Namespace: 'AWS/Lambda', MetricData: [] });
  await expect(cloudWatch.send(command)).rejects.toThrow('Namespace');
});

test.each([
  ['a statistic that is not kept', { Statistics: ['Average'], ExtendedStatistics: ['tm99'] }, 'tm99'],
  ['periods of seconds', { Statistics: ['Sum'], Period: 10 }, '10 seconds'],
  ['values of one unit alone', { Statistics: ['Sum'], Unit: 'Count' }, 'Unit'],
  ['more datapoints than AWS gives', { Statistics: ['Sum'], StartTime: new Date(NOW - 86_400_000) }, '1440'],
])('refuses %s by name', async (_what, asked, named) => {
  await expect(statistics(asked)).rejects.toThrow(named);
});

test('refuses expressions by name', async () => {
  const MetricDataQueries = [{ Id: 'e1', Expression: 'm1 / 2' }];
  const command = new GetMetricDataCommand({ MetricDataQueries, StartTime: new Date(NOW), EndTime: new Date(NOW) });
  await expect(cloudWatch.send(command)).rejects.toThrow('m1 / 2');
});

test('adds values up by the minute, and gives the statistics that are asked for', async () => {
  await put(
    { Value: 2, Timestamp: new Date(NOW) },
    { Value: 4, Timestamp: new Date(NOW + 59_000) },
    { Value: 8, Timestamp: new Date(NOW + MINUTE) },
  );
  expect(await statistics({ Statistics: ['Sum', 'Average', 'SampleCount'] })).toEqual([
    { Timestamp: new Date(NOW), Unit: 'Count', Sum: 6, Average: 3, SampleCount: 2 },
    { Timestamp: new Date(NOW + MINUTE), Unit: 'Count', Sum: 8, Average: 8, SampleCount: 1 },
  ]);
  expect(await statistics({ Statistics: ['Minimum', 'Maximum'], Period: 300 })).toMatchObject([
    { Minimum: 2, Maximum: 8 },
  ]);
  const { Metrics } = await cloudWatch.send(new ListMetricsCommand({ Namespace: 'Shop' }));
  expect(Metrics).toEqual([{ Namespace: 'Shop', MetricName: 'orders', Dimensions: [] }]);
});

test('percentiles are exact to a hundredth', async () => {
  await put(...Array.from({ length: 100 }, (_, index) => ({ Value: index + 1, Timestamp: new Date(NOW) })));
  const [point] = await statistics({ ExtendedStatistics: ['p50', 'p99', 'p100'] });
  expect(point?.ExtendedStatistics?.p50).toBeCloseTo(50, -0.5);
  expect(Math.abs(point!.ExtendedStatistics!.p99! / 99 - 1)).toBeLessThan(0.01);
  expect(point?.ExtendedStatistics?.p100).toBe(100);
});

test('GetMetricData gives the latest first', async () => {
  await put({ Value: 1, Timestamp: new Date(NOW) }, { Value: 3, Timestamp: new Date(NOW + MINUTE) });
  const MetricStat = { Metric: { Namespace: 'Shop', MetricName: 'orders' }, Period: 60, Stat: 'Sum' };
  const { MetricDataResults } = await cloudWatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: [{ Id: 'm1', MetricStat }],
      StartTime: new Date(NOW),
      EndTime: new Date(NOW + 5 * MINUTE),
    }),
  );
  expect(MetricDataResults).toMatchObject([
    { Id: 'm1', Label: 'orders', Values: [3, 1], Timestamps: [new Date(NOW + MINUTE), new Date(NOW)] },
  ]);
});

test('a level counts in every minute until it changes, and an age grows', async () => {
  const metric = (name: string) => ({ ...CALLER, namespace: 'Shop', name, dimensions: {} });
  cloud.metrics.level(metric('length'), 3);
  cloud.metrics.age(metric('age'), NOW);
  await cloud.clock.advanceTo(NOW + 2 * MINUTE + 1);
  cloud.metrics.level(metric('length'), 0);
  await cloud.clock.advanceTo(NOW + 4 * MINUTE);
  const asked = { Statistics: ['Maximum', 'SampleCount'] };
  expect((await statistics({ ...asked, MetricName: 'length' })).map(({ Maximum }) => Maximum)).toEqual([3, 3, 0, 0]);
  expect((await statistics({ ...asked, MetricName: 'age' })).map(({ Maximum }) => Maximum)).toEqual([
    60, 120, 180, 240,
  ]);
  expect(await statistics({ ...asked, MetricName: 'length', Period: 300 })).toMatchObject([
    { Maximum: 3, SampleCount: 4 },
  ]);
});

test('lines of a log in the embedded format become metrics', async () => {
  const line = {
    _aws: {
      Timestamp: NOW + 5_000,
      CloudWatchMetrics: [
        {
          Namespace: 'Shop',
          Dimensions: [['service']],
          Metrics: [{ Name: 'orders', Unit: 'Count' }, { Name: 'pages' }],
        },
      ],
    },
    service: 'checkout',
    orders: [2, 5],
    pages: 'many',
  };
  const group = { logGroupName: '/aws/lambda/checkout' };
  const stream = { ...group, logStreamName: 'one' };
  await cloud.call('logs', 'CreateLogGroup', group, CALLER);
  await cloud.call('logs', 'CreateLogStream', stream, CALLER);
  const unlike = (CloudWatchMetrics: unknown) =>
    JSON.stringify({ ...line, _aws: { Timestamp: NOW, CloudWatchMetrics } });
  const Metrics = [{ Name: 'orders' }];
  const unread = [
    unlike([null, { Namespace: 'Shop', Dimensions: [null, 'service', ['absent']], Metrics }]),
    unlike([{ Namespace: 'Shop', Dimensions: [['service']], Metrics: [null] }]),
  ];
  const messages = [...unread, JSON.stringify(line), '{"_aws": broken', 'plain'];
  const logEvents = messages.map((message) => ({ timestamp: NOW, message }));
  await cloud.call('logs', 'PutLogEvents', { ...stream, logEvents }, CALLER);
  const Dimensions = [{ Name: 'service', Value: 'checkout' }];
  expect(await statistics({ Statistics: ['Sum', 'SampleCount'], Dimensions })).toMatchObject([
    { Sum: 7, SampleCount: 2 },
  ]);
  const listed = await cloudWatch.send(new ListMetricsCommand({}));
  expect(listed.Metrics).toEqual([{ Namespace: 'Shop', MetricName: 'orders', Dimensions }]);
});

test('queues tell how many messages they have, and how old the oldest is', async () => {
  const { QueueUrl } = (await cloud.call('sqs', 'CreateQueue', { QueueName: 'jobs' }, CALLER)) as { QueueUrl: string };
  await cloud.call('sqs', 'SendMessage', { QueueUrl, MessageBody: 'a' }, CALLER);
  await cloud.call('sqs', 'SendMessage', { QueueUrl, MessageBody: 'b', DelaySeconds: 90 }, CALLER);
  await cloud.clock.advanceTo(NOW + 3 * MINUTE);
  const of = (MetricName: string) =>
    statistics({
      Namespace: 'AWS/SQS',
      MetricName,
      Dimensions: [{ Name: 'QueueName', Value: 'jobs' }],
      Statistics: ['Maximum'],
    });
  const visible = await of('ApproximateNumberOfMessagesVisible');
  expect(visible.map(({ Maximum }) => Maximum)).toEqual([1, 2]);
  expect((await of('ApproximateAgeOfOldestMessage')).map(({ Maximum }) => Maximum)).toEqual([120, 180]);
});

test('what a rule of the event bus could not deliver counts', async () => {
  const EventPattern = '{"source":["shop"]}';
  const Targets = [{ Id: 'gone', Arn: `arn:aws:sqs:us-east-1:${ACCOUNT}:gone` }];
  await cloud.call('events', 'PutRule', { Name: 'orders', EventPattern }, CALLER);
  await cloud.call('events', 'PutTargets', { Rule: 'orders', Targets }, CALLER);
  await cloud.call(
    'events',
    'PutEvents',
    { Entries: [{ Source: 'shop', DetailType: 'Placed', Detail: '{}' }] },
    CALLER,
  );
  await cloud.core.events.idle();
  const asked = { Namespace: 'AWS/Events', Dimensions: [{ Name: 'RuleName', Value: 'orders' }], Statistics: ['Sum'] };
  expect(await statistics({ ...asked, MetricName: 'FailedInvocations' })).toMatchObject([{ Sum: 1 }]);
  expect(await statistics({ ...asked, MetricName: 'Invocations' })).toEqual([]);
});

test.each([
  ['CBOR', SmithyRpcV2CborProtocol],
  ['the query protocol', AwsQueryProtocol],
] as const)('other clients, which speak %s, get the same answers and refusals', async (_name, protocol) => {
  const other = cloud.client(CloudWatchClient, { protocol });
  const MetricData = [{ MetricName: 'orders', Value: 2.5, Timestamp: new Date(NOW) }];
  await other.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData }));
  const about = { Namespace: 'Shop', MetricName: 'orders', StartTime: new Date(NOW), EndTime: new Date(NOW + MINUTE) };
  const asked = new GetMetricStatisticsCommand({ ...about, Period: 60, Statistics: ['Sum'] });
  expect((await other.send(asked)).Datapoints).toEqual([{ Timestamp: new Date(NOW), Unit: 'None', Sum: 2.5 }]);
  const refused = new PutMetricDataCommand({ Namespace: 'AWS/Lambda', MetricData: [] });
  await expect(other.send(refused)).rejects.toThrow('Namespace');
});
