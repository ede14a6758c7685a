import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { memoryApprovals } from '../../adapters/memory/memory-approvals.ts';
import { type Change, openApproval } from '../../domain/approval.ts';
import { newCode } from '../../domain/approval-code.ts';
import { planSignOff } from '../../domain/approval-policy.ts';
import { askApprovers } from '../../domain/ask-approvers.ts';
import { decideApproval, seeApproval } from '../../domain/decide-approval.ts';
import { handOver } from '../../domain/hand-over-approval.ts';
import { subjectOf } from '../../domain/order.ts';
import type { Approvals } from '../../domain/ports.ts';
import { policy, sampleOrder } from '../statemachines/sample-order.ts';
import { type LocalTables, localTables } from './local-tables.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await localTables();
});
afterAll(() => tables.close());

const IMPLEMENTATIONS: readonly [string, () => Promise<Approvals>][] = [
  ['memory', async () => memoryApprovals()],
  [
    'DynamoDB',
    async () => {
      const { Approvals, ApprovalAudit } = await tables.create();
      return approvalsTable(tables.documents, { approvals: Approvals, audit: ApprovalAudit });
    },
  ],
];

const AT = '2026-11-22T12:00:00.000Z';
const LATER = '2026-11-22T13:00:00.000Z';
const secret = (digit: string) => digit.repeat(43);

async function opened(approvalId: string, at = AT): Promise<Change> {
  const subject = subjectOf(await sampleOrder({ lines: [{ sku: 'DESK', quantity: 2 }] }));
  return openApproval({ approvalId, subject, plan: planSignOff(policy, subject), at });
}

const ask = ({ approval }: Change, digit = 'a') =>
  askApprovers(approval, { stage: 0, tick: 0, why: 'ask', taskToken: 'token', turn: AT, at: AT }, () => secret(digit));

describe.each(IMPLEMENTATIONS)('approvals in %s', (_, create) => {
  let approvals: Approvals;
  beforeEach(async () => {
    approvals = await create();
  });

  const save = async (change: Change, liveAt?: string) => approvals.save(change.approval, change.audit, liveAt);

  test('what was never opened is not found', async () => {
    expect(await approvals.find('apr_none')).toBeUndefined();
    expect(await approvals.audit('apr_none')).toEqual([]);
  });

  test('an approval is read as it was saved, and its audit beside it', async () => {
    const first = await opened('apr_1');
    expect(await save(first)).toBe(true);
    const second = ask(first);
    expect(await save(second)).toBe(true);
    expect(await approvals.find('apr_1')).toEqual(JSON.parse(JSON.stringify(second.approval)));
    expect(await approvals.audit('apr_1')).toEqual(JSON.parse(JSON.stringify([...first.audit, ...second.audit])));
  });

  test('an approval is opened once', async () => {
    expect(await save(await opened('apr_1'))).toBe(true);
    expect(await save(await opened('apr_1', LATER))).toBe(false);
    expect((await approvals.find('apr_1'))?.openedAt).toBe(AT);
  });

  test('who comes second changes nothing, and leaves no audit', async () => {
    const first = await opened('apr_1');
    await save(first);
    expect(await save(ask(first, 'a'))).toBe(true);
    expect(await save(ask(first, 'b'))).toBe(false);
    expect(await approvals.audit('apr_1')).toHaveLength(2);
  });

  test('a decision is not saved after the expiry, whatever was read before', async () => {
    const first = await opened('apr_1');
    await save(first);
    const asked = ask(first);
    await save(asked);
    const decided = decideApproval(asked.approval, secret('a'), 'approve', LATER);
    if (decided.kind !== 'recorded') throw new Error(decided.kind);
    expect(await save(decided, '2026-11-25T12:00:00.000Z')).toBe(false);
    expect((await approvals.find('apr_1'))?.status).toBe('open');
    expect(await save(decided, LATER)).toBe(true);
    expect((await approvals.find('apr_1'))?.status).toBe('approved');
  });

  test('whoever decides by a code is listed with that, and a code that is used is gone from the record', async () => {
    const subject = subjectOf(await sampleOrder({ lines: [{ sku: 'DESK', quantity: 100 }] }));
    const plan = planSignOff(policy, subject);
    const first = openApproval({ approvalId: 'apr_1', subject, plan, at: AT });
    await save(first);
    const asked = ask(first);
    await save(asked);
    expect(await approvals.waiting()).toMatchObject([{ approvalId: 'apr_1', needsCode: true }]);
    const seen = seeApproval(asked.approval, secret('a'), AT);
    if (seen.kind !== 'open') throw new Error(seen.kind);
    const sent = newCode(asked.approval, seen, secret('a'), AT, () => 'random');
    if (sent.kind !== 'sent') throw new Error(sent.kind);
    expect(await save(sent, AT)).toBe(true);
    expect(await approvals.find('apr_1')).toEqual(JSON.parse(JSON.stringify(sent.approval)));
    const decided = decideApproval(sent.approval, secret('a'), 'approve', AT, sent.code);
    if (decided.kind !== 'recorded') throw new Error(decided.kind);
    expect(await save(decided, AT)).toBe(true);
    expect(JSON.stringify((await approvals.find('apr_1'))?.stages[0])).not.toContain('"code"');
  });

  test('a decision that is handed over is read as it was saved', async () => {
    const first = await opened('apr_1');
    await save(first);
    const asked = ask(first);
    await save(asked);
    const handed = handOver(asked.approval, secret('a'), 'deputy@example.com', AT, () => secret('b'));
    if (handed.kind !== 'invited') throw new Error(handed.kind);
    expect(await save(handed, AT)).toBe(true);
    expect(await approvals.find('apr_1')).toEqual(JSON.parse(JSON.stringify(handed.approval)));
    expect((await approvals.waiting())[0]?.waitingFor).toEqual(['deputy@example.com']);
  });

  test('open ones are listed, the oldest first, without links and tokens', async () => {
    const second = await opened('apr_2', LATER);
    const first = await opened('apr_1');
    await save(second);
    await save(first);
    const asked = ask(first);
    await save(asked);
    const waiting = await approvals.waiting();
    expect(waiting.map(({ approvalId, waitingFor, openedAt }) => [approvalId, waitingFor, openedAt])).toEqual([
      ['apr_1', ['manager@example.com'], AT],
      ['apr_2', ['manager@example.com'], LATER],
    ]);
    expect(waiting[0]).toMatchObject({
      subject: { type: 'order', requestedBy: 'alice@example.com' },
      stageName: 'Manager',
      nextTickAt: '2026-11-23T12:00:00.000Z',
      expiresAt: '2026-11-25T12:00:00.000Z',
    });
    expect(JSON.stringify(waiting)).not.toMatch(/hash|token/i);
    const decided = decideApproval(asked.approval, secret('a'), 'reject', LATER);
    if (decided.kind === 'recorded') await save(decided, LATER);
    expect((await approvals.waiting()).map(({ approvalId }) => approvalId)).toEqual(['apr_2']);
  });
});
