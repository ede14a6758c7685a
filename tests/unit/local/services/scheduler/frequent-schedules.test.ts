import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ACCOUNT, CALLER, type CoreCloud, startCoreCloud } from '../core-cloud.ts';

// What happens to schedules when the clock is moved over many of their times at once.

const MINUTE = 60_000;
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:rings`;
let cloud: CoreCloud;
beforeEach(async () => {
  cloud = await startCoreCloud();
  await cloud.call('sqs', 'CreateQueue', { QueueName: 'rings' }, CALLER);
});
afterEach(() => cloud.close());

const rule = async (ScheduleExpression: string) => {
  await cloud.call('events', 'PutRule', { Name: 'rule', ScheduleExpression }, CALLER);
  await cloud.call('events', 'PutTargets', { Rule: 'rule', Targets: [{ Id: 'queue', Arn: QUEUE }] }, CALLER);
};
const schedule = (ScheduleExpression: string) =>
  cloud.call(
    'scheduler',
    'CreateSchedule',
    {
      ...{ Name: 'schedule', ScheduleExpression, FlexibleTimeWindow: { Mode: 'OFF' } },
      Target: { Arn: QUEUE, RoleArn: `arn:aws:iam::${ACCOUNT}:role/any` },
    },
    CALLER,
  );
const minutes = async (count: number) => {
  await cloud.clock.advanceTo(cloud.clock.now() + count * MINUTE);
  await cloud.core.events.idle();
  await cloud.core.scheduler.idle();
};
async function rings(): Promise<number> {
  const input = { QueueUrl: 'rings', AttributeNames: ['ApproximateNumberOfMessages'] };
  const { Attributes } = await cloud.call('sqs', 'GetQueueAttributes', input, CALLER);
  return Number(Attributes.ApproximateNumberOfMessages);
}

test.each([
  ['a rule', rule],
  ['a schedule', schedule],
])(
  'a day that is skipped at once rings %s of two minutes twice: at the first time and at the last',
  async (_, make) => {
    await make('rate(2 minutes)');
    await minutes(24 * 60);
    expect(await rings()).toBe(2);
    await minutes(2);
    expect(await rings()).toBe(3);
  },
);

test('time that passes step by step rings every time', async () => {
  await rule('rate(2 minutes)');
  for (let minute = 0; minute < 10; minute++) await minutes(1);
  expect(await rings()).toBe(5);
});

test.each(['rate(1 hour)', 'cron(0 * * * ? *)'])(
  '%s rings for every hour of a day that is skipped',
  async (expression) => {
    await rule(expression);
    await minutes(24 * 60);
    expect(await rings()).toBe(24);
  },
);

test('who skips to the next timer does not mean a schedule that comes all the time', async () => {
  await rule('rate(2 minutes)');
  expect(cloud.clock.nextTimer()).toBeUndefined();
  await schedule('rate(2 hours)');
  expect(cloud.clock.nextTimer()).toBe(cloud.clock.now() + 120 * MINUTE);
});
