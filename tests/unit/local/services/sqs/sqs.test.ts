import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  type CreateQueueCommandInput,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AdjustableClock } from '../../../../../local/clock.ts';
import { createManualClock } from '../../../../../local/manual-clock.ts';
import { CALLER, type CoreCloud, NOW, startCoreCloud } from '../core-cloud.ts';

let cloud: CoreCloud;
let client: SQSClient;
/** Long polls that wait. */
let polls = 0;
beforeAll(async () => {
  const clock = createManualClock(NOW);
  const counting: AdjustableClock = {
    ...clock,
    at(at, callback, options) {
      const cancel = clock.at(at, callback, options);
      if (!options?.longPoll) return cancel;
      polls++;
      return () => {
        polls--;
        cancel();
      };
    },
  };
  cloud = await startCoreCloud({ clock: counting });
  client = cloud.client(SQSClient);
});
afterAll(() => cloud.close());

let names = 0;
async function newQueue(Attributes?: CreateQueueCommandInput['Attributes'], suffix = ''): Promise<string> {
  const { QueueUrl } = await client.send(
    new CreateQueueCommand({ QueueName: `queue-${names++}${suffix}`, Attributes }),
  );
  return QueueUrl!;
}
const newFifo = (more = {}) => newQueue({ FifoQueue: 'true', ContentBasedDeduplication: 'true', ...more }, '.fifo');
const send = (QueueUrl: string, MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
const receive = async (QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}) =>
  (await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ?? [];
const bodies = async (QueueUrl: string, more = {}) => (await receive(QueueUrl, more)).map(({ Body }) => Body);
const skip = (seconds: number) => cloud.clock.advanceTo(cloud.clock.now() + seconds * 1000);

describe('what is refused', () => {
  test.each<[string, CreateQueueCommandInput, string]>([
    ['a name with spaces', { QueueName: 'a b' }, 'InvalidParameterValue'],
    [
      'a FIFO queue whose name does not say so',
      { QueueName: 'a', Attributes: { FifoQueue: 'true' } },
      'InvalidParameterValue',
    ],
    ['a queue whose name says FIFO and is none', { QueueName: 'a.fifo' }, 'InvalidParameterValue'],
    ['an unknown attribute', { QueueName: 'a', Attributes: { Colour: 'red' } as never }, 'InvalidAttributeName'],
    ['an attribute out of its range', { QueueName: 'a', Attributes: { DelaySeconds: '901' } }, 'InvalidAttributeValue'],
    [
      'a redrive policy without a target',
      { QueueName: 'a', Attributes: { RedrivePolicy: '{"maxReceiveCount":3}' } },
      'InvalidAttributeValue',
    ],
  ])('%s', async (_, input, name) => {
    await expect(client.send(new CreateQueueCommand(input))).rejects.toMatchObject({ name });
  });

  test('a queue that is not there', async () => {
    await expect(client.send(new GetQueueUrlCommand({ QueueName: 'none' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      message: 'The specified queue does not exist.',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('the same queue with another attribute', async () => {
    const QueueUrl = await newQueue({ VisibilityTimeout: '5' });
    const QueueName = QueueUrl.split('/').at(-1);
    expect(
      await client.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: '5' } })),
    ).toMatchObject({ QueueUrl });
    await expect(
      client.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: '6' } })),
    ).rejects.toMatchObject({ name: 'QueueNameExists' });
  });

  test.each<[string, Partial<SendMessageCommandInput>, string]>([
    ['an empty message', { MessageBody: '' }, 'MissingParameter'],
    ['a message with characters that XML lacks', { MessageBody: '\u0000' }, 'InvalidMessageContents'],
    ['a message that is too long', { MessageBody: 'x'.repeat(1_048_577) }, 'InvalidParameterValue'],
    ['a delay that is too long', { DelaySeconds: 901 }, 'InvalidParameterValue'],
    ['an attribute without a value', { MessageAttributes: { a: { DataType: 'String' } } }, 'InvalidParameterValue'],
    [
      'an attribute of an unknown type',
      { MessageAttributes: { a: { DataType: 'Date', StringValue: 'x' } } },
      'InvalidParameterValue',
    ],
    [
      'a number that is none',
      { MessageAttributes: { a: { DataType: 'Number', StringValue: 'x' } } },
      'InvalidParameterValue',
    ],
    ['a deduplication id', { MessageDeduplicationId: 'x' }, 'InvalidParameterValue'],
  ])('%s', async (_, input, name) => {
    await expect(send(await newQueue(), 'x', input)).rejects.toMatchObject({ name });
  });

  test('a FIFO message without a group, or without anything to tell it by', async () => {
    await expect(send(await newFifo(), 'x')).rejects.toMatchObject({ name: 'MissingParameter' });
    const QueueUrl = await newFifo({ ContentBasedDeduplication: 'false' });
    await expect(send(QueueUrl, 'x', { MessageGroupId: 'g' })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  test('receipt handles that are none', async () => {
    const QueueUrl = await newQueue();
    await expect(client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'x' }))).rejects.toMatchObject({
      name: 'ReceiptHandleIsInvalid',
    });
  });

  test('batches that are empty, too large or ambiguous', async () => {
    const QueueUrl = await newQueue();
    const entries = (ids: string[]) => ids.map((Id) => ({ Id, MessageBody: 'x' }));
    const sendBatch = (ids: string[]) => client.send(new SendMessageBatchCommand({ QueueUrl, Entries: entries(ids) }));
    await expect(sendBatch([])).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
    await expect(sendBatch(Array.from({ length: 11 }, (_, i) => `${i}`))).rejects.toMatchObject({
      name: 'TooManyEntriesInBatchRequest',
    });
    await expect(sendBatch(['a', 'a'])).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinct' });
    await expect(sendBatch(['a b'])).rejects.toMatchObject({ name: 'InvalidBatchEntryId' });
  });
});

test('a message comes with its attributes; the SDK checks the digests', async () => {
  const QueueUrl = await newQueue();
  const MessageAttributes = {
    text: { DataType: 'String', StringValue: 'é' },
    'number.x': { DataType: 'Number.int', StringValue: '1' },
    bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
  };
  const { MessageId } = await send(QueueUrl, 'hé', { MessageAttributes });
  const [message] = await receive(QueueUrl, { MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] });
  expect(message).toMatchObject({
    MessageId,
    Body: 'hé',
    MessageAttributes,
    Attributes: { SenderId: '000000000000', SentTimestamp: String(cloud.clock.now()), ApproximateReceiveCount: '1' },
  });
});

test('only the attributes that were asked for are told', async () => {
  const QueueUrl = await newQueue();
  const value = { DataType: 'String', StringValue: 'x' };
  await send(QueueUrl, 'x', { MessageAttributes: { 'a.b': value, 'a.c': value, d: value } });
  const [message] = await receive(QueueUrl, { MessageAttributeNames: ['a.*'] });
  expect(Object.keys(message?.MessageAttributes ?? {})).toEqual(['a.b', 'a.c']);
  expect(message).not.toHaveProperty('Attributes');
});

test('a received message is out of sight until its time is over, and gone once deleted', async () => {
  const QueueUrl = await newQueue({ VisibilityTimeout: '10' });
  await send(QueueUrl, 'x');
  const [first] = await receive(QueueUrl);
  await skip(9.9);
  expect(await receive(QueueUrl)).toEqual([]);
  await skip(0.1);
  const [second] = await receive(QueueUrl, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
  expect(second?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
  // The earlier handle is not the latest one.
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
  await skip(10);
  const [third] = await receive(QueueUrl);
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: third?.ReceiptHandle }));
  await skip(10);
  expect(await receive(QueueUrl)).toEqual([]);
});

test('visibility can be changed while it lasts', async () => {
  const QueueUrl = await newQueue();
  await send(QueueUrl, 'x');
  const [message] = await receive(QueueUrl);
  const change = (VisibilityTimeout: number) =>
    client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout }),
    );
  await change(0);
  await expect(change(5)).rejects.toMatchObject({ name: 'MessageNotInflight' });
  expect(await bodies(QueueUrl)).toEqual(['x']);
});

test('delays are kept, and old messages dropped', async () => {
  const QueueUrl = await newQueue({ DelaySeconds: '5', MessageRetentionPeriod: '60' });
  await send(QueueUrl, 'late');
  await send(QueueUrl, 'now', { DelaySeconds: 0 });
  expect(await bodies(QueueUrl, { VisibilityTimeout: 0 })).toEqual(['now']);
  await skip(5);
  expect(await bodies(QueueUrl, { VisibilityTimeout: 0 })).toEqual(['late', 'now']);
  await skip(55);
  expect(await bodies(QueueUrl)).toEqual([]);
});

describe('a long poll', () => {
  test('answers when a message comes', async () => {
    const QueueUrl = await newQueue();
    const waiting = bodies(QueueUrl, { WaitTimeSeconds: 20 });
    await send(await newQueue(), 'elsewhere');
    await send(QueueUrl, 'x');
    expect(await waiting).toEqual(['x']);
  });

  test('answers when a message becomes visible', async () => {
    const QueueUrl = await newQueue({ ReceiveMessageWaitTimeSeconds: '20' });
    await send(QueueUrl, 'x', { DelaySeconds: 7 });
    const waiting = bodies(QueueUrl);
    await expectPoll();
    await skip(7);
    expect(await waiting).toEqual(['x']);
  });

  test('answers with nothing when its time is over', async () => {
    const QueueUrl = await newQueue();
    const waiting = receive(QueueUrl, { WaitTimeSeconds: 20 });
    await expectPoll();
    await skip(20);
    expect(await waiting).toEqual([]);
  });

  test("its end is nobody's next timer, and when time is skipped it still gets what becomes visible meanwhile", async () => {
    const QueueUrl = await newQueue();
    await send(QueueUrl, 'x', { DelaySeconds: 60 });
    const visibleAt = cloud.clock.now() + 60_000;
    const waiting = bodies(QueueUrl, { WaitTimeSeconds: 20, VisibilityTimeout: 1 });
    await expectPoll();
    expect(cloud.clock.nextTimer()).toBe(visibleAt);
    await skip(120);
    expect(await waiting).toEqual(['x']);
  });

  test('takes nothing for a caller that has gone', async () => {
    const QueueUrl = await newQueue();
    const gone = new AbortController();
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
    const waiting = client.send(command, { abortSignal: gone.signal });
    await expectPoll();
    gone.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    while (polls > 0) await new Promise((resolve) => setImmediate(resolve));
    await send(QueueUrl, 'x');
    expect(await bodies(QueueUrl)).toEqual(['x']);
  });

  /** Resolves when the request has arrived and waits. */
  async function expectPoll(): Promise<void> {
    while (polls === 0) await new Promise((resolve) => setImmediate(resolve));
  }
});

test('after too many receives a message goes to the dead-letter queue', async () => {
  const dead = await newQueue();
  const deadLetterTargetArn = `arn:aws:sqs:us-east-1:000000000000:${dead.split('/').at(-1)}`;
  const QueueUrl = await newQueue({ VisibilityTimeout: '0' });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: '2' });
  await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }));
  const { MessageId } = await send(QueueUrl, 'x');
  expect([await bodies(QueueUrl), await bodies(QueueUrl), await bodies(QueueUrl)]).toEqual([['x'], ['x'], []]);
  const [letter] = await receive(dead, { MessageSystemAttributeNames: ['All'] });
  expect(letter).toMatchObject({
    MessageId,
    Attributes: { DeadLetterQueueSourceArn: `arn:aws:sqs:us-east-1:000000000000:${QueueUrl.split('/').at(-1)}` },
  });
});

test('a message that no other queue takes is received again, and not lost', async () => {
  const QueueUrl = await newQueue({ VisibilityTimeout: '0' });
  for (const name of ['missing', QueueUrl.split('/').at(-1)]) {
    const deadLetterTargetArn = `arn:aws:sqs:us-east-1:000000000000:${name}`;
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: '1' });
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }));
    await send(QueueUrl, name as string);
    expect([await bodies(QueueUrl), await bodies(QueueUrl)]).toEqual([[name], [name]]);
    await client.send(new PurgeQueueCommand({ QueueUrl }));
  }
});

describe('a FIFO queue', () => {
  test('keeps the order of each group, and holds a group while one of it is in flight', async () => {
    const QueueUrl = await newFifo();
    for (const [body, MessageGroupId] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
      ['a3', 'a'],
    ])
      await send(QueueUrl, body!, { MessageGroupId });
    const [first] = await receive(QueueUrl, {
      MaxNumberOfMessages: 1,
      MessageSystemAttributeNames: ['MessageGroupId'],
    });
    expect(first).toMatchObject({ Body: 'a1', Attributes: { MessageGroupId: 'a' } });
    expect(await bodies(QueueUrl)).toEqual(['b1']);
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    expect(await bodies(QueueUrl)).toEqual(['a2', 'a3']);
  });

  test('knows a repeated message for five minutes', async () => {
    const QueueUrl = await newFifo();
    const first = await send(QueueUrl, 'x', { MessageGroupId: 'a' });
    const second = await send(QueueUrl, 'x', { MessageGroupId: 'b' });
    expect([second.MessageId, second.SequenceNumber]).toEqual([first.MessageId, first.SequenceNumber]);
    const other = await send(QueueUrl, 'x', { MessageGroupId: 'a', MessageDeduplicationId: 'another' });
    expect(BigInt(other.SequenceNumber!)).toBeGreaterThan(BigInt(first.SequenceNumber!));
    await skip(300);
    expect((await send(QueueUrl, 'x', { MessageGroupId: 'a' })).MessageId).not.toBe(first.MessageId);
  });
});

test('batches tell what succeeded and what failed', async () => {
  const QueueUrl = await newQueue();
  const Entries = [
    { Id: 'good', MessageBody: 'x' },
    { Id: 'bad', MessageBody: 'x', DelaySeconds: -1 },
  ];
  expect(await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).toMatchObject({
    Successful: [{ Id: 'good' }],
    Failed: [{ Id: 'bad', Code: 'InvalidParameterValue', SenderFault: true }],
  });
  const [message] = await receive(QueueUrl);
  const deleted = await client.send(
    new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', ReceiptHandle: message?.ReceiptHandle }] }),
  );
  expect(deleted.Successful).toEqual([{ Id: 'a' }]);
});

test('attributes are told, with the numbers of messages', async () => {
  const QueueUrl = await newQueue({ VisibilityTimeout: '7' });
  await send(QueueUrl, 'x');
  await send(QueueUrl, 'y', { DelaySeconds: 9 });
  await send(QueueUrl, 'z');
  await receive(QueueUrl, { MaxNumberOfMessages: 1 });
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes).toMatchObject({
    VisibilityTimeout: '7',
    DelaySeconds: '0',
    ApproximateNumberOfMessages: '1',
    ApproximateNumberOfMessagesNotVisible: '1',
    ApproximateNumberOfMessagesDelayed: '1',
    QueueArn: `arn:aws:sqs:us-east-1:000000000000:${QueueUrl.split('/').at(-1)}`,
  });
});

test('a queue can be emptied, and deleted with its messages', async () => {
  const QueueUrl = await newQueue();
  await send(QueueUrl, 'x');
  await client.send(new PurgeQueueCommand({ QueueUrl }));
  expect(await receive(QueueUrl)).toEqual([]);
  await client.send(new DeleteQueueCommand({ QueueUrl }));
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand());
  expect(QueueUrls).not.toContain(QueueUrl);
});

test('AWS::SQS::Queue is the same queue each time, with the latest attributes', async () => {
  const type = cloud.core.all.find(({ name }) => name === 'sqs')!.resources!['AWS::SQS::Queue']!;
  const deployment = { ...CALLER, stackName: 'shop', logicalId: 'Q', packageFolder: '' };
  const RedrivePolicy = { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead', maxReceiveCount: 3 };
  const first = await type.apply({ FifoQueue: true, VisibilityTimeout: 5 }, deployment);
  expect(first.attributes.QueueName).toMatch(/^shop-Q-[0-9a-f]{12}\.fifo$/);
  expect(await type.apply({ FifoQueue: true, VisibilityTimeout: 6, RedrivePolicy }, deployment)).toEqual(first);
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: first.ref, AttributeNames: ['VisibilityTimeout', 'RedrivePolicy'] }),
  );
  expect(Attributes).toEqual({ VisibilityTimeout: '6', RedrivePolicy: JSON.stringify(RedrivePolicy) });
});
