import { beforeAll, describe, expect, test } from '@jest/globals';
import { openApproval } from '../../../domain/approval.ts';
import type { UndoneOutcome } from '../../../domain/cancel-order.ts';
import type { Order, Timeline } from '../../../domain/order.ts';
import { type OrderStanding, repairOf } from '../../../domain/repair-order.ts';
import { orderPolicy, sampleOrder } from '../../statemachines/sample-order.ts';

const NOON = 1_795_348_800_000;
const MINUTE = 60_000;
const AT = '2026-11-22T12:00:00.000Z';

let order: Order;
beforeAll(async () => {
  order = await sampleOrder();
});

const NO_UNDO: OrderStanding['undo'] = { standing: 'none', attempts: 0 };
const withSteps = (...steps: (keyof Timeline)[]): Order => ({
  ...order,
  timeline: { ...order.timeline, ...Object.fromEntries(steps.map((step) => [step, { at: AT, what: step }])) },
});
const repair = (standing: Partial<OrderStanding>, after = MINUTE) =>
  repairOf({ order, processing: 'running', undo: NO_UNDO, ...standing }, orderPolicy, NOON + after);

const plan = {
  stages: ['manager', 'finance'].map((name) => ({
    name,
    title: name,
    required: 1,
    approvers: [`${name}@example.com`],
    escalateTo: [],
    ticks: [{ waitSeconds: 60, action: 'expire' as const }],
  })),
};
const opened = () =>
  openApproval({
    approvalId: 'apr_1',
    subject: { type: 'order', id: 'o', version: 1, title: 'T', requestedBy: 'a@example.com' },
    plan,
    at: AT,
  }).approval;

describe('an order that is recorded but not started', () => {
  test('is started, but not while whoever recorded it may still do so', () => {
    expect(repair({ processing: 'none' })).toEqual({ kind: 'start' });
    expect(repair({ processing: 'none' }, 10_000)).toEqual({ kind: 'none' });
  });

  test('is undone instead if it was cancelled', () => {
    expect(repair({ processing: 'none', order: withSteps('cancel-requested') })).toMatchObject({
      kind: 'undo',
      attempt: 1,
      stop: true,
      outcome: { status: 'cancelled', at: AT },
    });
  });
});

describe('an order whose execution ended without saying how', () => {
  test.each(['dead', 'succeeded'] as const)('(%s) is undone, from wherever it was', (processing) => {
    for (const steps of [[], ['reserved'], ['reserved', 'authorised', 'capturing']] as const) {
      expect(repair({ processing, order: withSteps(...steps) })).toMatchObject({
        kind: 'undo',
        attempt: 1,
        stop: false,
        outcome: { status: 'failed', event: 'OrderFailed', reason: 'ProcessLost' },
      });
    }
  });

  test('goes forward once it is paid for', () => {
    expect(repair({ processing: 'dead', order: withSteps('reserved', 'authorised', 'captured') })).toEqual({
      kind: 'complete',
    });
  });
});

describe('undoing', () => {
  const outcome: UndoneOutcome = {
    status: 'cancelled',
    event: 'OrderCancelled',
    reason: 'cancelled',
    what: 'Cancelled',
    at: AT,
  };

  test('that is under way is left alone', () => {
    expect(repair({ processing: 'dead', undo: { standing: 'running', attempts: 1, outcome } })).toEqual({
      kind: 'none',
    });
  });

  test('that failed is tried again under another name, with the same outcome, until a person has to look', () => {
    const undo = { standing: 'dead' as const, attempts: 2, outcome };
    expect(repair({ processing: 'dead', undo })).toEqual({ kind: 'undo', attempt: 3, stop: false, outcome });
    expect(repair({ processing: 'dead', undo: { ...undo, attempts: 5 } })).toEqual({ kind: 'none' });
  });
});

describe('an order that runs', () => {
  test('is left alone, and so is one that has ended', () => {
    expect(repair({})).toEqual({ kind: 'none' });
    expect(repair({ approval: opened() })).toEqual({
      // Nobody was asked yet, and nobody has decided.
      kind: 'none',
    });
    expect(repair({ processing: 'dead', order: { ...order, endedAt: AT } })).toEqual({ kind: 'none' });
  });

  test('but was cancelled is stopped and undone, if whoever cancelled it could not', () => {
    expect(repair({ order: withSteps('cancel-requested') })).toMatchObject({ kind: 'undo', stop: true });
    expect(repair({ order: withSteps('cancel-requested') }, 10_000)).toEqual({ kind: 'none' });
  });

  test('but waits for a warehouse that nobody works in is stopped and undone when its time is over', () => {
    const waiting = withSteps('reserved', 'authorised');
    expect(repair({ order: waiting }, 14 * 1_440 * MINUTE - 1)).toEqual({ kind: 'none' });
    expect(repair({ order: waiting }, 14 * 1_440 * MINUTE)).toMatchObject({
      kind: 'undo',
      stop: true,
      outcome: { status: 'failed', event: 'OrderFailed', reason: 'not-picked-in-time' },
    });
  });

  test('but does not know that it was decided is told again', () => {
    const closed = { ...opened(), status: 'approved' as const, closedAt: AT };
    expect(repair({ approval: closed })).toEqual({ kind: 'resume', approvalId: 'apr_1' });
    expect(repair({ approval: closed }, 10_000)).toEqual({ kind: 'none' });
  });

  test('but does not know that its first stage was approved is told again', () => {
    const { stages, ...approval } = opened();
    const decided = stages.map((stage, index) =>
      index === 0
        ? {
            ...stage,
            expiresAt: AT,
            approvers: stage.approvers.map((a) => ({ ...a, decision: { decision: 'approve' as const, at: AT } })),
          }
        : stage,
    );
    expect(repair({ approval: { ...approval, stages: decided, stage: 1 } })).toMatchObject({ kind: 'resume' });
  });
});
