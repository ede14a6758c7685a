import { expect, test } from '@jest/globals';
import type { Service } from '../../../local/aws/service.ts';
import { withAround } from '../../../local/cloud/around-calls.ts';
import { createMeter } from '../../../scripts/cost/meter.ts';

const CALLER = { account: '000000000000', region: 'eu-central-1' };

/** A service of one operation behind a meter. */
function metered(name: string, operation: string, answer: object) {
  const asked: object[] = [];
  const service: Service = {
    name,
    operations: {
      [operation]: (input) => {
        asked.push(input);
        return answer;
      },
    },
  };
  const meter = createMeter(
    () => 512,
    async () => ({ text: { S: 'x'.repeat(1_500) } }),
  );
  const { operations } = withAround(service, meter.around);
  return { asked, meter, call: async (input: object) => operations[operation]?.(input, CALLER) };
}

test('reads and writes count in the units that DynamoDB reports, each as what it is', async () => {
  const read = metered('dynamodb', 'Query', { ConsumedCapacity: { CapacityUnits: 1.5 } });
  await read.call({ TableName: 't' });
  expect(read.asked).toEqual([{ TableName: 't', ReturnConsumedCapacity: 'TOTAL' }]);
  expect(read.meter.take()).toMatchObject({ readUnits: 1.5, writeUnits: 0 });
  const write = metered('dynamodb', 'UpdateItem', { ConsumedCapacity: { CapacityUnits: 3 } });
  await write.call({});
  expect(write.meter.take()).toMatchObject({ readUnits: 0, writeUnits: 3 });
});

test('a transaction counts two units for each kilobyte of each item, which is read where it is not given', async () => {
  const { call, meter } = metered('dynamodb', 'TransactWriteItems', {});
  await call({
    TransactItems: [{ Put: { TableName: 't', Item: { a: { S: 'b' } } } }, { Update: { TableName: 't', Key: {} } }],
  });
  expect(meter.take().writeUnits).toBe(2 * 1 + 2 * 2);
});

test('messages, events, functions and synchronous executions are counted, and once only', async () => {
  const counted = async (name: string, operation: string, input: object, answer: object = {}) => {
    const { call, meter } = metered(name, operation, answer);
    await call(input);
    const taken = meter.take();
    expect(meter.take().lambdaInvocations).toBe(0);
    return taken;
  };
  expect(await counted('sns', 'Publish', {})).toMatchObject({ snsPublishes: 1 });
  expect(await counted('sqs', 'SendMessage', {})).toMatchObject({ sqsRequests: 1 });
  expect(await counted('events', 'PutEvents', { Entries: [{}, {}] })).toMatchObject({ eventBridgeEvents: 2 });
  const FunctionName = 'arn:aws:lambda:eu-central-1:000000000000:function:name:1';
  expect(await counted('lambda', 'Invoke', { FunctionName })).toMatchObject({ lambdaInvocations: 1 });
  const billingDetails = { billedDurationInMilliseconds: 200, billedMemoryUsedInMB: 64 };
  expect(await counted('states', 'StartSyncExecution', {}, { billingDetails })).toMatchObject({
    expressRequests: 1,
    expressGigabyteSeconds: 0.2 * (64 / 1_024),
  });
});
