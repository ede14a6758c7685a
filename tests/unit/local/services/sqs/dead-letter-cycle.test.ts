import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ACCOUNT, CALLER, type CoreCloud, NOW, startCoreCloud } from '../core-cloud.ts';

// Two queues that are each other's dead-letter queue. SQS counts for each queue how often it handed out a message before it
// gives up on it, so that each delivers what the other gave up on.

let cloud: CoreCloud;
beforeEach(async () => {
  cloud = await startCoreCloud();
  await createQueue('one', 'other');
  await createQueue('other', 'one');
});
afterEach(() => cloud.close());

function createQueue(QueueName: string, dead: string) {
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: `arn:aws:sqs:us-east-1:${ACCOUNT}:${dead}`,
    maxReceiveCount: 1,
  });
  const Attributes = { RedrivePolicy, VisibilityTimeout: '5' };
  return cloud.call('sqs', 'CreateQueue', { QueueName, Attributes }, CALLER);
}

/** A caller that counts how often a poll looks whether it is still there, and gives up on one that looks without end. */
function impatient() {
  let looks = 0;
  const signal = Object.assign(new AbortController().signal, {});
  Object.defineProperty(signal, 'aborted', {
    get() {
      looks += 1;
      if (looks > 100) throw new Error('The poll does not rest');
      return false;
    },
  });
  return { ...CALLER, signal, looks: () => looks };
}

const receive = async (QueueUrl: string, WaitTimeSeconds = 0, caller: object = CALLER) => {
  const input = { QueueUrl, WaitTimeSeconds, MessageSystemAttributeNames: ['All'] };
  const { Messages = [] } = await cloud.call('sqs', 'ReceiveMessage', input, caller as typeof CALLER);
  return Messages as { Body: string; Attributes: Record<string, string> }[];
};

test('a message goes round only as fast as it is received, and long polls rest meanwhile', async () => {
  await cloud.call('sqs', 'SendMessage', { QueueUrl: 'one', MessageBody: 'pick' }, CALLER);
  expect(await receive('one')).toMatchObject([{ Body: 'pick' }]);
  await cloud.clock.advanceTo(NOW + 6_000);
  const [first, second] = [impatient(), impatient()];
  const polls = [receive('one', 20, first), receive('other', 20, second)];
  void Promise.allSettled(polls);
  expect(await polls[1]).toMatchObject([
    { Body: 'pick', Attributes: { DeadLetterQueueSourceArn: `arn:aws:sqs:us-east-1:${ACCOUNT}:one` } },
  ]);
  expect(await receive('other')).toEqual([]);
  await cloud.clock.advanceTo(NOW + 12_000);
  expect(await receive('other')).toEqual([]);
  expect(await polls[0]).toMatchObject([
    { Body: 'pick', Attributes: { DeadLetterQueueSourceArn: `arn:aws:sqs:us-east-1:${ACCOUNT}:other` } },
  ]);
  expect(Math.max(first.looks(), second.looks())).toBeLessThan(20);
});
