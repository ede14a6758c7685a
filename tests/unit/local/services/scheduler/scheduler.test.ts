import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createManualClock } from '../../../../../local/manual-clock.ts';
import { openStorage } from '../../../../../local/storage/open-storage.ts';
import { CALLER, type CoreCloud, NOW, recordingService, startCoreCloud } from '../core-cloud.ts';

const states = recordingService('states', { StartExecution: () => ({}) });

let cloud: CoreCloud;
let client: SchedulerClient;
beforeEach(async () => {
  states.calls.length = 0;
  cloud = await startCoreCloud({ others: [states] });
  client = cloud.client(SchedulerClient);
});
afterEach(() => cloud.close());

const MINUTE = 60_000;
const Target = {
  Arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:close-day',
  RoleArn: 'arn:aws:iam::000000000000:role/r',
  Input: '{"a":1}',
};
const schedule = (more: Partial<CreateScheduleCommandInput>): CreateScheduleCommandInput => ({
  Name: 's',
  ScheduleExpression: 'rate(5 minutes)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target,
  ...more,
});
const create = (more: Partial<CreateScheduleCommandInput> = {}) =>
  client.send(new CreateScheduleCommand(schedule(more)));
const inputs = async () => {
  await cloud.core.scheduler.idle();
  return states.calls.splice(0).map(([, input]) => JSON.parse((input as { input: string }).input));
};
const advance = (minutes: number) => cloud.clock.advanceTo(cloud.clock.now() + minutes * MINUTE);

describe('what is refused', () => {
  test.each<[string, Partial<CreateScheduleCommandInput>, string]>([
    ['a broken expression', { ScheduleExpression: 'cron(x)' }, 'ValidationException'],
    [
      'a target that this cloud does not have',
      { Target: { ...Target, Arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s' } },
      'ValidationException',
    ],
    [
      'parameters that would be ignored',
      { Target: { ...Target, KinesisParameters: { PartitionKey: 'x' } } },
      'UnsupportedParameterException',
    ],
    ['a group that is not there', { GroupName: 'none' }, 'ResourceNotFoundException'],
  ])('%s', async (_, input, name) => {
    await expect(create(input)).rejects.toMatchObject({ name });
  });

  test('a schedule that exists, or does not', async () => {
    await create();
    await expect(create()).rejects.toMatchObject({ name: 'ConflictException', $metadata: { httpStatusCode: 409 } });
    await expect(client.send(new GetScheduleCommand({ Name: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

test('a recurring schedule calls its target again and again, until it is deleted', async () => {
  await create();
  await advance(11);
  expect(await inputs()).toEqual([{ a: 1 }, { a: 1 }]);
  await client.send(new DeleteScheduleCommand({ Name: 's' }));
  await advance(11);
  expect(await inputs()).toEqual([]);
});

test('only while it is enabled, and between its dates', async () => {
  await create({ State: 'DISABLED' });
  await create({ Name: 'dated', StartDate: new Date(NOW + 20 * MINUTE), EndDate: new Date(NOW + 26 * MINUTE) });
  await advance(19);
  expect(await inputs()).toEqual([]);
  await advance(30);
  expect(await inputs()).toHaveLength(2);
});

test('a one-time schedule fires once, and is deleted if it shall be', async () => {
  const once = { ScheduleExpression: 'at(2026-11-22T13:00:00)', ScheduleExpressionTimezone: 'UTC' };
  await create(once);
  await create({ ...once, Name: 'brief', ActionAfterCompletion: 'DELETE' });
  await advance(200);
  expect(await inputs()).toHaveLength(2);
  expect((await client.send(new ListSchedulesCommand())).Schedules).toMatchObject([{ Name: 's' }]);
});

test('an update is what counts from then on', async () => {
  await create();
  await client.send(
    new UpdateScheduleCommand(
      schedule({ ScheduleExpression: 'rate(1 hour)', Target: { ...Target, Input: '{"b":2}' } }),
    ),
  );
  await advance(61);
  expect(await inputs()).toEqual([{ b: 2 }]);
  expect(await client.send(new GetScheduleCommand({ Name: 's' }))).toMatchObject({
    ScheduleExpression: 'rate(1 hour)',
    GroupName: 'default',
    State: 'ENABLED',
    CreationDate: new Date(NOW),
  });
});

test('the input may name the schedule and the time', async () => {
  await create({
    Target: { ...Target, Input: '{"at":"<aws.scheduler.scheduled-time>","by":"<aws.scheduler.schedule-arn>"}' },
  });
  await advance(5);
  expect(await inputs()).toEqual([
    { at: '2026-11-22T12:05:00Z', by: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/s' },
  ]);
});

test('a bus gets an event', async () => {
  await cloud.call('sqs', 'CreateQueue', { QueueName: 'q' }, CALLER);
  await cloud.call('events', 'PutRule', { Name: 'r', EventPattern: '{"source":["clock"]}' }, CALLER);
  await cloud.call(
    'events',
    'PutTargets',
    { Rule: 'r', Targets: [{ Id: '1', Arn: 'arn:aws:sqs:us-east-1:000000000000:q' }] },
    CALLER,
  );
  const Arn = 'arn:aws:events:us-east-1:000000000000:event-bus/default';
  await create({ Target: { ...Target, Arn, EventBridgeParameters: { DetailType: 'Tick', Source: 'clock' } } });
  await advance(5);
  await cloud.core.scheduler.idle();
  await cloud.core.events.idle();
  const { Messages } = await cloud.call('sqs', 'ReceiveMessage', { QueueUrl: 'q' }, CALLER);
  expect(JSON.parse(Messages[0].Body)).toMatchObject({ source: 'clock', 'detail-type': 'Tick', detail: { a: 1 } });
});

test('what fell into the time when nothing ran: one-time schedules fire late, recurring ones wait', async () => {
  const shared = openStorage();
  const storage = { ...shared, close: () => {} };
  const clock = createManualClock(NOW);
  const first = await startCoreCloud({ storage, clock, others: [states] });
  await first.call(
    'scheduler',
    'CreateSchedule',
    schedule({ Name: 'once', ScheduleExpression: 'at(2026-11-22T13:00:00)', Target: { ...Target, Input: '"once"' } }),
    CALLER,
  );
  await first.call(
    'scheduler',
    'CreateSchedule',
    schedule({ Name: 'often', Target: { ...Target, Input: '"often"' } }),
    CALLER,
  );
  await first.close();
  await clock.advanceTo(NOW + 3_600_000 * 5);
  const second = await startCoreCloud({ storage, clock, others: [states] });
  await clock.advanceTo(clock.now() + 6 * MINUTE);
  await second.core.scheduler.idle();
  expect(states.calls.map(([, input]) => (input as { input: string }).input)).toEqual(['"once"', '"often"']);
  await second.close();
  shared.close();
});

test('groups hold schedules of the same name', async () => {
  await client.send(new CreateScheduleGroupCommand({ Name: 'night' }));
  await create();
  await create({ GroupName: 'night' });
  const list = async (GroupName?: string) =>
    (await client.send(new ListSchedulesCommand({ GroupName }))).Schedules?.map(({ Arn }) => Arn);
  expect(await list('night')).toEqual(['arn:aws:scheduler:us-east-1:000000000000:schedule/night/s']);
  expect(await list()).toHaveLength(2);
});

test('AWS::Scheduler::Schedule keeps counting when it is applied again', async () => {
  const type = cloud.core.scheduler.resources!['AWS::Scheduler::Schedule']!;
  const deployment = { ...CALLER, stackName: 'shop', logicalId: 'CloseDay', packageFolder: '' };
  const properties = {
    ScheduleExpression: 'rate(5 minutes)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { ...Target, RetryPolicy: { MaximumRetryAttempts: '2' } },
  };
  const first = await type.apply(properties, deployment);
  await advance(3);
  expect(await type.apply(properties, deployment)).toEqual(first);
  await advance(3);
  expect(await inputs()).toEqual([{ a: 1 }]);
});
