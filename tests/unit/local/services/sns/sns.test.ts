import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  type PublishCommandInput,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
  type SubscribeCommandInput,
} from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../../../../local/aws/service.ts';
import { CALLER, type CoreCloud, NOW, recordingService, startCoreCloud } from '../core-cloud.ts';

let failure: Error | undefined;
const lambda = recordingService('lambda', {
  Invoke: () => {
    if (failure) throw failure;
    return { StatusCode: 202 };
  },
});

let cloud: CoreCloud;
let client: SNSClient;
let TopicArn: string;
beforeEach(async () => {
  failure = undefined;
  lambda.calls.length = 0;
  cloud = await startCoreCloud({ others: [lambda] });
  client = cloud.client(SNSClient);
  TopicArn = (await client.send(new CreateTopicCommand({ Name: 'orders' }))).TopicArn!;
  await cloud.call('sqs', 'CreateQueue', { QueueName: 'inbox' }, CALLER);
});
afterEach(() => cloud.close());

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:inbox';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f';

const subscribe = async (Attributes: Record<string, string> = {}, more: Partial<SubscribeCommandInput> = {}) =>
  (await client.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: QUEUE, Attributes, ...more })))
    .SubscriptionArn!;
const publish = (input: Partial<PublishCommandInput> = {}) =>
  client.send(new PublishCommand({ TopicArn, Message: 'hello', ...input }));
const received = async () =>
  (
    await cloud.call(
      'sqs',
      'ReceiveMessage',
      { QueueUrl: 'inbox', MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] },
      CALLER,
    )
  ).Messages ?? [];

const attribute = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });

describe('what is refused', () => {
  test.each<[string, Partial<PublishCommandInput>, string, string, number]>([
    [
      'no topic',
      { TopicArn: undefined },
      'InvalidParameterException',
      'Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter',
      400,
    ],
    ['what is no topic', { TopicArn: 'orders' }, 'InvalidParameterException', 'Invalid parameter: TopicArn', 400],
    [
      'a topic that is not there',
      { TopicArn: 'arn:aws:sns:us-east-1:000000000000:none' },
      'NotFoundException',
      'Topic does not exist',
      404,
    ],
    ['no message', { Message: '' }, 'InvalidParameterException', 'Invalid parameter: Empty message', 400],
    [
      'a message that is too long',
      { Message: 'x'.repeat(262_145) },
      'InvalidParameterException',
      'Invalid parameter: Message too long',
      400,
    ],
    ['a subject of two lines', { Subject: 'a\nb' }, 'InvalidParameterException', 'Invalid parameter: Subject', 400],
    [
      'bodies that are no JSON',
      { MessageStructure: 'json' },
      'InvalidParameterException',
      'Invalid parameter: Message Structure - JSON message body failed to parse',
      400,
    ],
    [
      'bodies without a default',
      { MessageStructure: 'json', Message: '{"sqs":"x"}' },
      'InvalidParameterException',
      'Invalid parameter: Message Structure - No default entry in JSON message body',
      400,
    ],
    [
      'a phone number',
      { TopicArn: undefined, PhoneNumber: '+491' },
      'InvalidParameterException',
      'Invalid parameter: PhoneNumber Reason: this local cloud sends no SMS',
      400,
    ],
  ])('publishing to %s', async (_, input, name, message, httpStatusCode) => {
    await expect(publish(input)).rejects.toMatchObject({ name, message, $metadata: { httpStatusCode } });
  });

  test.each<[string, Partial<SubscribeCommandInput>]>([
    ['https, by name', { Protocol: 'https', Endpoint: 'https://example.com' }],
    ['a protocol that there is not', { Protocol: 'pigeon', Endpoint: 'x' }],
    ['a queue that is no ARN', { Endpoint: 'inbox' }],
    ['an address that is none', { Protocol: 'email', Endpoint: 'somebody' }],
    ['a filter policy that is no JSON', { Attributes: { FilterPolicy: '{' } }],
    ['a nested filter policy on attributes', { Attributes: { FilterPolicy: '{"a":{"b":["c"]}}' } }],
    ['an operator that there is not', { Attributes: { FilterPolicy: '{"a":[{"like":"b"}]}' } }],
    ['an attribute that would be ignored', { Attributes: { DeliveryPolicy: '{}' } }],
  ])('subscribing %s', async (_, input) => {
    await expect(subscribe({}, input)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('a FIFO topic without a group', async () => {
    const fifo = await client.send(
      new CreateTopicCommand({ Name: 'f.fifo', Attributes: { FifoTopic: 'true', ContentBasedDeduplication: 'true' } }),
    );
    await expect(publish({ TopicArn: fifo.TopicArn })).rejects.toThrow(
      'Invalid parameter: The MessageGroupId parameter is required for FIFO topics',
    );
  });
});

test('a queue gets the message in its envelope', async () => {
  const SubscriptionArn = await subscribe();
  const { MessageId } = await publish({
    Subject: 'S',
    MessageAttributes: { a: attribute('x'), n: attribute('1', 'Number') },
  });
  const [message] = await received();
  expect(JSON.parse(message.Body)).toEqual({
    Type: 'Notification',
    MessageId,
    TopicArn,
    Subject: 'S',
    Message: 'hello',
    Timestamp: new Date(NOW).toISOString(),
    SignatureVersion: '1',
    Signature: expect.any(String),
    SigningCertURL: expect.stringMatching(/^https:\/\/sns\..*\.pem$/),
    UnsubscribeURL: expect.stringContaining(SubscriptionArn),
    MessageAttributes: { a: { Type: 'String', Value: 'x' }, n: { Type: 'Number', Value: '1' } },
  });
});

test('or raw, if it wants', async () => {
  await subscribe({ RawMessageDelivery: 'true' });
  await publish({ MessageAttributes: { a: attribute('x') } });
  expect(await received()).toMatchObject([
    { Body: 'hello', MessageAttributes: { a: { DataType: 'String', StringValue: 'x' } } },
  ]);
});

test('a function gets a record', async () => {
  const EventSubscriptionArn = await subscribe({}, { Protocol: 'lambda', Endpoint: FUNCTION });
  await publish();
  const [[, input]] = lambda.calls as [[string, { Payload: Uint8Array; InvocationType: string }]];
  expect(input.InvocationType).toBe('Event');
  expect(JSON.parse(Buffer.from(input.Payload).toString())).toMatchObject({
    Records: [
      {
        EventSource: 'aws:sns',
        EventSubscriptionArn,
        Sns: { Message: 'hello', Subject: null, MessageAttributes: {}, TopicArn },
      },
    ],
  });
});

test('an address gets a mail, confirmed at once', async () => {
  await subscribe({}, { Protocol: 'email', Endpoint: 'a@example.com' });
  await subscribe({}, { Protocol: 'email-json', Endpoint: 'b@example.com' });
  await publish({ Subject: 'An order', MessageStructure: 'json', Message: '{"default":"d","email":"for people"}' });
  const [json, text] = cloud.mailbox.list().sort((a, b) => (a.to[0]! < b.to[0]! ? 1 : -1));
  expect(text).toMatchObject({ to: ['a@example.com'], subject: 'An order', text: 'for people', sentAt: NOW });
  expect(JSON.parse(json!.text)).toMatchObject({ Message: 'd', Subject: 'An order' });
});

describe('filter policies', () => {
  type Attributes = NonNullable<PublishCommandInput['MessageAttributes']>;
  test.each<[string, string, Attributes, boolean]>([
    ['a value', '{"a":["x"]}', { a: attribute('x') }, true],
    ['another value', '{"a":["x"]}', { a: attribute('y') }, false],
    ['no attributes', '{"a":["x"]}', {}, false],
    ['an empty policy', '{}', {}, true],
    ['a number', '{"a":[{"numeric":[">=",5]}]}', { a: attribute('5.0', 'Number') }, true],
    ['text that looks like a number', '{"a":[{"numeric":[">=",5]}]}', { a: attribute('5') }, false],
    ['one of a list', '{"a":["y"]}', { a: attribute('["x","y"]', 'String.Array') }, true],
    ['none of a list', '{"a":["z"]}', { a: attribute('["x","y"]', 'String.Array') }, false],
    ['an absent attribute', '{"a":[{"exists":false}]}', { b: attribute('x') }, true],
    ['all keys', '{"a":["x"],"b":[{"prefix":"y"}]}', { a: attribute('x'), b: attribute('yz') }, true],
    ['only some keys', '{"a":["x"],"b":["y"]}', { a: attribute('x') }, false],
    ['one of two policies', '{"$or":[{"a":["x"]},{"b":["y"]}]}', { b: attribute('y') }, true],
  ])('%s', async (_, FilterPolicy, MessageAttributes, isDelivered) => {
    await subscribe({ FilterPolicy });
    await publish({ MessageAttributes });
    expect(await received()).toHaveLength(isDelivered ? 1 : 0);
  });

  test.each([
    ['matches', '{"order":{"total":600}}', true],
    ['does not match', '{"order":{"total":5}}', false],
    ['is no JSON', 'hello', false],
  ])('on a body that %s', async (_, Message, isDelivered) => {
    await subscribe({ FilterPolicyScope: 'MessageBody', FilterPolicy: '{"order":{"total":[{"numeric":[">",500]}]}}' });
    await publish({ Message });
    expect(await received()).toHaveLength(isDelivered ? 1 : 0);
  });

  test('can be changed, and taken away', async () => {
    const SubscriptionArn = await subscribe({ FilterPolicy: '{"a":["x"]}' });
    const set = (AttributeValue: string) =>
      client.send(
        new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue }),
      );
    await set('{"a":["y"]}');
    const { Attributes } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(Attributes).toMatchObject({
      FilterPolicy: '{"a":["y"]}',
      FilterPolicyScope: 'MessageAttributes',
      PendingConfirmation: 'false',
    });
    await set('');
    await publish();
    expect(await received()).toHaveLength(1);
  });
});

describe('when a subscriber cannot be reached', () => {
  test('its dead-letter queue gets the message, and the others get theirs', async () => {
    failure = new ServiceError('ResourceNotFoundException', 'no such function', 404);
    await subscribe(
      { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: QUEUE }) },
      { Protocol: 'lambda', Endpoint: FUNCTION },
    );
    await subscribe({}, { Protocol: 'email', Endpoint: 'a@example.com' });
    await publish();
    expect((await received()).map(({ Body }: { Body: string }) => JSON.parse(Body).Message)).toEqual(['hello']);
    expect(cloud.mailbox.list()).toHaveLength(1);
  });

  test('without one it is reported', async () => {
    failure = new ServiceError('ResourceNotFoundException', 'no such function', 404);
    await subscribe({}, { Protocol: 'lambda', Endpoint: FUNCTION });
    await publish();
    expect(cloud.reports).toEqual([expect.stringContaining(FUNCTION)]);
  });
});

test('a FIFO topic numbers its messages and knows repeated ones', async () => {
  await cloud.call('sqs', 'CreateQueue', { QueueName: 'inbox.fifo', Attributes: { FifoQueue: 'true' } }, CALLER);
  const fifo = await client.send(
    new CreateTopicCommand({ Name: 'f.fifo', Attributes: { FifoTopic: 'true', ContentBasedDeduplication: 'true' } }),
  );
  await subscribe({ RawMessageDelivery: 'true' }, { TopicArn: fifo.TopicArn, Endpoint: `${QUEUE}.fifo` });
  const send = (Message: string) => publish({ TopicArn: fifo.TopicArn, Message, MessageGroupId: 'g' });
  const [a, again, b] = [await send('a'), await send('a'), await send('b')];
  expect(again.MessageId).toBe(a.MessageId);
  expect(BigInt(b.SequenceNumber!)).toBe(BigInt(a.SequenceNumber!) + 1n);
  const { Messages } = await cloud.call(
    'sqs',
    'ReceiveMessage',
    { QueueUrl: 'inbox.fifo', MaxNumberOfMessages: 10 },
    CALLER,
  );
  expect(Messages).toMatchObject([{ Body: 'a' }, { Body: 'b' }]);
});

test('a batch tells what succeeded and what failed', async () => {
  await subscribe();
  const PublishBatchRequestEntries = [
    { Id: 'good', Message: 'x' },
    { Id: 'bad', Message: '' },
  ];
  expect(await client.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }))).toMatchObject({
    Successful: [{ Id: 'good' }],
    Failed: [{ Id: 'bad', Code: 'InvalidParameter', SenderFault: true }],
  });
  expect(await received()).toHaveLength(1);
});

test('subscribing twice is one subscription; deleting a topic ends them', async () => {
  const first = await subscribe();
  expect(await subscribe()).toBe(first);
  await client.send(new DeleteTopicCommand({ TopicArn }));
  await client.send(new CreateTopicCommand({ Name: 'orders' }));
  expect((await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions).toEqual([]);
});

test('resources of a template are the same each time, with the latest policies', async () => {
  const types = cloud.core.all.find(({ name }) => name === 'sns')!.resources!;
  const deployment = { ...CALLER, stackName: 'shop', logicalId: 'Topic', packageFolder: '' };
  const apply = (policy?: object) =>
    types['AWS::SNS::Subscription']!.apply(
      { TopicArn, Protocol: 'sqs', Endpoint: QUEUE, RawMessageDelivery: true, ...(policy && { FilterPolicy: policy }) },
      deployment,
    );
  const first = await apply({ a: ['x'] });
  expect(await apply({ a: ['y'] })).toEqual(first);
  const attributes = async () =>
    (await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: first.ref }))).Attributes;
  expect(await attributes()).toMatchObject({ FilterPolicy: '{"a":["y"]}', RawMessageDelivery: 'true' });
  await apply();
  expect(await attributes()).not.toHaveProperty('FilterPolicy');
  const topic = await types['AWS::SNS::Topic']!.apply({ DisplayName: 'Shop' }, deployment);
  expect(await types['AWS::SNS::Topic']!.apply({ DisplayName: 'The shop' }, deployment)).toEqual(topic);
});
