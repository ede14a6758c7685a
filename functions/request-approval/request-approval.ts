import type { Approval } from '../../domain/approval.ts';
import { askApprovers, type Question } from '../../domain/ask-approvers.ts';
import { ApprovalNotFoundError, ConcurrentUpdateError } from '../../domain/errors.ts';
import { approvalUrl } from '../../domain/link.ts';
import type { Approvals, Clock, Mail, Mailer, NewSecret } from '../../domain/ports.ts';
import { instant } from '../../domain/time.ts';
import { about } from '../logger.ts';

export interface RequestApproval extends Omit<Question, 'at'> {
  readonly approvalId: string;
}

export interface RequestApprovalParts {
  readonly approvals: Approvals;
  readonly mailer: Mailer;
  readonly writeMail: (approval: Approval, to: string, link: string, why: Question['why']) => Mail;
  /** Where approvers reach the API, without a slash at the end. */
  readonly baseUrl: string;
  readonly newSecret: NewSecret;
  readonly clock: Clock;
}

const ATTEMPTS = 5;

/**
 * Records who waits and with which links, then mails them. The answer comes later, from `decide-approval`.
 * @throws ApprovalDecidedError if there is nothing to ask any more; MailNotSentError: asking again is harmless
 */
export const requestApproval =
  ({ approvals, mailer, writeMail, baseUrl, newSecret, clock }: RequestApprovalParts) =>
  async ({ approvalId, ...question }: RequestApproval): Promise<void> => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const approval = await approvals.find(approvalId);
      if (!approval) throw new ApprovalNotFoundError(`There is no approval ${approvalId}.`);
      about(approval);
      const asked = askApprovers(approval, { ...question, at: instant(clock()) }, newSecret);
      if (!(await approvals.save(asked.approval, asked.audit))) continue;
      for (const { address, secret } of asked.invitations) {
        const link = approvalUrl(baseUrl, approvalId, secret);
        await mailer.send(writeMail(asked.approval, address, link, question.why));
      }
      return;
    }
    throw new ConcurrentUpdateError(`Approval ${approvalId} is being changed by others.`);
  };
