import { approvalIdOf, openApproval as open } from '../../domain/approval.ts';
import type { ApprovalPolicy } from '../../domain/approval-policy.ts';
import { fixTicks, type Tick } from '../../domain/approval-ticks.ts';
import { ConcurrentUpdateError, NoSignOffNeededError } from '../../domain/errors.ts';
import type { Approvals } from '../../domain/ports.ts';
import { parseSignOffRequest } from '../../domain/sign-off-request.ts';
import { about } from '../logger.ts';

export interface OpenApproval {
  /** What the sign-off was started with. */
  readonly request: unknown;
  /** ARN of the execution: one approval each. */
  readonly execution: string;
  /** When it started. */
  readonly at: string;
}

export interface OpenedApproval {
  readonly approvalId: string;
  /** Of the first stage, for the state machine to keep the time. Those of the next come with the decision. */
  readonly ticks: readonly Tick[];
  readonly failUnlessApproved: boolean;
}

/** @throws NoSignOffNeededError if the policy asks nobody; InvalidDocumentError, NoApproverError */
export const openApproval =
  (approvals: Approvals, policy: ApprovalPolicy) =>
  async ({ request, execution, at }: OpenApproval): Promise<OpenedApproval> => {
    const { subject, plan, failUnlessApproved } = parseSignOffRequest(request, policy);
    about({ subject });
    const [first] = plan.stages;
    if (!first) throw new NoSignOffNeededError('The policy asks nobody to sign this off.');
    const approvalId = approvalIdOf(execution);
    const { approval, audit } = open({ approvalId, subject, plan, at });
    if (!(await approvals.save(approval, audit)) && !(await approvals.find(approvalId))) {
      throw new ConcurrentUpdateError(`Approval ${approvalId} is being opened by another attempt.`);
    }
    return { approvalId, ticks: fixTicks(first, at, at), failUnlessApproved };
  };
