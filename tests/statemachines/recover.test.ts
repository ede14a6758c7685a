import { afterAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../local/stepfunctions/asl/json.ts';
import { coverageOf } from './coverage.ts';
import { type Call, type Reply, type Run, runMachine } from './machine-run.ts';

type Script = Readonly<Record<string, Reply | ((call: Call) => Reply)>>;

const runs: Run[] = [];

async function run(orderIds: readonly string[], script: Script, input: JsonObject = {}): Promise<Run> {
  const done = await runMachine('recover', input, {
    reply: (call) => {
      const usual: Reply = { output: call.state === 'Find open orders' ? { orderIds: [...orderIds] } : {} };
      const reply = script[call.state] ?? usual;
      return typeof reply === 'function' ? reply(call) : reply;
    },
  });
  runs.push(done);
  return done;
}

/** What repair-order says of the order that it is called with. */
const repairs =
  (all: Readonly<Record<string, string>>) =>
  ({ parameters }: Call): Reply => {
    const { orderId } = parameters.Payload as { orderId: string };
    const repair = all[orderId] ?? 'none';
    return { output: { orderId, repair, ...(repair === 'resume' && { approvalId: 'apr_1' }) } };
  };

describe('recovery', () => {
  test('with nothing open does nothing', async () => {
    const done = await run([], {});
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { looked: 0, repaired: 0 } });
  });

  test('looks at every open order, and counts what it repaired', async () => {
    const done = await run(['a', 'b', 'c'], { 'Repair order': repairs({ a: 'start', c: 'undo' }) });
    expect(done.output).toEqual({ looked: 3, repaired: 2 });
  });

  test('has a decision that was missed told again, by the one function that can', async () => {
    const done = await run(['a', 'b'], { 'Repair order': repairs({ a: 'resume' }) });
    const told = done.calls.filter(({ state }) => state === 'Resume sign-off');
    expect(told.map(({ target, parameters }) => [target, parameters.Payload])).toMatchObject([
      ['DecideApprovalFunction', { resume: 'apr_1' }],
    ]);
    expect(done.output).toEqual({ looked: 2, repaired: 1 });
  });

  test('fits into the 256 KB of a state, however many orders are found in one go', async () => {
    const done = await run([`ord_${'0'.repeat(32)}`], { 'Repair order': repairs({}) });
    const exits = done.history.map(
      (event) => event.stateExitedEventDetails as { name: string; output: string } | undefined,
    );
    const output = exits.find((exit) => exit?.name === 'Order looked at')?.output ?? '';
    expect(output).toContain('none');
    expect(Buffer.byteLength(`${output},`) * 4_000).toBeLessThan(262_144);
  });

  test.each(['Repair order', 'Resume sign-off'])(
    'leaves an order whose “%s” fails for the next time',
    async (state) => {
      const done = await run(['a', 'b'], { 'Repair order': repairs({ a: 'resume' }), [state]: { error: 'TypeError' } });
      expect(done.status).toBe('SUCCEEDED');
      expect(done.states).toContain('Left for the next time');
    },
  );

  const STOPPED = { stoppedSignOff: 'arn:sign-off:x' };

  test('withdraws the question of a sign-off that was stopped, then looks', async () => {
    const done = await run(['a'], { 'Repair order': repairs({}) }, STOPPED);
    const withdrawn = done.calls.find(({ state }) => state === 'Withdraw question');
    expect([withdrawn?.target, withdrawn?.parameters.Payload]).toMatchObject([
      'CloseApprovalFunction',
      { execution: 'arn:sign-off:x', close: 'withdrawn' },
    ]);
    expect(done.output).toMatchObject({ looked: 1 });
  });

  test('that cannot withdraw is seen', async () => {
    const done = await run([], { 'Withdraw question': { error: 'TypeError' } }, STOPPED);
    expect(done.status).toBe('FAILED');
  });

  test('that cannot look is seen', async () => {
    expect((await run([], { 'Find open orders': { error: 'TypeError' } })).status).toBe('FAILED');
  });
});

afterAll(() => {
  const { summary, ...missed } = coverageOf('recover', runs);
  process.stdout.write(`${summary}\n`);
  expect(missed).toEqual({ missedStates: [], missedTransitions: [] });
});
