import { expect, test } from '@jest/globals';
import { memoryApprovals } from '../../../adapters/memory/memory-approvals.ts';
import { approvalIdOf } from '../../../domain/approval.ts';
import { subjectOf } from '../../../domain/order.ts';
import { closeApproval } from '../../../functions/close-approval/close-approval.ts';
import { openApproval } from '../../../functions/open-approval/open-approval.ts';
import { requestApproval } from '../../../functions/request-approval/request-approval.ts';
import { policy, sampleOrder } from '../../statemachines/sample-order.ts';

const EXECUTION = 'arn:aws:states:eu-central-1:123456789012:execution:sign-off:ord_1-sign-off';
const approvalId = approvalIdOf(EXECUTION);
const AT = '2026-11-22T12:00:00.000Z';
const clock = () => Date.parse(AT);

test('a question that is withdrawn before it was opened is never asked', async () => {
  const approvals = memoryApprovals();
  const withdrawn = await closeApproval(approvals, clock)({ execution: EXECUTION, close: 'withdrawn' });
  expect(withdrawn).toMatchObject({ approvalId, outcome: 'withdrawn' });

  const subject = subjectOf(await sampleOrder({ lines: [{ sku: 'DESK', quantity: 2 }] }));
  await openApproval(approvals, policy)({ request: { subject }, execution: EXECUTION, at: AT });
  expect(await approvals.waiting()).toEqual([]);
  const ask = requestApproval({
    ...{ approvals, clock, baseUrl: '', newSecret: () => 'secret' },
    mailer: { send: () => Promise.reject(new Error('nobody may be asked')) },
    writeMail: () => ({ to: '', subject: '', text: '', html: '' }),
  });
  const question = { approvalId, stage: 0, tick: 0, why: 'ask', taskToken: 'token', turn: AT } as const;
  await expect(ask(question)).rejects.toMatchObject({ name: 'ApprovalDecidedError' });
  const settled = await closeApproval(approvals, clock)({ approvalId, stage: 0, close: null });
  expect(settled).toMatchObject({ outcome: 'withdrawn', stage: 0, decidedBy: [] });
});

test('an approval that nobody has heard of is not found, unless it is withdrawn by who would have started it', async () => {
  const approvals = memoryApprovals();
  const close = closeApproval(approvals, clock);
  await expect(close({ approvalId, close: 'withdrawn' })).rejects.toMatchObject({ name: 'ApprovalNotFoundError' });
  await expect(close({ execution: EXECUTION, close: null })).rejects.toMatchObject({ name: 'ApprovalNotFoundError' });
});
