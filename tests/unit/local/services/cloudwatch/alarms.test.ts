import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AdjustableClock } from '../../../../../local/clock.ts';
import { createManualClock } from '../../../../../local/manual-clock.ts';
import { ACCOUNT, CALLER, type CoreCloud, NOW, startCoreCloud } from '../core-cloud.ts';

const MINUTE = 60_000;
const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:operations`;
const METRIC = { ...CALLER, namespace: 'Shop', name: 'failures', dimensions: { machine: 'orders' } };
const ALARM: PutMetricAlarmCommandInput = {
  AlarmName: 'orders-failed',
  AlarmDescription: 'An order failed.',
  Namespace: 'Shop',
  MetricName: 'failures',
  Dimensions: [{ Name: 'machine', Value: 'orders' }],
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  TreatMissingData: 'notBreaching',
  AlarmActions: [TOPIC],
  OKActions: [TOPIC],
};

let cloud: CoreCloud;
let cloudWatch: CloudWatchClient;
/** How often the clock was asked to wake somebody. */
let timers = 0;
beforeEach(async () => {
  const manual = createManualClock(NOW);
  const clock: AdjustableClock = {
    ...manual,
    at(...timer) {
      timers++;
      return manual.at(...timer);
    },
  };
  cloud = await startCoreCloud({ clock });
  cloudWatch = cloud.client(CloudWatchClient);
  await cloud.call('sns', 'CreateTopic', { Name: 'operations' }, CALLER);
  const Attributes = {};
  await cloud.call(
    'sns',
    'Subscribe',
    { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'ops@example.com', Attributes },
    CALLER,
  );
});
afterEach(() => cloud.close());

const put = (settings: Partial<PutMetricAlarmCommandInput> = {}) =>
  cloudWatch.send(new PutMetricAlarmCommand({ ...ALARM, ...settings }));
const state = async () => (await cloudWatch.send(new DescribeAlarmsCommand({}))).MetricAlarms?.[0]?.StateValue;
const minutes = (count: number) => cloud.clock.advanceTo(cloud.clock.now() + count * MINUTE);
const mails = () => cloud.mailbox.list().map(({ subject }) => subject);

test.each([
  ['expressions', { Metrics: [], MetricName: undefined }, 'Metrics'],
  ['periods of seconds', { Period: 10 }, 'Period of 10 seconds'],
  ['anomaly detection', { ComparisonOperator: 'GreaterThanUpperThreshold' }, 'GreaterThanUpperThreshold'],
  ['actions that are no topic', { AlarmActions: ['arn:aws:automate:us-east-1:ec2:stop'] }, 'ec2:stop'],
  ['a statistic that is not kept', { Statistic: undefined, ExtendedStatistic: 'tm90' }, 'tm90'],
  ['values of one unit alone', { Unit: 'Count' }, 'Unit'],
  ['more datapoints than periods', { DatapointsToAlarm: 2 }, 'DatapointsToAlarm'],
] as const)('refuses %s by name', async (_what, settings, named) => {
  await expect(put(settings as object)).rejects.toThrow(named);
});

test.each([
  ['a state that there is none of', { StateValue: 'RINGING' }, 'RINGING'],
  ['no reason', { StateReason: '' }, 'StateReason'],
  ['data of a reason that is no JSON', { StateReasonData: '{' }, 'StateReasonData'],
])('a state is not set with %s', async (_what, input, named) => {
  await put();
  const given = { AlarmName: 'orders-failed', StateValue: 'ALARM', StateReason: 'to see', ...input };
  await expect(cloudWatch.send(new SetAlarmStateCommand(given as never))).rejects.toThrow(named);
  expect(await state()).toBe('INSUFFICIENT_DATA');
});

test('a template can have no alarm that is not evaluated', () => {
  const types = cloud.core.all.flatMap(({ resources = {} }) => Object.keys(resources));
  expect(types.filter((type) => type.startsWith('AWS::CloudWatch::'))).toEqual([
    'AWS::CloudWatch::Alarm',
    'AWS::CloudWatch::Dashboard',
  ]);
});

test('rings when the threshold is crossed, tells its topic, and recovers', async () => {
  await put();
  expect(await state()).toBe('INSUFFICIENT_DATA');
  await minutes(1);
  expect(await state()).toBe('OK');
  cloud.metrics.record(METRIC, 1);
  await minutes(1);
  expect(await state()).toBe('ALARM');
  await minutes(10);
  expect(await state()).toBe('OK');
  expect(mails()).toEqual(
    [
      'OK: "orders-failed" in US East (N. Virginia)',
      'ALARM: "orders-failed" in US East (N. Virginia)',
      'OK: "orders-failed" in US East (N. Virginia)',
    ].reverse(),
  );
  expect(JSON.parse(cloud.mailbox.list()[1]!.text)).toEqual({
    AlarmName: 'orders-failed',
    AlarmDescription: 'An order failed.',
    AWSAccountId: ACCOUNT,
    AlarmConfigurationUpdatedTimestamp: '2026-11-22T12:00:00.000+0000',
    NewStateValue: 'ALARM',
    NewStateReason:
      'Threshold Crossed: 1 out of the last 1 datapoint [1.0 (22/11/26 12:01:00)] was greater than or equal to the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).',
    StateChangeTime: '2026-11-22T12:02:00.000+0000',
    Region: 'US East (N. Virginia)',
    AlarmArn: `arn:aws:cloudwatch:us-east-1:${ACCOUNT}:alarm:orders-failed`,
    OldStateValue: 'OK',
    OKActions: [TOPIC],
    AlarmActions: [TOPIC],
    InsufficientDataActions: [],
    Trigger: {
      MetricName: 'failures',
      Namespace: 'Shop',
      StatisticType: 'Statistic',
      Statistic: 'SUM',
      Unit: null,
      Dimensions: [{ value: 'orders', name: 'machine' }],
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
      EvaluateLowSampleCountPercentile: '',
    },
  });
});

test('a year over which nothing happens evaluates nothing', async () => {
  await put();
  await put({ AlarmName: 'queue', MetricName: 'length', Dimensions: [], Statistic: 'Maximum' });
  cloud.metrics.record(METRIC, 1);
  cloud.metrics.level({ ...METRIC, name: 'length', dimensions: {} }, 7);
  await minutes(60);
  const before = timers;
  await minutes(365 * 24 * 60);
  expect(timers - before).toBe(0);
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
  expect(MetricAlarms.map(({ AlarmName, StateValue }) => [AlarmName, StateValue])).toEqual([
    ['orders-failed', 'OK'],
    ['queue', 'ALARM'],
  ]);
});

test('an age rings when it has grown beyond the threshold, however long that takes', async () => {
  await put({ Statistic: 'Maximum', Threshold: 3600 });
  cloud.metrics.age(METRIC, cloud.clock.now());
  await minutes(59);
  expect(await state()).toBe('OK');
  await minutes(2);
  expect(await state()).toBe('ALARM');
  cloud.metrics.age(METRIC, undefined);
  await minutes(5);
  expect(await state()).toBe('OK');
});

test('a percentile of three periods rings when something is in the third', async () => {
  await put({ Statistic: undefined, ExtendedStatistic: 'p99', Period: 300, EvaluationPeriods: 3, Threshold: 5000 });
  for (let minute = 0; minute < 10; minute++) {
    cloud.metrics.record(METRIC, 9000);
    await minutes(1);
  }
  expect(await state()).toBe('OK');
  cloud.metrics.record(METRIC, 9000);
  await minutes(1);
  expect(await state()).toBe('ALARM');
});

test('alarms and their timers survive a restart', async () => {
  await put();
  await minutes(1);
  cloud.metrics.record(METRIC, 1);
  const { storage, clock } = cloud;
  await cloud.core.close();
  const again = await startCoreCloud({ storage: { ...storage, close() {} }, clock });
  const restarted = again.client(CloudWatchClient);
  await minutes(1);
  const ringing = await restarted.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
  expect(ringing.MetricAlarms).toMatchObject([{ AlarmName: 'orders-failed' }]);
  await minutes(10);
  expect((await restarted.send(new DescribeAlarmsCommand({}))).MetricAlarms).toMatchObject([{ StateValue: 'OK' }]);
  await again.close();
});

test('a state that was set by hand lasts until the next evaluation, and tells its topic', async () => {
  await put();
  await minutes(1);
  await cloudWatch.send(
    new SetAlarmStateCommand({ AlarmName: 'orders-failed', StateValue: 'ALARM', StateReason: 'a drill' }),
  );
  expect(await state()).toBe('ALARM');
  await minutes(1);
  expect(await state()).toBe('OK');
  expect(mails()[1]).toMatch(/^ALARM/);
  const missing = new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: 'a drill' });
  await expect(cloudWatch.send(missing)).rejects.toMatchObject({ name: 'ResourceNotFound' });
});

test('with its actions disabled it changes its state in silence', async () => {
  await put({ OKActions: [] });
  await cloudWatch.send(new DisableAlarmActionsCommand({ AlarmNames: ['orders-failed'] }));
  cloud.metrics.record(METRIC, 1);
  await minutes(1);
  expect(await state()).toBe('ALARM');
  expect(mails()).toEqual([]);
  await cloudWatch.send(new EnableAlarmActionsCommand({ AlarmNames: ['orders-failed'] }));
  await minutes(10);
  cloud.metrics.record(METRIC, 1);
  await minutes(1);
  expect(mails()).toHaveLength(1);
});

test('the history tells what happened, the latest first; a deleted alarm is silent', async () => {
  await put({ OKActions: [] });
  cloud.metrics.record(METRIC, 1);
  await minutes(1);
  await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['orders-failed'] }));
  await minutes(10);
  const { AlarmHistoryItems = [] } = await cloudWatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName: 'orders-failed' }),
  );
  expect(AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary)).toEqual([
    'Alarm "orders-failed" deleted',
    `Successfully executed action ${TOPIC}`,
    'Alarm updated from INSUFFICIENT_DATA to ALARM',
    'Alarm "orders-failed" created',
  ]);
});

test('changes of state are events on the default bus', async () => {
  await cloud.call('sqs', 'CreateQueue', { QueueName: 'changes' }, CALLER);
  await cloud.call('events', 'PutRule', { Name: 'alarms', EventPattern: '{"source":["aws.cloudwatch"]}' }, CALLER);
  const Targets = [{ Id: 'queue', Arn: `arn:aws:sqs:us-east-1:${ACCOUNT}:changes` }];
  await cloud.call('events', 'PutTargets', { Rule: 'alarms', Targets }, CALLER);
  await put();
  await minutes(1);
  await cloud.core.events.idle();
  const { Messages } = await cloud.call('sqs', 'ReceiveMessage', { QueueUrl: 'changes' }, CALLER);
  expect(JSON.parse(Messages[0].Body)).toMatchObject({
    'detail-type': 'CloudWatch Alarm State Change',
    detail: { alarmName: 'orders-failed', state: { value: 'OK' }, previousState: { value: 'INSUFFICIENT_DATA' } },
  });
});

test('alarms are found by state, prefix and metric', async () => {
  await put();
  await put({ AlarmName: 'other', MetricName: 'other' });
  const found = async (command: DescribeAlarmsCommand) =>
    (await cloudWatch.send(command)).MetricAlarms?.map(({ AlarmName }) => AlarmName);
  expect(await found(new DescribeAlarmsCommand({ AlarmNamePrefix: 'ot' }))).toEqual(['other']);
  expect(await found(new DescribeAlarmsCommand({ StateValue: 'ALARM' }))).toEqual([]);
  const { Namespace, MetricName, Dimensions } = ALARM;
  const ofMetric = await cloudWatch.send(new DescribeAlarmsForMetricCommand({ Namespace, MetricName, Dimensions }));
  expect(ofMetric.MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual(['orders-failed']);
});

test('alarms are listed page after page, those of a prefix alone if wanted', async () => {
  for (let index = 0; index < 7; index++)
    await cloudWatch.send(new PutMetricAlarmCommand({ ...ALARM, AlarmName: `${index % 2 ? 'odd' : 'even'}-${index}` }));
  const namesOf = async (input: DescribeAlarmsCommandInput): Promise<string[][]> => {
    const pages: string[][] = [];
    let NextToken: string | undefined;
    do {
      const page = await cloudWatch.send(new DescribeAlarmsCommand({ ...input, NextToken }));
      pages.push((page.MetricAlarms ?? []).map(({ AlarmName = '' }) => AlarmName));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return pages;
  };
  expect(await namesOf({ MaxRecords: 4 })).toEqual([
    ['even-0', 'even-2', 'even-4', 'even-6'],
    ['odd-1', 'odd-3', 'odd-5'],
  ]);
  expect(await namesOf({ MaxRecords: 2, AlarmNamePrefix: 'odd' })).toEqual([['odd-1', 'odd-3'], ['odd-5']]);
  expect(await namesOf({ AlarmTypes: ['CompositeAlarm'] })).toEqual([[]]);
});
