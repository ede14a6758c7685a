import { afterAll, describe, expect, test } from '@jest/globals';
import type { Json } from '../../local/stepfunctions/asl/json.ts';
import { coverageOf } from './coverage.ts';
import { type Call, type Reply, type Run, runMachine } from './machine-run.ts';

const RECEIPT = { orderId: 'ord_1', status: 'placed' };
const ACCEPTED = {
  accepted: true,
  orderId: 'ord_1',
  requestHash: 'same',
  item: { orderId: { S: 'ord_1' }, receipt: { S: JSON.stringify(RECEIPT) } },
};
const PROBLEM = { type: '/problems/invalid-order', title: 'The order is not valid', status: 422, detail: 'No.' };
const REFUSED = {
  accepted: false,
  orderId: 'ord_1',
  requestHash: 'same',
  error: 'InvalidOrderError',
  problem: PROBLEM,
};
const NOT_EVEN_A_KEY = { accepted: false, error: 'InvalidOrderError', problem: PROBLEM };

const recorded = (requestHash: string, status: string): Json => ({
  Item: { requestHash: { S: requestHash }, status: { S: status }, receipt: { S: JSON.stringify(RECEIPT) } },
});
const taken = { error: 'DynamoDB.ConditionalCheckFailedException' };

const http = { source: 'http', client: 'key-1', idempotencyKey: 'k', order: { some: 'body' } };
const event = { 'detail-type': 'OrderSubmitted', source: 'shop', detail: { idempotencyKey: 'k', order: {} } };

const DEFAULTS: Readonly<Record<string, Reply>> = {
  'Check order': { output: ACCEPTED },
  'Record order': { output: {} },
  'Start processing': { output: { ExecutionArn: 'arn' } },
  'Announce refusal': { output: { FailedEntryCount: 0 } },
  'Set event aside': { output: {} },
};

const runs: Run[] = [];

async function run(input: Json, replies: Readonly<Record<string, Reply | ((call: Call) => Reply)>>): Promise<Run> {
  const done = await runMachine('place-order', input, {
    reply: (call) => {
      const reply = replies[call.state] ?? DEFAULTS[call.state];
      if (!reply) throw new Error(`${call.state} is not scripted`);
      return typeof reply === 'function' ? reply(call) : reply;
    },
  });
  runs.push(done);
  return done;
}

/** Of a run that stopped in a Fail state, what the gateway makes its answer of. */
const refusalOf = ({ status, error, cause }: Run) => ({ status, error, problem: JSON.parse(cause ?? 'null') });

describe('an order over HTTP', () => {
  test('that is not valid is refused with the whole problem as the cause', async () => {
    const done = await run(http, { 'Check order': { output: REFUSED }, 'Recall order': { output: {} } });
    expect(refusalOf(done)).toEqual({ status: 'FAILED', error: 'InvalidOrderError', problem: PROBLEM });
  });

  test('without a usable key is refused without looking for an earlier order', async () => {
    const done = await run(http, { 'Check order': { output: NOT_EVEN_A_KEY } });
    expect(refusalOf(done).problem).toEqual(PROBLEM);
    expect(done.states).not.toContain('Recall order');
  });

  test('whose key was used for another body is refused', async () => {
    const done = await run(http, { 'Record order': taken, 'Recall order': { output: recorded('other', 'placed') } });
    expect(refusalOf(done)).toMatchObject({ error: 'IdempotencyKeyReusedError', problem: { status: 422 } });
    expect(done.states).not.toContain('Start processing');
  });

  test('that can be recorded but not started says so, so that the client repeats it', async () => {
    const done = await run(http, { 'Start processing': { error: 'StepFunctions.ThrottlingException' } });
    expect(refusalOf(done)).toMatchObject({ error: 'OrderInFlightError', problem: { status: 409 } });
    expect(done.calls.filter(({ state }) => state === 'Start processing')).toHaveLength(3);
  });

  test('is not answered when the check itself fails', async () => {
    const done = await run(http, { 'Check order': { error: 'TypeError' } });
    expect(done).toMatchObject({ status: 'FAILED', error: 'TypeError' });
    expect(done.states).not.toContain('Set event aside');
  });

  test('that is valid is recorded, started under its id, and answered with its receipt', async () => {
    const done = await run(http, {});
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: RECEIPT });
    expect(done.calls.map(({ state, parameters }) => [state, parameters])).toEqual([
      ['Check order', { FunctionName: '${CheckOrderFunction}', Payload: http }],
      [
        'Record order',
        { TableName: '${OrdersTable}', Item: ACCEPTED.item, ConditionExpression: 'attribute_not_exists(orderId)' },
      ],
      [
        'Start processing',
        { StateMachineArn: '${ProcessOrderStateMachine}', Name: 'ord_1', Input: { orderId: 'ord_1' } },
      ],
    ]);
  });

  test('needs one function and no more', async () => {
    const { calls } = await run(http, {});
    expect(calls.filter(({ action }) => action === 'lambda:invoke')).toHaveLength(1);
  });

  test('survives a function, a table and a start that fail once each', async () => {
    const once = (error: string, output: Json) => (call: Call) => (call.count === 1 ? { error } : { output });
    const done = await run(http, {
      'Check order': once('Lambda.TooManyRequestsException', ACCEPTED),
      'Record order': once('DynamoDB.ProvisionedThroughputExceededException', {}),
      'Start processing': once('States.Timeout', {}),
    });
    expect(done.output).toEqual(RECEIPT);
  });
});

describe('the repeat of an order', () => {
  test('that is under way gets the same answer and starts nothing', async () => {
    const done = await run(http, { 'Record order': taken, 'Recall order': { output: recorded('same', 'completed') } });
    expect(done.output).toEqual(RECEIPT);
    expect(done.states).not.toContain('Start processing');
  });

  test('that was recorded but perhaps never started starts it', async () => {
    const done = await run(http, { 'Record order': taken, 'Recall order': { output: recorded('same', 'placed') } });
    expect(done.output).toEqual(RECEIPT);
    expect(done.states).toContain('Start processing');
  });

  test('that was started meanwhile is content with that', async () => {
    const done = await run(http, {
      'Record order': taken,
      'Recall order': { output: recorded('same', 'placed') },
      'Start processing': { error: 'StepFunctions.ExecutionAlreadyExistsException' },
    });
    expect(done.output).toEqual(RECEIPT);
    expect(done.calls.filter(({ state }) => state === 'Start processing')).toHaveLength(1);
  });

  test('that would be refused today, because the catalogue has changed, still gets the same answer', async () => {
    const done = await run(http, {
      'Check order': { output: REFUSED },
      'Recall order': { output: recorded('same', 'completed') },
    });
    expect(done.output).toEqual(RECEIPT);
  });

  test('that is invalid and has another body than the first is told that the key was used', async () => {
    const done = await run(http, {
      'Check order': { output: REFUSED },
      'Recall order': { output: recorded('other', 'completed') },
    });
    expect(done.error).toBe('IdempotencyKeyReusedError');
  });
});

describe('an order that came as an event', () => {
  test('and is refused ends well, after saying so in an event', async () => {
    const done = await run(event, { 'Check order': { output: REFUSED }, 'Recall order': { output: {} } });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: PROBLEM });
    expect(done.calls.at(-1)?.parameters).toEqual({
      Entries: [
        {
          Source: 'countersign',
          DetailType: 'OrderRejected',
          EventBusName: '${OrdersBus}',
          Detail: { reason: 'invalid-order', problem: PROBLEM, idempotencyKey: 'k', client: 'shop' },
        },
      ],
    });
  });

  test('with no key says so without one', async () => {
    const done = await run({ 'detail-type': 'OrderSubmitted' }, { 'Check order': { output: NOT_EVEN_A_KEY } });
    expect(done.status).toBe('SUCCEEDED');
    expect(JSON.stringify(done.calls.at(-1)?.parameters)).not.toContain('idempotencyKey');
  });

  test('whose refusal cannot be announced fails, in sight', async () => {
    const done = await run(event, {
      'Check order': { output: NOT_EVEN_A_KEY },
      'Announce refusal': { error: 'EventBridge.FailedEntry' },
    });
    expect(done).toMatchObject({ status: 'FAILED', error: 'EventBridge.FailedEntry' });
  });

  test('and calls its source http is answered as an event', async () => {
    const done = await run({ ...event, source: 'http' }, { 'Check order': { output: NOT_EVEN_A_KEY } });
    expect(done.states.at(-1)).toBe('Refusal announced');
  });

  test.each([
    ['Check order', {}],
    ['Record order', {}],
    ['Recall order', { 'Check order': { output: REFUSED } }],
    ['Announce refusal', { 'Check order': { output: NOT_EVEN_A_KEY } }],
  ])('is set aside, as it came, when %s fails for good', async (state, others) => {
    const done = await run(event, { ...others, [state]: { error: 'TypeError', cause: 'a mistake' } });
    expect(done).toMatchObject({ status: 'FAILED', error: 'TypeError', cause: 'a mistake' });
    expect(done.calls.at(-1)?.parameters).toEqual({ QueueUrl: '${OrderSubmittedDeadLettersUrl}', MessageBody: event });
  });

  test('is placed as over HTTP', async () => {
    expect((await run(event, {})).output).toEqual(RECEIPT);
  });
});

afterAll(() => {
  const { summary, ...missed } = coverageOf('place-order', runs);
  process.stdout.write(`${summary}\n`);
  expect(missed).toEqual({ missedStates: [], missedTransitions: [] });
});
