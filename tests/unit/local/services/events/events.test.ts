import {
  CreateEventBusCommand,
  DeleteRuleCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../../../../local/aws/service.ts';
import { createManualClock } from '../../../../../local/manual-clock.ts';
import { openStorage } from '../../../../../local/storage/open-storage.ts';
import { CALLER, type CoreCloud, NOW, recordingService, startCoreCloud } from '../core-cloud.ts';

let failure: Error | undefined;
const states = recordingService('states', {
  StartExecution: () => {
    if (failure) throw failure;
    return {};
  },
});
const lambda = recordingService('lambda', { Invoke: () => ({ StatusCode: 202 }) });

let cloud: CoreCloud;
let client: EventBridgeClient;
beforeEach(async () => {
  failure = undefined;
  states.calls.length = 0;
  lambda.calls.length = 0;
  cloud = await startCoreCloud({ others: [states, lambda] });
  client = cloud.client(EventBridgeClient);
});
afterEach(() => cloud.close());

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:events';
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';

const createQueue = (QueueName: string) => cloud.call('sqs', 'CreateQueue', { QueueName }, CALLER);

interface Received {
  readonly Body: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue: string }>>;
}

async function received(QueueUrl = 'events'): Promise<Received[]> {
  const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
  return (await cloud.call('sqs', 'ReceiveMessage', input, CALLER)).Messages ?? [];
}

const rule = async (target: Omit<Target, 'Id'>, pattern: object = { source: ['shop'] }) => {
  await client.send(new PutRuleCommand({ Name: 'r', EventPattern: JSON.stringify(pattern) }));
  await client.send(new PutTargetsCommand({ Rule: 'r', Targets: [{ Id: '1', ...target } as Target] }));
};

const putEvent = async (entry: object = {}) => {
  const answer = await client.send(
    new PutEventsCommand({ Entries: [{ Source: 'shop', DetailType: 'OrderPlaced', Detail: '{"id":1}', ...entry }] }),
  );
  await cloud.core.events.idle();
  return answer;
};

describe('what is refused', () => {
  test.each([
    ['no source', { Source: undefined }, 'InvalidArgument'],
    ['no detail type', { DetailType: '' }, 'InvalidArgument'],
    ['a detail that is no JSON', { Detail: '{' }, 'MalformedDetail'],
    ['a detail that is no object', { Detail: '[]' }, 'MalformedDetail'],
    ['a source of AWS', { Source: 'aws.states' }, 'NotAuthorizedForSourceException'],
    ['a bus that is not there', { EventBusName: 'none' }, 'ResourceNotFoundException'],
  ])('an event with %s', async (_, entry, ErrorCode) => {
    expect(await putEvent(entry)).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode }] });
  });

  test('eleven events', async () => {
    const Entries = Array.from({ length: 11 }, () => ({ Source: 's', DetailType: 'd', Detail: '{}' }));
    await expect(client.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test.each([
    ['no pattern and no schedule', {}, 'ValidationException'],
    ['a broken pattern', { EventPattern: '{"a":"b"}' }, 'InvalidEventPatternException'],
    ['a broken schedule', { ScheduleExpression: 'rate(0 minutes)' }, 'ValidationException'],
    ['a bus that is not there', { EventPattern: '{"a":["b"]}', EventBusName: 'none' }, 'ResourceNotFoundException'],
  ])('a rule with %s', async (_, input, name) => {
    await expect(client.send(new PutRuleCommand({ Name: 'x', ...input }))).rejects.toMatchObject({ name });
  });

  test('a target that this cloud does not have, by name', async () => {
    await expect(rule({ Arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s' })).rejects.toThrow(
      'does not support kinesis targets',
    );
  });

  test('a property of a target that would be ignored, by name', async () => {
    await expect(rule({ Arn: QUEUE, HttpParameters: {} })).rejects.toThrow('HttpParameters');
  });

  test('deleting a rule with targets', async () => {
    await rule({ Arn: QUEUE });
    await expect(client.send(new DeleteRuleCommand({ Name: 'r' }))).rejects.toThrow('since it has targets');
    await client.send(new RemoveTargetsCommand({ Rule: 'r', Ids: ['1'] }));
    await client.send(new DeleteRuleCommand({ Name: 'r' }));
    await expect(client.send(new DescribeRuleCommand({ Name: 'r' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

test('an event reaches the targets of the rules that match, in its own form', async () => {
  await createQueue('events');
  await rule({ Arn: QUEUE });
  const { Entries } = await putEvent({ Resources: ['arn:x'] });
  await putEvent({ Source: 'other' });
  expect((await received()).map(({ Body }) => JSON.parse(Body))).toEqual([
    {
      version: '0',
      id: Entries?.[0]?.EventId,
      'detail-type': 'OrderPlaced',
      source: 'shop',
      account: '000000000000',
      time: '2026-11-22T12:00:00Z',
      region: 'us-east-1',
      resources: ['arn:x'],
      detail: { id: 1 },
    },
  ]);
});

test('a disabled rule sends nothing', async () => {
  await createQueue('events');
  await rule({ Arn: QUEUE });
  await client.send(new PutRuleCommand({ Name: 'r', EventPattern: '{"source":["shop"]}', State: 'DISABLED' }));
  await putEvent();
  expect(await received()).toEqual([]);
});

test('buses keep their events apart', async () => {
  await createQueue('events');
  await client.send(new CreateEventBusCommand({ Name: 'orders' }));
  await client.send(new PutRuleCommand({ Name: 'r', EventBusName: 'orders', EventPattern: '{"source":["shop"]}' }));
  await client.send(new PutTargetsCommand({ Rule: 'r', EventBusName: 'orders', Targets: [{ Id: '1', Arn: QUEUE }] }));
  await putEvent();
  expect(await received()).toEqual([]);
  await putEvent({ EventBusName: 'arn:aws:events:us-east-1:000000000000:event-bus/orders' });
  expect(await received()).toHaveLength(1);
  expect((await client.send(new ListRulesCommand({ EventBusName: 'orders' }))).Rules).toMatchObject([
    { Name: 'r', EventBusName: 'orders' },
  ]);
});

test('a bus can be a target', async () => {
  await createQueue('events');
  await client.send(new CreateEventBusCommand({ Name: 'orders' }));
  await client.send(
    new PutRuleCommand({ Name: 'second', EventBusName: 'orders', EventPattern: '{"source":["shop"]}' }),
  );
  await client.send(
    new PutTargetsCommand({ Rule: 'second', EventBusName: 'orders', Targets: [{ Id: '1', Arn: QUEUE }] }),
  );
  await rule({ Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/orders' });
  await putEvent();
  expect((await received()).map(({ Body }) => JSON.parse(Body))).toMatchObject([{ source: 'shop', detail: { id: 1 } }]);
});

test('functions and state machines get the input that the target makes of the event', async () => {
  await rule({ Arn: 'arn:aws:lambda:us-east-1:000000000000:function:f', InputPath: '$.detail' });
  await client.send(
    new PutTargetsCommand({
      Rule: 'r',
      Targets: [
        {
          Id: '2',
          Arn: MACHINE,
          RoleArn: 'arn:aws:iam::000000000000:role/r',
          InputTransformer: { InputPathsMap: { id: '$.detail.id' }, InputTemplate: '{"order":<id>}' },
        },
      ],
    }),
  );
  await putEvent();
  expect(lambda.calls).toEqual([
    [
      'Invoke',
      {
        FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:f',
        InvocationType: 'Event',
        Payload: Buffer.from('{"id":1}'),
      },
    ],
  ]);
  expect(states.calls).toEqual([
    ['StartExecution', { stateMachineArn: MACHINE, name: expect.any(String), input: '{"order":1}' }],
  ]);
});

describe('when a target fails', () => {
  const deadLetters = { DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:dead' } };

  test('it is tried again, later and later, under the same name', async () => {
    failure = new ServiceError('ThrottlingException', 'slow down');
    await rule({ Arn: MACHINE });
    await putEvent();
    expect(states.calls).toHaveLength(1);
    await cloud.clock.advanceTo(NOW + 1_000);
    expect(states.calls).toHaveLength(2);
    await cloud.clock.advanceTo(NOW + 2_999);
    expect(states.calls).toHaveLength(2);
    failure = undefined;
    await cloud.clock.advanceTo(NOW + 24 * 3_600_000);
    expect(states.calls).toHaveLength(3);
    expect(new Set(states.calls.map(([, input]) => (input as { name: string }).name)).size).toBe(1);
  });

  test('after the allowed attempts it goes to the dead-letter queue, with the reason', async () => {
    await createQueue('dead');
    failure = new ServiceError('ThrottlingException', 'slow down');
    await rule({ Arn: MACHINE, RetryPolicy: { MaximumRetryAttempts: 2 }, ...deadLetters });
    await putEvent();
    await cloud.clock.advanceTo(NOW + 3_600_000);
    expect(states.calls).toHaveLength(3);
    const [letter] = await received('dead');
    expect(JSON.parse(letter!.Body)).toMatchObject({ source: 'shop' });
    expect(letter!.MessageAttributes).toMatchObject({
      RULE_ARN: { StringValue: 'arn:aws:events:us-east-1:000000000000:rule/r' },
      TARGET_ARN: { StringValue: MACHINE },
      ERROR_CODE: { StringValue: 'ThrottlingException' },
      EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
      RETRY_ATTEMPTS: { StringValue: '2' },
    });
  });

  test('after the allowed age too', async () => {
    await createQueue('dead');
    failure = new ServiceError('ThrottlingException', 'slow down');
    await rule({ Arn: MACHINE, RetryPolicy: { MaximumEventAgeInSeconds: 60 }, ...deadLetters });
    await putEvent();
    await cloud.clock.advanceTo(NOW + 61_000);
    expect((await received('dead'))[0]?.MessageAttributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumEventAgeInSeconds' },
    });
  });

  test('at once where trying again cannot help', async () => {
    await createQueue('dead');
    await rule({ Arn: QUEUE, ...deadLetters });
    await putEvent();
    expect((await received('dead'))[0]?.MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: 'QueueDoesNotExist' },
    });
  });

  test('without a dead-letter queue it is reported', async () => {
    await rule({ Arn: QUEUE });
    await putEvent();
    expect(cloud.reports).toEqual([expect.stringContaining(QUEUE)]);
  });

  test('an execution that is there already is what was wanted', async () => {
    failure = new ServiceError('ExecutionAlreadyExists', 'there');
    await rule({ Arn: MACHINE });
    await putEvent();
    expect([states.calls.length, cloud.reports]).toEqual([1, []]);
  });
});

test('what was not delivered when the process ended is delivered after the next start', async () => {
  const shared = openStorage();
  const storage = { ...shared, close: () => {} };
  const clock = createManualClock(NOW);
  const first = await startCoreCloud({ storage, clock, others: [states] });
  failure = new ServiceError('ThrottlingException', 'slow down');
  await first.call('events', 'PutRule', { Name: 'r', EventPattern: '{"source":["shop"]}' }, CALLER);
  await first.call('events', 'PutTargets', { Rule: 'r', Targets: [{ Id: '1', Arn: MACHINE }] }, CALLER);
  await first.call('events', 'PutEvents', { Entries: [{ Source: 'shop', DetailType: 'd', Detail: '{}' }] }, CALLER);
  await first.core.events.idle();
  await first.close();
  failure = undefined;
  await clock.advanceTo(NOW + 60_000);
  expect(states.calls).toHaveLength(1);
  const second = await startCoreCloud({ storage, clock, others: [states] });
  await second.core.events.idle();
  expect(states.calls).toHaveLength(2);
  await second.close();
  shared.close();
});

test('a schedule sends an event at each of its times', async () => {
  await createQueue('events');
  await client.send(new PutRuleCommand({ Name: 'tick', ScheduleExpression: 'rate(5 minutes)' }));
  await client.send(new PutTargetsCommand({ Rule: 'tick', Targets: [{ Id: '1', Arn: QUEUE }] }));
  await cloud.clock.advanceTo(NOW + 11 * 60_000);
  await cloud.core.events.idle();
  expect((await received()).map(({ Body }) => JSON.parse(Body))).toMatchObject([
    {
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      time: '2026-11-22T12:05:00Z',
      resources: ['arn:aws:events:us-east-1:000000000000:rule/tick'],
    },
    { time: '2026-11-22T12:10:00Z' },
  ]);
  await client.send(new PutRuleCommand({ Name: 'tick', ScheduleExpression: 'rate(5 minutes)', State: 'DISABLED' }));
  await cloud.clock.advanceTo(NOW + 60 * 60_000);
  // The two from before are visible again.
  expect(await received()).toHaveLength(2);
});

test("this cloud's own events pass", async () => {
  await createQueue('events');
  await rule({ Arn: QUEUE }, { source: ['aws.states'] });
  cloud.core.events.emit(
    { source: 'aws.states', 'detail-type': 'x', resources: [], detail: { status: 'FAILED' } },
    CALLER,
  );
  await cloud.core.events.idle();
  expect(await received()).toHaveLength(1);
});

test('a pattern can be tried', async () => {
  const command = new TestEventPatternCommand({ EventPattern: '{"a":[{"prefix":"x"}]}', Event: '{"a":"xy"}' });
  expect((await client.send(command)).Result).toBe(true);
});

test('AWS::Events::Rule brings targets up to date', async () => {
  const type = cloud.core.events.resources!['AWS::Events::Rule']!;
  const deployment = { ...CALLER, stackName: 'shop', logicalId: 'R', packageFolder: '' };
  const target = (Id: string) => ({ Id, Arn: QUEUE, RetryPolicy: { MaximumRetryAttempts: '3' } });
  const EventPattern = { source: ['shop'] };
  const { ref, attributes } = await type.apply({ EventPattern, Targets: [target('a'), target('b')] }, deployment);
  expect(await type.apply({ EventPattern, Targets: [target('b'), target('c')] }, deployment)).toEqual({
    ref,
    attributes,
  });
  const { Targets } = await cloud.call('events', 'ListTargetsByRule', { Rule: ref }, CALLER);
  expect(Targets).toMatchObject([{ Id: 'b', RetryPolicy: { MaximumRetryAttempts: 3 } }, { Id: 'c' }]);
  expect(attributes).toEqual({ Arn: `arn:aws:events:us-east-1:000000000000:rule/${ref}` });
});
