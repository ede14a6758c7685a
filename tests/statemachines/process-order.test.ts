import { afterAll, describe, expect, test } from '@jest/globals';
import type { Json } from '../../local/stepfunctions/asl/json.ts';
import { coverageOf } from './coverage.ts';
import { type Call, NOON, type Reply, type Run, runMachine } from './machine-run.ts';

const ORDER = {
  orderId: 'ord_1',
  requestedBy: 'alice@example.com',
  currency: 'EUR',
  total: 7_800,
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
  'Anything to wait for?',
  'Authorise payment',
  'Wait for the ship date',
  'Fulfil order',
  'Pick shipments',
  'Pick shipment',
  'Issue invoice',
  'Capture payment',
  'Complete order',
  'Tell customer',
  'Announce completion',
  'Tell accounting',
  'Order completed',
];

type Script = Readonly<Record<string, Reply | ((call: Call) => Reply)>>;

const USUAL: Script = {
  'Reserve stock': { output: ORDER },
  'Pick shipment': ({ parameters }) => ({ output: { tracking: `T-${parameters.shipmentId}` } }),
  'Capture payment': { output: { orderId: 'ord_1', charged: 7_800, chargedText: '78.00 EUR' } },
};

const runs: Run[] = [];

async function run(script: Script = {}): Promise<Run> {
  const done = await runMachine(
    'process-order',
    { orderId: 'ord_1' },
    {
      name: 'ord_1',
      reply: (call) => {
        const reply = script[call.state] ?? USUAL[call.state] ?? { output: {} };
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
const outcomeOf = ({ calls }: Run): Json | undefined => {
  const call = calls.find(({ state }) => state === 'Undo order');
  return (call?.parameters.Input as Record<string, Json> | undefined)?.outcome;
};
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
    const picks = done.calls.filter(({ state }) => state === 'Pick shipment');
    expect(picks.map(({ parameters }) => parameters)).toEqual(
      ORDER.shipments.map((shipment) => ({ orderId: 'ord_1', ...shipment })),
    );
    expect(parametersOf(done, 'Capture payment')).toMatchObject({
      Payload: {
        shipments: [
          { shipmentId: 'ord_1-1', status: 'shipped', tracking: 'T-ord_1-1' },
          { shipmentId: 'ord_1-2', status: 'shipped', tracking: 'T-ord_1-2' },
        ],
      },
    });
    expect(written(done, 'Issue invoice', ':invoice')).toEqual({
      M: { number: { S: 'INV-1' }, issuedAt: { S: '2026-11-22T12:00:00.000Z' } },
    });
    expect(parametersOf(done, 'Tell customer')).toMatchObject({
      Message:
        'Order ord_1 of alice@example.com is complete: 78.00 EUR, invoice INV-1. Shipment ord_1-1: T-ord_1-1. Shipment ord_1-2: T-ord_1-2.',
    });
    expect(parametersOf(done, 'Announce completion')).toMatchObject({
      Entries: [
        { DetailType: 'OrderCompleted', Detail: { orderId: 'ord_1', total: 7_800, charged: 7_800, currency: 'EUR' } },
      ],
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
    expect(at('Pick shipment')).toBe(Date.parse(later.shipNotBefore));
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
    ['rejected', 'Order rejected', { reason: 'approval-rejected', by: 'manager@example.com' }],
    ['expired', 'Approval expired', { reason: 'approval-expired' }],
  ])('and is %s is undone, and takes no money', async (name, end, why) => {
    const done = await run(signed(outcome(name)));
    expect(done.status).toBe('SUCCEEDED');
    expect(done.states.at(-1)).toBe(end);
    expect(outcomeOf(done)).toMatchObject({ status: name, event: 'OrderRejected', ...why });
  });

  test.each([
    ['is withdrawn', outcome('withdrawn')],
    ['fails', { error: 'States.TaskFailed' } as Reply],
  ])('whose sign-off %s fails, and is undone', async (_, signOff) => {
    const done = await run(signed(signOff));
    expect(done).toMatchObject({ status: 'FAILED', error: 'OrderFailedError' });
    expect(outcomeOf(done)).toMatchObject({ status: 'failed' });
  });
});

describe('an order of which there is not enough', () => {
  test('waits if it may, looking again as often as the policy says', async () => {
    const waiting = { output: { orderId: 'ord_1', waitSeconds: 21_600 } };
    const done = await run({ 'Reserve stock': ({ count }) => (count === 1 ? waiting : { output: ORDER }) });
    expect(done.calls.filter(({ state }) => state === 'Reserve stock').map(({ at }) => at)).toEqual([
      NOON,
      Date.parse('2026-11-22T18:00:00.000Z'),
    ]);
    expect(done.states.at(-1)).toBe('Order completed');
  });
});

describe('a shipment', () => {
  const failed = { shipmentId: 'ord_1-2', status: 'failed', reason: 'NotOnShelfError' };
  const missing: Script = {
    'Pick shipment': ({ parameters }) =>
      parameters.shipmentId === 'ord_1-2' ? { error: 'NotOnShelfError' } : { output: { tracking: 'T-1' } },
  };

  test('that cannot be picked is left out, and the others go on', async () => {
    const done = await run(missing);
    expect(done.states.at(-1)).toBe('Order completed');
    expect(parametersOf(done, 'Capture payment')).toMatchObject({
      Payload: { shipments: [{ shipmentId: 'ord_1-1', status: 'shipped', tracking: 'T-1' }, failed] },
    });
    expect(parametersOf(done, 'Tell customer')?.Message).toContain(
      'Shipment ord_1-2 could not be sent and is not charged.',
    );
  });

  test('whose worker falls silent is given to another one, once the heartbeat is missed', async () => {
    const done = await run({
      'Pick shipment': ({ count, parameters }) =>
        count === 1 ? 'silence' : { output: { tracking: `T-${parameters.shipmentId}` } },
    });
    const picks = done.calls.filter(({ state }) => state === 'Pick shipment');
    expect(picks.map(({ parameters }) => parameters.shipmentId)).toEqual(['ord_1-1', 'ord_1-2', 'ord_1-1']);
    expect((picks[2]?.at ?? 0) - (picks[0]?.at ?? 0)).toBeGreaterThanOrEqual(60_000);
    expect(done.states.at(-1)).toBe('Order completed');
  });

  test('that nobody takes does not keep the order for ever', async () => {
    const done = await run({ 'Pick shipment': 'untaken' });
    expect(done).toMatchObject({ status: 'TIMED_OUT' });
    expect(done.endedAt - done.startedAt).toBe(360 * 86_400_000);
  });

  test('is not paid for if nothing could be sent', async () => {
    const done = await run({
      'Pick shipment': { error: 'NotOnShelfError' },
      'Capture payment': { error: 'NothingShippedError' },
    });
    expect(outcomeOf(done)).toMatchObject({ status: 'failed', reason: 'nothing-shipped' });
  });
});

describe('what fails is handed over to be undone', () => {
  test.each([
    ['Reserve stock', 'OutOfStockError', 'Out of stock', { status: 'out-of-stock', event: 'OrderRejected' }],
    ['Reserve stock', 'OrderCancelledError', 'Order cancelled', { status: 'cancelled', event: 'OrderCancelled' }],
    ['Authorise payment', 'PaymentDeclinedError', 'Payment declined', { status: 'payment-declined' }],
    ['Authorise payment', 'OrderCancelledError', 'Order cancelled', { status: 'cancelled' }],
    ['Capture payment', 'PaymentDeclinedError', 'Payment declined', { status: 'payment-declined' }],
    ['Capture payment', 'OrderCancelledError', 'Order cancelled', { status: 'cancelled' }],
  ])('%s with %s is an outcome: %s', async (state, error, end, why) => {
    const done = await run({ [state]: { error } });
    expect(done.status).toBe('SUCCEEDED');
    expect(done.states.at(-1)).toBe(end);
    expect(outcomeOf(done)).toMatchObject(why);
    expect(parametersOf(done, 'Undo order')).toMatchObject({ Name: 'ord_1-undo', Input: { orderId: 'ord_1' } });
  });

  test.each([
    ['Reserve stock', 'TypeError'],
    ['Authorise payment', 'ApprovalMismatchError'],
    ['Issue invoice', 'DynamoDB.DynamoDbException'],
    ['Capture payment', 'PaymentStateError'],
  ])('%s with %s is a failure', async (state, error) => {
    const done = await run({ [state]: { error } });
    expect(done).toMatchObject({ status: 'FAILED', error: 'OrderFailedError', cause: `Failed: ${error}` });
    expect(outcomeOf(done)).toMatchObject({ status: 'failed', event: 'OrderFailed', reason: error });
  });

  test('a function that never answers is tried again, then given up', async () => {
    const done = await run({ 'Authorise payment': 'silence' });
    expect(done.calls.filter(({ state }) => state === 'Authorise payment')).toHaveLength(7);
    expect(outcomeOf(done)).toMatchObject({ reason: 'States.Timeout' });
  });

  test('an order that ended before is not touched', async () => {
    const done = await run({ 'Reserve stock': { error: 'OrderClosedError' } });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { status: 'closed-before' } });
    expect(outcomeOf(done)).toBeUndefined();
  });

  test('an order that is being cancelled is left to the cancellation', async () => {
    const done = await run({
      'Capture payment': { error: 'OrderCancelledError' },
      'Undo order': { error: 'StepFunctions.ExecutionAlreadyExistsException' },
    });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { status: 'undone-by-others' } });
  });

  test('what could not be undone is a failure that is seen', async () => {
    const done = await run({
      'Capture payment': { error: 'PaymentDeclinedError' },
      'Undo order': { error: 'States.TaskFailed' },
    });
    expect(done).toMatchObject({ status: 'FAILED', error: 'CompensationFailedError' });
  });

  test.each(['Authorise payment', 'Capture payment'])('%s that fails for a moment is tried again', async (state) => {
    const done = await run({
      [state]: ({ count }) =>
        count === 1 ? { error: 'PaymentUnavailableError' } : ((USUAL[state] as Reply) ?? { output: {} }),
    });
    expect(done.states.at(-1)).toBe('Order completed');
  });
});

describe('what cannot be undone any more', () => {
  test('an order that is charged but cannot be completed waits for repair, with nothing undone', async () => {
    const done = await run({ 'Complete order': { error: 'TypeError' } });
    expect(done).toMatchObject({ status: 'FAILED', error: 'CompletionFailedError' });
    expect(outcomeOf(done)).toBeUndefined();
  });

  test.each(['Tell customer', 'Announce completion', 'Tell accounting'])('%s: its failure is seen', async (state) => {
    const done = await run({ [state]: { error: 'SNS.SnsException' } });
    expect(done).toMatchObject({ status: 'FAILED', error: 'AnnouncementFailedError' });
    expect(outcomeOf(done)).toBeUndefined();
  });
});

afterAll(() => {
  const { summary, ...missed } = coverageOf('process-order', runs);
  process.stdout.write(`${summary}\n`);
  expect(missed).toEqual({ missedStates: [], missedTransitions: [] });
});
