import {
  CreateQueueCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ACCOUNT, type CoreCloud, startCoreCloud } from '../core-cloud.ts';

let cloud: CoreCloud;
let sqs: SQSClient;
beforeAll(async () => {
  cloud = await startCoreCloud();
  sqs = cloud.client(SQSClient);
});
afterAll(() => cloud.close());

const arn = (name: string) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
const urlOf = (name: string) => `${cloud.url}/${ACCOUNT}/${name}`;
const receive = async (name: string) =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl: urlOf(name), VisibilityTimeout: 0, MaxNumberOfMessages: 10 })))
    .Messages ?? [];

test('a queue that is no dead-letter queue is refused', async () => {
  await sqs.send(new CreateQueueCommand({ QueueName: 'plain' }));
  const move = (SourceArn: string) => sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
  await expect(move(arn('plain'))).rejects.toThrow('must be configured as a Dead Letter Queue');
  await expect(move(arn('missing'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('messages go back to the queue that gave up on them, and are tried as often as before', async () => {
  await sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 1 });
  await sqs.send(new CreateQueueCommand({ QueueName: 'work', Attributes: { RedrivePolicy } }));
  await sqs.send(new SendMessageCommand({ QueueUrl: urlOf('work'), MessageBody: 'pick' }));
  expect(await receive('work')).toHaveLength(1);
  expect(await receive('work')).toHaveLength(0);
  const SourceArn = arn('dead');
  const toItself = new StartMessageMoveTaskCommand({ SourceArn, DestinationArn: SourceArn });
  await expect(sqs.send(toItself)).rejects.toThrow('the same queue');
  const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl: urlOf('work'), WaitTimeSeconds: 20 }));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
  expect((await waiting).Messages).toMatchObject([{ Body: 'pick' }]);
  const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));
  expect(Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
  expect(await receive('dead')).toEqual([]);
});
