import { afterAll, describe, expect, test } from '@jest/globals';
import type { Json } from '../../local/stepfunctions/asl/json.ts';
import { coverageOf } from './coverage.ts';
import { type Call, NOON, type Reply, type Run, runMachine } from './machine-run.ts';

const ORDER = {
  orderId: 'ord_1',
  requestedBy: 'alice@example.com',
  currency: 'EUR',
  total: 7_800,
  totalText: '78.00 EUR',
  shipNotBefore: '2026-11-22T12:00:00.000Z',
  shipments: [
    { shipmentId: 'ord_1-1', warehouse: 'main', lines: [{ sku: 'LAMP', quantity: 2 }] },
    { shipmentId: 'ord_1-2', warehouse: 'north', lines: [{ sku: 'DESK', quantity: 1 }] },
  ],
  signOffNeeded: false,
};
const SIGNED = { ...ORDER, signOffNeeded: true, subject: { type: 'order', id: 'ord_1' }, plan: { stages: [] } };
const outcome = (name: string): Reply => ({
  output: { Output: { outcome: name, decidedBy: ['manager@example.com'], decidedAt: '2026-11-22T12:10:00.000Z' } },
});

const FORWARD = [
  'Reserve stock',
  'Sign-off needed?',
  'Authorise payment',
  'Wait for the ship date',
  'Fulfil order',
  'Pick shipments',
  'Ask warehouse to pick',
  'Issue invoice',
  'Capture payment',
  'Complete order',
  'Tell customer',
  'Announce completion',
  'Tell accounting',
  'Order completed',
];
const UNDO = ['Recall picks', 'Cancel invoice', 'Void payment', 'Release stock', 'Record outcome'];

type Script = Readonly<Record<string, Reply | ((call: Call) => Reply)>>;

const runs: Run[] = [];

async function run(script: Script = {}): Promise<Run> {
  const done = await runMachine(
    'process-order',
    { orderId: 'ord_1' },
    {
      name: 'ord_1',
      reply: (call) => {
        const reply = script[call.state] ?? (call.state === 'Reserve stock' ? { output: ORDER } : { output: {} });
        return typeof reply === 'function' ? reply(call) : reply;
      },
    },
  );
  runs.push(done);
  return done;
}

/** The value that a call of `dynamodb:updateItem` writes. */
const written = ({ calls }: Run, state: string, name: string): Json | undefined => {
  const call = calls.find((made) => made.state === state);
  return (call?.parameters.ExpressionAttributeValues as Record<string, Json> | undefined)?.[name];
};
const undone = ({ states }: Run) => states.filter((state) => UNDO.includes(state));
const parametersOf = ({ calls }: Run, state: string) => calls.find((call) => call.state === state)?.parameters;

describe('an order that nobody has to sign off', () => {
  test('goes straight to its end, in fourteen transitions with one shipment', async () => {
    const [shipment] = ORDER.shipments;
    const done = await run({ 'Reserve stock': { output: { ...ORDER, shipments: [shipment] as Json } } });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { orderId: 'ord_1', status: 'completed' } });
    expect([...done.states].sort()).toEqual([...FORWARD].sort());
    expect(done.states.length).toBeLessThanOrEqual(14);
  });

  test('is picked once per shipment, invoiced once, and announced to all who want to know', async () => {
    const done = await run();
    const picks = done.calls.filter(({ state }) => state === 'Ask warehouse to pick');
    expect(picks.map(({ parameters }) => parameters.MessageBody)).toEqual(
      ORDER.shipments.map((shipment) => ({ type: 'Pick', orderId: 'ord_1', ...shipment })),
    );
    expect(written(done, 'Issue invoice', ':invoice')).toEqual({
      M: { number: { S: 'INV-1' }, issuedAt: { S: '2026-11-22T12:00:00.000Z' } },
    });
    expect(parametersOf(done, 'Tell customer')).toMatchObject({
      Message: 'Order ord_1 of alice@example.com is complete: 78.00 EUR, invoice INV-1.',
    });
    expect(parametersOf(done, 'Announce completion')).toMatchObject({
      Entries: [{ DetailType: 'OrderCompleted', Detail: { orderId: 'ord_1', total: 7_800, currency: 'EUR' } }],
    });
    expect(parametersOf(done, 'Tell accounting')).toMatchObject({
      MessageBody: { type: 'OrderCaptured', orderId: 'ord_1', total: 7_800, invoice: 'INV-1' },
    });
  });

  test('waits for its ship date between authorising and picking', async () => {
    const later = { ...ORDER, shipNotBefore: '2026-12-01T08:00:00.000Z' };
    const done = await run({ 'Reserve stock': { output: later } });
    const at = (state: string) => done.calls.find((call) => call.state === state)?.at;
    expect(at('Authorise payment')).toBe(NOON);
    expect(at('Ask warehouse to pick')).toBe(Date.parse(later.shipNotBefore));
  });

  test('tells no state machine how it is paid', async () => {
    const done = await run();
    expect(JSON.stringify(done.calls)).not.toContain('tok_');
  });

  test('is authorised for what nobody had to approve', async () => {
    expect(parametersOf(await run(), 'Authorise payment')).toMatchObject({
      Payload: { orderId: 'ord_1', signOff: null },
    });
  });
});

describe('an order that has to be signed off', () => {
  const signed = (signOff: Reply): Script => ({ 'Reserve stock': { output: SIGNED }, 'Sign off': signOff });

  test('is not touched until the sign-off is over, and is authorised for what was approved', async () => {
    const done = await run(signed(outcome('approved')));
    expect(done.status).toBe('SUCCEEDED');
    expect(parametersOf(done, 'Sign off')).toMatchObject({
      StateMachineArn: '${SignOffStateMachine}',
      Name: 'ord_1-sign-off',
      Input: { subject: SIGNED.subject, plan: SIGNED.plan },
    });
    expect(parametersOf(done, 'Authorise payment')).toMatchObject({
      Payload: { signOff: { outcome: 'approved', decidedBy: ['manager@example.com'] } },
    });
  });

  test.each([
    ['rejected', 'Order rejected', 'approval-rejected', { by: { S: 'manager@example.com' } }],
    ['expired', 'Approval expired', 'approval-expired', {}],
  ])('and is %s gives its stock back and takes no money', async (name, end, reason, by) => {
    const done = await run(signed(outcome(name)));
    expect(done.status).toBe('SUCCEEDED');
    expect(done.states.at(-1)).toBe(end);
    expect(undone(done)).toEqual(['Release stock', 'Record outcome']);
    expect(written(done, 'Record outcome', ':status')).toEqual({ S: name });
    expect(written(done, 'Record outcome', ':entry')).toMatchObject({ M: by });
    expect(parametersOf(done, 'Announce outcome')).toMatchObject({
      Entries: [{ DetailType: 'OrderRejected', Detail: { orderId: 'ord_1', reason } }],
    });
  });

  test.each([
    ['is withdrawn', outcome('withdrawn')],
    ['fails', { error: 'States.TaskFailed' } as Reply],
  ])('whose sign-off %s fails, with its stock given back', async (_, signOff) => {
    const done = await run(signed(signOff));
    expect(done).toMatchObject({ status: 'FAILED', error: 'OrderFailedError' });
    expect(undone(done)).toEqual(['Release stock', 'Record outcome']);
  });
});

describe('what fails is undone, in reverse', () => {
  test.each([
    ['Reserve stock', 'OutOfStockError', 'Out of stock', ['Release stock', 'Record outcome']],
    ['Authorise payment', 'PaymentDeclinedError', 'Payment declined', UNDO.slice(2)],
    ['Capture payment', 'PaymentDeclinedError', 'Payment declined', UNDO],
  ])('%s with %s is an outcome: %s', async (state, error, end, compensations) => {
    const done = await run({ [state]: { error } });
    expect(done.status).toBe('SUCCEEDED');
    expect(done.states.at(-1)).toBe(end);
    expect(undone(done)).toEqual(compensations);
  });

  test.each([
    ['Reserve stock', 'TypeError', ['Release stock', 'Record outcome']],
    ['Authorise payment', 'ApprovalMismatchError', UNDO.slice(2)],
    ['Ask warehouse to pick', 'SQS.SqsException', UNDO],
    ['Issue invoice', 'DynamoDB.DynamoDbException', UNDO],
    ['Capture payment', 'PaymentStateError', UNDO],
  ])('%s with %s is a failure', async (state, error, compensations) => {
    const done = await run({ [state]: { error } });
    expect(done).toMatchObject({ status: 'FAILED', error: 'OrderFailedError', cause: `Failed: ${error}` });
    expect(undone(done)).toEqual(compensations);
    expect(written(done, 'Record outcome', ':status')).toEqual({ S: 'failed' });
    expect(parametersOf(done, 'Announce outcome')).toMatchObject({ Entries: [{ DetailType: 'OrderFailed' }] });
  });

  test('a function that never answers is tried again, then given up, and its effect undone', async () => {
    const done = await run({ 'Authorise payment': 'silence' });
    expect(done.calls.filter(({ state }) => state === 'Authorise payment')).toHaveLength(7);
    expect(undone(done)).toEqual(UNDO.slice(2));
  });

  test('an invoice that was never issued needs no cancelling', async () => {
    const done = await run({
      'Capture payment': { error: 'PaymentDeclinedError' },
      'Cancel invoice': { error: 'DynamoDB.ConditionalCheckFailedException' },
    });
    expect(done.states.at(-1)).toBe('Payment declined');
    expect(done.calls.filter(({ state }) => state === 'Cancel invoice')).toHaveLength(1);
  });

  test('an order that ended before is not touched', async () => {
    const done = await run({ 'Reserve stock': { error: 'OrderClosedError' } });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { status: 'closed-before' } });
    expect(undone(done)).toEqual([]);
  });

  test.each(['Authorise payment', 'Capture payment'])('%s that fails for a moment is tried again', async (state) => {
    const done = await run({
      [state]: ({ count }) => (count === 1 ? { error: 'PaymentUnavailableError' } : { output: {} }),
    });
    expect(done.states.at(-1)).toBe('Order completed');
  });
});

describe('a compensation that fails', () => {
  test.each(UNDO.slice(0, 4))('%s: is tried eleven times, the others are done, and it ends in sight', async (state) => {
    const done = await run({
      'Capture payment': { error: 'PaymentDeclinedError' },
      [state]: { error: 'PaymentUnavailableError' },
    });
    expect(done).toMatchObject({ status: 'FAILED', error: 'CompensationFailedError' });
    expect(done.cause).toContain(`could not be undone: ${state}`);
    expect(done.calls.filter((call) => call.state === state)).toHaveLength(11);
    expect(undone(done)).toEqual(UNDO);
    expect(written(done, 'Record outcome', ':status')).toEqual({ S: 'compensation-failed' });
  });

  test('and another: both are named', async () => {
    const done = await run({
      'Capture payment': { error: 'PaymentDeclinedError' },
      'Void payment': { error: 'PaymentUnavailableError' },
      'Release stock': { error: 'DependencyUnavailableError' },
    });
    expect(done.cause).toContain('could not be undone: Void payment, Release stock');
  });

  test('is survived when it passes', async () => {
    const done = await run({
      'Authorise payment': { error: 'PaymentDeclinedError' },
      'Void payment': ({ count }) => (count < 5 ? { error: 'PaymentUnavailableError' } : { output: {} }),
    });
    expect(done.states.at(-1)).toBe('Payment declined');
  });
});

describe('what cannot be undone any more', () => {
  test('an order that is charged but cannot be completed waits for repair, with nothing undone', async () => {
    const done = await run({ 'Complete order': { error: 'TypeError' } });
    expect(done).toMatchObject({ status: 'FAILED', error: 'CompletionFailedError' });
    expect(undone(done)).toEqual([]);
  });

  test.each(['Tell customer', 'Announce completion', 'Tell accounting'])('%s: its failure is seen', async (state) => {
    const done = await run({ [state]: { error: 'SNS.SnsException' } });
    expect(done).toMatchObject({ status: 'FAILED', error: 'AnnouncementFailedError' });
    expect(undone(done)).toEqual([]);
  });

  test.each(['Tell customer the outcome', 'Announce outcome'])('%s: its failure is seen', async (state) => {
    const done = await run({ 'Reserve stock': { error: 'OutOfStockError' }, [state]: { error: 'SNS.SnsException' } });
    expect(done).toMatchObject({ status: 'FAILED', error: 'AnnouncementFailedError' });
  });

  test('an outcome that cannot be recorded is seen', async () => {
    const done = await run({
      'Reserve stock': { error: 'OutOfStockError' },
      'Record outcome': { error: 'DynamoDB.DynamoDbException' },
    });
    expect(done).toMatchObject({ status: 'FAILED', error: 'OutcomeNotRecordedError', cause: 'Out of stock' });
  });
});

afterAll(() => {
  const { summary, ...missed } = coverageOf('process-order', runs);
  process.stdout.write(`${summary}\n`);
  expect(missed).toEqual({ missedStates: [], missedTransitions: [] });
});
