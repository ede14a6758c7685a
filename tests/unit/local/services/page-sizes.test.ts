import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CALLER, type CoreCloud, startCoreCloud } from './core-cloud.ts';

let cloud: CoreCloud;
beforeAll(async () => {
  cloud = await startCoreCloud();
  await cloud.call('sqs', 'CreateQueue', { QueueName: 'queue' }, CALLER);
  await cloud.call('logs', 'CreateLogGroup', { logGroupName: 'group' }, CALLER);
  await cloud.call('logs', 'CreateLogStream', { logGroupName: 'group', logStreamName: 'stream' }, CALLER);
  const metric = { Namespace: 'N', MetricName: 'm', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 1 };
  const alarm = { AlarmName: 'alarm', ...metric, ComparisonOperator: 'GreaterThanThreshold' };
  await cloud.call('monitoring', 'PutMetricAlarm', alarm, CALLER);
});
afterAll(() => cloud.close());

test.each([
  ['sqs', 'ListQueues', {}, 'MaxResults', 'InvalidParameterValue'],
  ['logs', 'DescribeLogGroups', {}, 'limit', 'InvalidParameterException'],
  ['logs', 'DescribeLogStreams', { logGroupName: 'group' }, 'limit', 'InvalidParameterException'],
  ['logs', 'GetLogEvents', { logGroupName: 'group', logStreamName: 'stream' }, 'limit', 'InvalidParameterException'],
  ['logs', 'FilterLogEvents', { logGroupName: 'group' }, 'limit', 'InvalidParameterException'],
  ['monitoring', 'DescribeAlarms', {}, 'MaxRecords', 'ValidationError'],
  ['monitoring', 'DescribeAlarmHistory', {}, 'MaxRecords', 'ValidationError'],
])('%s refuses a page of %s that has no room for an entry', async (service, operation, input, member, code) => {
  for (const size of [0, -1]) {
    const asked = cloud.call(service, operation, { ...input, [member]: size }, CALLER);
    await expect(asked).rejects.toMatchObject({ code, message: expect.stringContaining(`'${size}' at '${member}'`) });
  }
  await cloud.call(service, operation, { ...input, [member]: 1 }, CALLER);
});
