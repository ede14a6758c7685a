import { afterAll, describe, expect, test } from '@jest/globals';
import { coverageOf } from './coverage.ts';
import { type Call, type Reply, type Run, runMachine } from './machine-run.ts';

const REFUND = {
  orderId: 'ord_1',
  refundId: 'ref_1',
  amount: 500,
  amountText: '5.00 EUR',
  currency: 'EUR',
  signOffNeeded: false,
};
const SIGNED = { ...REFUND, signOffNeeded: true, subject: { type: 'refund' }, plan: { stages: [] } };
const outcome = (name: string): Reply => ({
  output: { Output: { outcome: name, decidedBy: ['manager@example.com'], decidedAt: 'T' } },
});

type Script = Readonly<Record<string, Reply | ((call: Call) => Reply)>>;

const runs: Run[] = [];

async function run(script: Script = {}): Promise<Run> {
  const input = { orderId: 'ord_1', refundId: 'ref_1' };
  const done = await runMachine('refund-order', input, {
    name: 'ref_1',
    reply: (call) => {
      const usual: Reply = call.state === 'Prepare refund' ? { output: REFUND } : { output: {} };
      const reply = script[call.state] ?? usual;
      return typeof reply === 'function' ? reply(call) : reply;
    },
  });
  runs.push(done);
  return done;
}

const parametersOf = ({ calls }: Run, state: string) => calls.find((call) => call.state === state)?.parameters;
const signed = (signOff: Reply): Script => ({ 'Prepare refund': { output: SIGNED }, 'Sign off': signOff });

describe('a refund', () => {
  test('that nobody has to sign off is made, and everybody is told', async () => {
    const done = await run();
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { refundId: 'ref_1', status: 'refunded' } });
    expect(parametersOf(done, 'Give money back')).toMatchObject({
      Payload: { orderId: 'ord_1', refundId: 'ref_1', signOff: null },
    });
    expect(parametersOf(done, 'Tell customer')).toMatchObject({ Message: 'Refund ref_1 of order ord_1: 5.00 EUR.' });
    expect(parametersOf(done, 'Announce refund')).toMatchObject({
      Entries: [{ DetailType: 'OrderRefunded', Detail: { orderId: 'ord_1', refundId: 'ref_1', amount: 500 } }],
    });
    expect(parametersOf(done, 'Tell accounting')).toMatchObject({
      MessageBody: { type: 'OrderRefunded', amount: 500 },
    });
  });

  test('above the limit waits for its approver', async () => {
    const done = await run(signed(outcome('approved')));
    expect(parametersOf(done, 'Sign off')).toMatchObject({
      Name: 'ref_1-sign-off',
      Input: { subject: SIGNED.subject },
    });
    expect(parametersOf(done, 'Give money back')).toMatchObject({ Payload: { signOff: { outcome: 'approved' } } });
    expect(done.states.at(-1)).toBe('Refunded');
  });

  test.each([
    ['rejected', 'Refund rejected', { status: 'rejected', by: 'manager@example.com' }],
    ['expired', 'Approval expired', { status: 'expired' }],
    ['withdrawn', 'Refund rejected', { status: 'rejected' }],
  ])('that is %s moves no money', async (name, end, Payload) => {
    const done = await run(signed(outcome(name)));
    expect(done.status).toBe('SUCCEEDED');
    expect(done.states.at(-1)).toBe(end);
    expect(parametersOf(done, 'Close refund')).toMatchObject({
      Payload: { orderId: 'ord_1', refundId: 'ref_1', ...Payload },
    });
    expect(parametersOf(done, 'Give money back')).toBeUndefined();
  });

  test('that had ended before is not made again', async () => {
    const done = await run({ 'Prepare refund': { error: 'RefundClosedError' } });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { status: 'ended-before' } });
  });

  test('whose provider does not answer for a moment is made later', async () => {
    const done = await run({
      'Give money back': ({ count }) => (count === 1 ? { error: 'PaymentUnavailableError' } : { output: {} }),
    });
    expect(done.states.at(-1)).toBe('Refunded');
  });

  test.each([
    ['Prepare refund', 'NoApproverError', {}],
    ['Sign off', 'States.TaskFailed', { 'Prepare refund': { output: SIGNED } as Reply }],
    ['Give money back', 'PaymentStateError', {}],
  ])('that fails at “%s” is recorded as failed, and seen', async (state, error, script) => {
    const done = await run({ ...script, [state]: { error } });
    expect(done).toMatchObject({ status: 'FAILED', error: 'RefundFailedError', cause: error });
    expect(parametersOf(done, 'Close refund')).toMatchObject({ Payload: { status: 'failed' } });
  });

  test.each([
    ['withdrawn', { output: { approvalId: 'apr_1', outcome: 'withdrawn' } }],
    ['left, when not even that works', { error: 'TypeError' }],
  ] as const)('whose sign-off is stopped has its question %s', async (_, withdrawal) => {
    const done = await run({ ...signed({ error: 'States.TaskFailed' }), 'Withdraw question': withdrawal });
    expect(parametersOf(done, 'Withdraw question')).toMatchObject({
      Payload: { execution: '${SignOffExecutions}:ref_1-sign-off', close: 'withdrawn' },
    });
    expect(parametersOf(done, 'Close refund')).toMatchObject({ Payload: { status: 'failed' } });
  });

  test('that cannot even be closed fails all the same', async () => {
    const done = await run({
      'Give money back': { error: 'PaymentStateError' },
      'Close refund': { error: 'TypeError' },
    });
    expect(done.error).toBe('RefundFailedError');
  });

  test.each(['Tell customer', 'Announce refund', 'Tell accounting'])('%s: its failure is seen', async (state) => {
    const done = await run({ [state]: { error: 'SNS.SnsException' } });
    expect(done).toMatchObject({ status: 'FAILED', error: 'AnnouncementFailedError' });
  });
});

afterAll(() => {
  const { summary, ...missed } = coverageOf('refund-order', runs);
  process.stdout.write(`${summary}\n`);
  expect(missed).toEqual({ missedStates: [], missedTransitions: [] });
});
