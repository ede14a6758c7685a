import { type Approval, peopleAsked } from '../../domain/approval.ts';
import { ApprovalNotFoundError } from '../../domain/errors.ts';
import type { Approvals, Mail, Mailer } from '../../domain/ports.ts';
import { about } from '../logger.ts';

/**
 * Tells everyone who was asked how it ended, whether they decided or not.
 * @throws MailNotSentError: telling again is harmless
 */
export const tellApprovers =
  (approvals: Pick<Approvals, 'find'>, mailer: Mailer, writeMail: (approval: Approval, to: string) => Mail) =>
  async ({ approvalId }: { readonly approvalId: string }): Promise<{ readonly told: readonly string[] }> => {
    const approval = await approvals.find(approvalId);
    if (!approval) throw new ApprovalNotFoundError(`There is no approval ${approvalId}.`);
    about(approval);
    const told = peopleAsked(approval);
    for (const address of told) await mailer.send(writeMail(approval, address));
    return { told };
  };
