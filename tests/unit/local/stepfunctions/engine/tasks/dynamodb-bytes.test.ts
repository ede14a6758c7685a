import { expect, test } from '@jest/globals';
import { createCaller } from '../../../../../../local/aws/caller.ts';
import type { Service } from '../../../../../../local/aws/service.ts';
import { createManualClock } from '../../../../../../local/manual-clock.ts';
import { createDynamodb } from '../../../../../../local/services/dynamodb/dynamodb.ts';
import type { Json } from '../../../../../../local/stepfunctions/asl/json.ts';
import { parseResource } from '../../../../../../local/stepfunctions/asl/resource.ts';
import { createTaskRunner } from '../../../../../../local/stepfunctions/engine/tasks/task-runner.ts';
import { openStorage } from '../../../../../../local/storage/open-storage.ts';
import { taskContext } from './task-context.ts';

test.each(['dynamodb', 'aws-sdk:dynamodb'])(
  'bytes that %s puts are those that it gets, and that others get',
  async (service) => {
    const services: Service[] = [];
    const callService = createCaller(services);
    const clock = createManualClock(0);
    services.push(createDynamodb({ storage: openStorage(), clock }));
    const caller = { account: '111111111111', region: 'eu-central-1' };
    await callService(
      'dynamodb',
      'CreateTable',
      {
        TableName: 'table',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'B' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
      caller,
    );
    const runner = createTaskRunner({
      callService,
      clock,
      hasOperation: () => true,
      executionEnded: () => Promise.reject(new Error('There are no executions.')),
      jobChanged: () => new Promise(() => {}),
      callApi: async () => undefined,
      sendHttp: () => Promise.reject(new Error('There is no network here.')),
      randomUuid: () => 'id',
    });
    const run = (action: string, parameters: Json) => {
      const resource = parseResource(`arn:aws:states:::${service}:${action}`)!;
      return runner.call({ type: 'call', key: action, resource, parameters }, taskContext());
    };
    const item = { id: { B: '/wDerw==' }, all: { BS: ['AQ==', 'Ag=='] }, deep: { L: [{ M: { b: { B: 'AA==' } } }] } };
    expect(await run('putItem', { TableName: 'table', Item: item })).toMatchObject({ ok: true });
    const key = { id: { B: '/wDerw==' } };
    expect(await run('getItem', { TableName: 'table', Key: key })).toMatchObject({ ok: true, output: { Item: item } });
    const { Item } = await callService('dynamodb', 'GetItem', { TableName: 'table', Key: key }, caller);
    expect(Buffer.from(Item.id.B, 'base64')).toEqual(Buffer.from([0xff, 0x00, 0xde, 0xaf]));
  },
);
