import { afterAll, describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../local/stepfunctions/asl/json.ts';
import { coverageOf } from './coverage.ts';
import { type Call, type Reply, type Run, runMachine } from './machine-run.ts';

const AT = '2026-11-22T12:00:00.000Z';
const OUTCOME = { status: 'cancelled', event: 'OrderCancelled', reason: 'cancelled', what: 'Cancelled', at: AT };
const DECLINED = {
  status: 'payment-declined',
  event: 'OrderRejected',
  reason: 'payment-declined',
  what: 'Payment declined',
  at: AT,
};
const UNDO = ['Recall picks', 'Cancel invoice', 'Void payment', 'Release stock', 'Record outcome'];

type Script = Readonly<Record<string, Reply | ((call: Call) => Reply)>>;

/** The order's record, of which the machine looks at the steps that were done, and at its end. */
const record = (steps: readonly string[], endedAt?: string): Reply => ({
  output: {
    Item: {
      timeline: { M: Object.fromEntries(steps.map((step) => [step, { M: {} }])) },
      ...(endedAt && { endedAt: { S: endedAt } }),
    },
  },
});
const RESERVED = record(['placed', 'reserved']);
const ASKED = record(['placed', 'reserved', 'approval-requested']);
const FULFILLING = record(['placed', 'reserved', 'authorised', 'invoiced']);

const runs: Run[] = [];

async function run(script: Script, input: JsonObject = { orderId: 'ord_1', outcome: DECLINED }): Promise<Run> {
  const done = await runMachine('undo-order', input, {
    name: 'ord_1-undo',
    reply: (call) => {
      const usual: Reply = call.state === 'Withdraw question' ? { output: { approvalId: 'apr_1' } } : { output: {} };
      const reply = script[call.state] ?? usual;
      return typeof reply === 'function' ? reply(call) : reply;
    },
  });
  runs.push(done);
  return done;
}

const CANCEL = { orderId: 'ord_1', outcome: OUTCOME, stop: true };
const undone = ({ states }: Run) => states.filter((state) => UNDO.includes(state));
const parametersOf = ({ calls }: Run, state: string) => calls.find((call) => call.state === state)?.parameters;
const recorded = (done: Run): Record<string, Json> =>
  (parametersOf(done, 'Record outcome')?.ExpressionAttributeValues ?? {}) as Record<string, Json>;

describe('undoing', () => {
  test('an order that has ended, or never was, changes nothing', async () => {
    for (const found of [record(['placed'], AT), { output: {} }]) {
      const done = await run({ 'Look at order': found });
      expect(done).toMatchObject({ status: 'SUCCEEDED', output: { status: 'closed-before' } });
      expect(undone(done)).toEqual([]);
    }
  });

  test('gives back what may be held, without recalling what was never picked', async () => {
    const done = await run({ 'Look at order': RESERVED });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { orderId: 'ord_1', status: 'payment-declined' } });
    expect(undone(done)).toEqual(UNDO.slice(2));
    expect(recorded(done)).toMatchObject({
      ':status': { S: 'payment-declined' },
      ':entry': { M: { at: { S: AT }, what: { S: 'Payment declined' } } },
      ':at': { S: AT },
    });
  });

  test('goes back in reverse from where the order was', async () => {
    expect(undone(await run({ 'Look at order': FULFILLING }))).toEqual(UNDO);
  });

  test('an invoice that was never issued needs no cancelling', async () => {
    const done = await run({
      'Look at order': FULFILLING,
      'Cancel invoice': { error: 'DynamoDB.ConditionalCheckFailedException' },
    });
    expect(done.status).toBe('SUCCEEDED');
    expect(done.calls.filter(({ state }) => state === 'Cancel invoice')).toHaveLength(1);
  });

  test('tells the customer and everybody else why', async () => {
    const done = await run({ 'Look at order': RESERVED }, { orderId: 'ord_1', outcome: { ...DECLINED, by: 'x@y.z' } });
    expect(parametersOf(done, 'Tell customer the outcome')).toMatchObject({
      Message: 'Order ord_1 did not go through: Payment declined. Nothing was charged.',
    });
    expect(parametersOf(done, 'Announce outcome')).toMatchObject({
      Entries: [
        { DetailType: 'OrderRejected', Detail: { orderId: 'ord_1', reason: 'payment-declined', decidedBy: 'x@y.z' } },
      ],
    });
    expect(recorded(done)[':entry']).toMatchObject({ M: { by: { S: 'x@y.z' } } });
  });
});

describe('a cancellation', () => {
  test('stops the order first, whatever it waits for', async () => {
    const done = await run({ 'Look at order': FULFILLING }, CANCEL);
    expect(done.states.slice(0, 3)).toEqual(['Still being processed?', 'Stop processing', 'Look at order']);
    expect(parametersOf(done, 'Stop processing')).toMatchObject({
      ExecutionArn: '${ProcessOrderExecutions}:ord_1',
      Error: 'cancelled',
    });
    expect(undone(done)).toEqual(UNDO);
  });

  test('closes the question that is open, and tells those who were asked', async () => {
    const done = await run({ 'Look at order': ASKED }, CANCEL);
    expect(parametersOf(done, 'Withdraw question')).toMatchObject({
      Payload: { execution: '${SignOffExecutions}:ord_1-sign-off', close: 'withdrawn' },
    });
    expect(parametersOf(done, 'Tell those who were asked')).toMatchObject({ Payload: { approvalId: 'apr_1' } });
  });

  test('of an order whose processing never began goes on all the same', async () => {
    const done = await run(
      {
        'Look at order': ASKED,
        'Stop processing': { error: 'Sfn.ExecutionDoesNotExistException' },
      },
      CANCEL,
    );
    expect(done.status).toBe('SUCCEEDED');
    expect(done.calls.filter(({ state }) => state === 'Withdraw question')).toHaveLength(1);
  });

  test('of which somebody cannot be told is one all the same', async () => {
    const done = await run(
      { 'Look at order': ASKED, 'Tell those who were asked': { error: 'MailNotSentError' } },
      CANCEL,
    );
    expect(done.status).toBe('SUCCEEDED');
  });
});

describe('a compensation that fails', () => {
  test.each(UNDO.slice(0, 4))('%s: is tried eleven times, the others are done, and it ends in sight', async (state) => {
    const done = await run({ 'Look at order': FULFILLING, [state]: { error: 'PaymentUnavailableError' } });
    expect(done).toMatchObject({ status: 'FAILED', error: 'CompensationFailedError' });
    expect(done.cause).toContain(`could not be undone: ${state}`);
    expect(done.calls.filter((call) => call.state === state)).toHaveLength(11);
    expect(undone(done)).toEqual(UNDO);
    expect(recorded(done)).toMatchObject({ ':status': { S: 'compensation-failed' } });
    // Not ended: recovery tries again.
    expect(recorded(done)[':at']).toBeUndefined();
  });

  test('and others: all are named', async () => {
    const done = await run(
      {
        'Look at order': ASKED,
        'Withdraw question': { error: 'TypeError' },
        'Void payment': { error: 'PaymentUnavailableError' },
        'Release stock': { error: 'DependencyUnavailableError' },
      },
      CANCEL,
    );
    expect(done.cause).toContain('could not be undone: Withdraw question, Void payment, Release stock');
  });

  test('is survived when it passes', async () => {
    const done = await run({
      'Look at order': RESERVED,
      'Void payment': ({ count }) => (count < 5 ? { error: 'PaymentUnavailableError' } : { output: {} }),
    });
    expect(done.status).toBe('SUCCEEDED');
  });
});

describe('an outcome', () => {
  test.each(['Tell customer the outcome', 'Announce outcome'])('%s: its failure is seen', async (state) => {
    const done = await run({ 'Look at order': RESERVED, [state]: { error: 'SNS.SnsException' } });
    expect(done).toMatchObject({ status: 'FAILED', error: 'AnnouncementFailedError' });
  });

  test('that cannot be recorded is seen', async () => {
    const done = await run({ 'Look at order': RESERVED, 'Record outcome': { error: 'DynamoDB.DynamoDbException' } });
    expect(done).toMatchObject({ status: 'FAILED', error: 'OutcomeNotRecordedError', cause: 'Payment declined' });
  });

  test('that was recorded by an attempt whose answer was lost is not recorded again', async () => {
    const done = await run({
      'Look at order': RESERVED,
      'Record outcome': { error: 'DynamoDB.ConditionalCheckFailedException' },
    });
    expect(done.status).toBe('SUCCEEDED');
  });
});

afterAll(() => {
  const { summary, ...missed } = coverageOf('undo-order', runs);
  process.stdout.write(`${summary}\n`);
  expect(missed).toEqual({ missedStates: [], missedTransitions: [] });
});
