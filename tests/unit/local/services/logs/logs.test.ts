import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CoreCloud, startCoreCloud } from '../core-cloud.ts';

let cloud: CoreCloud;
let client: CloudWatchLogsClient;
const logGroupName = '/aws/test';
const logStreamName = 'a/[1]';
beforeAll(async () => {
  cloud = await startCoreCloud();
  client = cloud.client(CloudWatchLogsClient);
  await client.send(new CreateLogGroupCommand({ logGroupName }));
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'b' }));
  await put(logStreamName, [1000, 'one ERROR'], [2000, 'two'], [2000, 'two more']);
  await put('b', [1500, 'one and a half WARN']);
  await put(logStreamName, [500, 'early, but late']);
});
afterAll(() => cloud.close());

const put = (stream: string, ...events: [number, string][]) =>
  client.send(
    new PutLogEventsCommand({
      logGroupName,
      logStreamName: stream,
      logEvents: events.map(([timestamp, message]) => ({ timestamp, message })),
    }),
  );

describe('what is refused', () => {
  const missing = { name: 'ResourceNotFoundException' };
  test('a group, or a stream, that is not there', async () => {
    await expect(client.send(new DeleteLogGroupCommand({ logGroupName: '/none' }))).rejects.toMatchObject({
      ...missing,
      message: 'The specified log group does not exist.',
    });
    await expect(put('none', [1, 'x'])).rejects.toMatchObject({
      ...missing,
      message: 'The specified log stream does not exist.',
    });
  });

  test('what exists', async () => {
    await expect(client.send(new CreateLogGroupCommand({ logGroupName }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    await expect(client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
  });

  test('names, orders and patterns that are not allowed', async () => {
    const invalid = { name: 'InvalidParameterException' };
    await expect(client.send(new CreateLogGroupCommand({ logGroupName: 'a b' }))).rejects.toMatchObject(invalid);
    await expect(client.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'a:b' }))).rejects.toMatchObject(
      invalid,
    );
    await expect(put(logStreamName, [2, 'x'], [1, 'y'])).rejects.toMatchObject(invalid);
    await expect(
      client.send(new FilterLogEventsCommand({ logGroupName, filterPattern: '{ $.a = 1 }' })),
    ).rejects.toThrow('filter patterns of terms only');
  });
});

test('events are read in the order of time, forwards and backwards', async () => {
  const get = async (more: object) => {
    const { events = [], ...tokens } = await client.send(
      new GetLogEventsCommand({ logGroupName, logStreamName, ...more }),
    );
    return { messages: events.map(({ message }) => message), ...tokens };
  };
  const all = ['early, but late', 'one ERROR', 'two', 'two more'];
  expect((await get({ startFromHead: true })).messages).toEqual(all);
  const first = await get({ startFromHead: true, limit: 3 });
  const second = await get({ nextToken: first.nextForwardToken });
  const third = await get({ nextToken: second.nextForwardToken });
  expect([first.messages, second.messages, third.messages]).toEqual([all.slice(0, 3), ['two more'], []]);
  expect(third.nextForwardToken).toBe(second.nextForwardToken);
  const last = await get({ limit: 1 });
  expect([last.messages, (await get({ nextToken: last.nextBackwardToken, limit: 2 })).messages]).toEqual([
    ['two more'],
    ['one ERROR', 'two'],
  ]);
  expect((await get({ startFromHead: true, startTime: 1000, endTime: 2000 })).messages).toEqual(['one ERROR']);
});

test.each([
  ['', ['early, but late', 'one ERROR', 'one and a half WARN', 'two', 'two more']],
  ['one', ['one ERROR', 'one and a half WARN']],
  ['one ERROR', ['one ERROR']],
  ['"one and a half"', ['one and a half WARN']],
  ['?ERROR ?WARN', ['one ERROR', 'one and a half WARN']],
  ['one -ERROR', ['one and a half WARN']],
])('the filter %j finds %j', async (filterPattern, expected) => {
  const { events } = await client.send(new FilterLogEventsCommand({ logGroupName, filterPattern }));
  expect(events?.map(({ message }) => message)).toEqual(expected);
});

test('streams tell when they were written', async () => {
  const { logStreams } = await client.send(new DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime' }));
  expect(logStreams).toMatchObject([
    { logStreamName: 'b', firstEventTimestamp: 1500, lastEventTimestamp: 1500 },
    { logStreamName, firstEventTimestamp: 500, lastEventTimestamp: 2000, lastIngestionTime: cloud.clock.now() },
  ]);
});

test('a deleted group is gone with its events', async () => {
  await client.send(new CreateLogGroupCommand({ logGroupName: '/gone' }));
  await client.send(new PutRetentionPolicyCommand({ logGroupName: '/gone', retentionInDays: 7 }));
  const describeGroups = async () =>
    (await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/gone' }))).logGroups;
  expect(await describeGroups()).toMatchObject([
    { logGroupName: '/gone', retentionInDays: 7, arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/gone:*' },
  ]);
  await client.send(new DeleteLogGroupCommand({ logGroupName: '/gone' }));
  expect(await describeGroups()).toEqual([]);
});
