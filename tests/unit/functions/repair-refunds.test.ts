import { expect, test } from '@jest/globals';
import { memoryApprovals } from '../../../adapters/memory/memory-approvals.ts';
import { memoryOrders } from '../../../adapters/memory/memory-orders.ts';
import { ConcurrentUpdateError } from '../../../domain/errors.ts';
import { type RefundEnd, refundSubject } from '../../../domain/refund.ts';
import type { ExecutionStanding } from '../../../domain/repair-order.ts';
import { instant } from '../../../domain/time.ts';
import { closeApproval } from '../../../functions/close-approval/close-approval.ts';
import { openApproval } from '../../../functions/open-approval/open-approval.ts';
import { type RepairRefundsParts, repairRefunds } from '../../../functions/repair-order/repair-refunds.ts';
import { policy, sampleOrder } from '../../statemachines/sample-order.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const SIGN_OFFS = 'arn:aws:states:eu-central-1:000000000000:execution:sign-off';

/** An order of 100, all of which is asked back; nobody had to sign that off. */
async function underWay() {
  const order = await sampleOrder({});
  const { orderId } = order;
  const orders = memoryOrders([order]);
  const at = (seconds: number) => instant(NOW - 3_600_000 + seconds * 1000);
  await orders.record(orderId, { captured: { at: at(0), what: 'Captured' } }, { charged: 100 });
  await orders.record(
    orderId,
    { completed: { at: at(1), what: 'Completed' } },
    { status: 'completed', endedAt: at(1) },
  );
  await orders.addRefund(orderId, {
    refundId: 'ref_1',
    amount: 100,
    reason: 'A scratch',
    requestedBy: 'clerk@example.com',
    requestedAt: at(2),
    requestHash: 'hash',
    status: 'requested',
  });
  const started: string[] = [];
  const parts = (standing: ExecutionStanding, before: () => Promise<void> = async () => {}): RepairRefundsParts => ({
    orders: {
      async endRefund(...end) {
        await before();
        await orders.endRefund(...end);
      },
    },
    approvals,
    refunding: { start: async (name) => started.push(name) > 0, find: async () => ({ standing, input: null }) },
    signOffExecutions: SIGN_OFFS,
    clock: () => NOW,
  });
  const approvals = memoryApprovals();
  const find = async () => (await orders.find(orderId))!;
  const outcome = async (): Promise<[status: RefundEnd | 'requested' | undefined, spokenFor: number | undefined]> => {
    const { refunds, refundReserved } = await find();
    return [refunds.ref_1?.status, refundReserved];
  };
  const ask = async (close: 'expired' | null) => {
    const found = await find();
    const execution = `${SIGN_OFFS}:ref_1-sign-off`;
    const subject = { ...refundSubject(found, found.refunds.ref_1!), amount: 1_000_000 };
    await openApproval(approvals, policy)({ request: { subject }, execution, at: at(3) });
    if (close) await closeApproval(approvals, () => NOW)({ execution, close });
  };
  return { parts, find, outcome, started, ask };
}

test('a refund that nobody had to sign off and that was given up is failed: its money may be on its way', async () => {
  const { parts, find, outcome } = await underWay();
  expect(await repairRefunds(parts('dead'), await find())).toBe(true);
  expect(await outcome()).toEqual(['failed', 100]);
  expect(await repairRefunds(parts('dead'), await find())).toBe(false);
});

test('it is so, too, when its end could not be written the first time', async () => {
  const { parts, find, outcome } = await underWay();
  const failing = parts('dead', () => Promise.reject(new ConcurrentUpdateError('Somebody else was first.')));
  await expect(repairRefunds(failing, await find())).rejects.toMatchObject({ name: 'ConcurrentUpdateError' });
  await repairRefunds(parts('dead'), await find());
  expect(await outcome()).toEqual(['failed', 100]);
});

test('and when two repair it at once', async () => {
  const { parts, find, outcome } = await underWay();
  const seen = await find();
  // The second comes after the first has withdrawn the question, and before it has said how the refund ended.
  const first = parts('dead', async () => {
    await repairRefunds(parts('dead'), seen);
  });
  await repairRefunds(first, seen);
  expect(await outcome()).toEqual(['failed', 100]);
});

test('a refund that was asked and not approved is rejected, or expired, and its amount is free again', async () => {
  for (const close of [null, 'expired'] as const) {
    const { parts, find, outcome, ask } = await underWay();
    await ask(close);
    await repairRefunds(parts('dead'), await find());
    expect(await outcome()).toEqual([close === 'expired' ? 'expired' : 'rejected', 0]);
  }
});

test('a refund that was never started is started', async () => {
  const { parts, find, outcome, started } = await underWay();
  await repairRefunds(parts('none'), await find());
  expect(started).toEqual(['ref_1']);
  expect(await outcome()).toEqual(['requested', 100]);
});

test('a refund that is being worked on is left alone', async () => {
  const { parts, find, outcome, started } = await underWay();
  expect(await repairRefunds(parts('running'), await find())).toBe(false);
  expect([started, await outcome()]).toEqual([[], ['requested', 100]]);
});
