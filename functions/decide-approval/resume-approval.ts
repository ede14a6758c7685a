import { settleApproval } from '../../domain/decide-approval.ts';
import type { Approvals, Callback, Clock } from '../../domain/ports.ts';
import { instant } from '../../domain/time.ts';

/** From recovery, never over HTTP: an event of API Gateway has other members. */
export interface ResumeApproval {
  readonly resume: string;
}

/** Tells the state machine again what was decided: the news was lost when the decision was recorded. */
export const resumeApproval =
  (approvals: Pick<Approvals, 'find'>, callback: Callback, clock: Clock) =>
  async ({ resume }: ResumeApproval): Promise<{ readonly resumed: boolean }> => {
    const approval = await approvals.find(resume);
    if (!approval?.taskToken) return { resumed: false };
    // Of a stage that was not asked about yet the machine knows nothing: it waits for the one before.
    const isAhead = approval.status === 'open' && !approval.stages[approval.stage]?.expiresAt;
    const stage = isAhead ? approval.stage - 1 : approval.stage;
    const { outcome } = settleApproval(approval, { stage, at: instant(clock()) });
    return { resumed: outcome !== undefined && (await callback.succeed(approval.taskToken, outcome)) };
  };
