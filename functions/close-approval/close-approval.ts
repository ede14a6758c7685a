import { approvalIdOf, withdrawnBefore } from '../../domain/approval.ts';
import { type Outcome, settleApproval } from '../../domain/decide-approval.ts';
import { ApprovalNotFoundError, ConcurrentUpdateError } from '../../domain/errors.ts';
import type { Approvals, Clock } from '../../domain/ports.ts';
import { instant } from '../../domain/time.ts';
import { about } from '../logger.ts';

export interface CloseApproval {
  readonly approvalId?: string;
  /** ARN of the sign-off's execution, for who doesn't know the approval's id. */
  readonly execution?: string;
  /** Index of the stage that the state machine is in; absent: the one that the approval is in. */
  readonly stage?: number;
  /** How to close the approval if nobody has decided; null only asks what was decided. */
  readonly close: 'expired' | 'withdrawn' | null;
}

const ATTEMPTS = 5;

/**
 * What became of a stage, by the record, after closing it if need be. A decision that came first counts. A question that is
 * withdrawn before it was opened can't be opened any more.
 */
export const closeApproval =
  (approvals: Approvals, clock: Clock) =>
  async ({ execution = '', approvalId = approvalIdOf(execution), stage, close }: CloseApproval): Promise<Outcome> => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const approval = await approvals.find(approvalId);
      if (!approval) {
        if (!execution || close !== 'withdrawn') throw new ApprovalNotFoundError(`There is no approval ${approvalId}.`);
        const mark = withdrawnBefore(approvalId, instant(clock()));
        await approvals.save(mark.approval, mark.audit);
        continue;
      }
      about(approval);
      const settled = settleApproval(approval, {
        stage: stage ?? approval.stage,
        at: instant(clock()),
        ...(close && { close }),
      });
      if (!settled.outcome) break;
      if (!settled.change) return settled.outcome;
      if (await approvals.save(settled.change.approval, settled.change.audit)) return settled.outcome;
    }
    throw new ConcurrentUpdateError(`Approval ${approvalId} is not settled yet.`);
  };
