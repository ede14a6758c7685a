import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Approval } from '../../domain/approval.ts';
import { newCode } from '../../domain/approval-code.ts';
import { seeApproval } from '../../domain/decide-approval.ts';
import type { Approvals, Clock, Mail, Mailer, NewSecret } from '../../domain/ports.ts';
import { instant } from '../../domain/time.ts';
import { type ApprovalForm, readApprovalForm } from '../web/approval-form.ts';
import { busyPage, decidedPage, refusalPage, tooManyCodesPage } from '../web/approval-pages.ts';
import { redirect, respond } from '../web/page.ts';

export interface SendApprovalCodeParts {
  readonly approvals: Pick<Approvals, 'find' | 'save'>;
  readonly mailer: Mailer;
  readonly writeMail: (approval: Approval, to: string, code: string) => Mail;
  readonly newSecret: NewSecret;
  readonly clock: Clock;
  readonly secure: boolean;
}

const ATTEMPTS = 20;

/**
 * Mails a one-time code to the approver whose link it is, after recording what it may be compared with, and goes back to the
 * page. A code that the mail service did not take is as good as none: another can be asked for a minute later.
 */
export const sendApprovalCode =
  ({ approvals, mailer, writeMail, newSecret, clock, secure }: SendApprovalCodeParts) =>
  async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const form = readApprovalForm(event, (fields) => Object.keys(fields).length === 0);
    return 'refusal' in form ? respond(form.refusal, secure) : send(form);

    async function send({ approvalId, secret }: ApprovalForm): Promise<APIGatewayProxyResult> {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const approval = await approvals.find(approvalId);
        if (!approval?.needsCode) return respond(refusalPage, secure);
        const at = instant(clock());
        const seen = seeApproval(approval, secret, at);
        if (seen.kind === 'refused') return respond(refusalPage, secure);
        if (seen.kind === 'decided') return respond(decidedPage(409, approval, seen.approver, seen.decision), secure);
        const sent = newCode(approval, seen, secret, at, newSecret);
        if (sent.kind === 'too-often') return respond(tooManyCodesPage(approvalId, secret, sent.after), secure);
        if (!(await approvals.save(sent.approval, sent.audit, at))) continue;
        await mailer.send(writeMail(sent.approval, sent.address, sent.code));
        return redirect(`../${approvalId}?link=${secret}`, secure);
      }
      return respond(busyPage, secure);
    }
  };
