import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Approval } from '../../domain/approval.ts';
import { readCode } from '../../domain/approval-code.ts';
import { handOver } from '../../domain/hand-over-approval.ts';
import { approvalUrl } from '../../domain/link.ts';
import type { Approvals, Clock, Mail, Mailer, NewSecret } from '../../domain/ports.ts';
import { instant } from '../../domain/time.ts';
import { type ApprovalForm, readApprovalForm } from '../web/approval-form.ts';
import {
  busyPage,
  decidedPage,
  handedOverPage,
  malformedPage,
  questionPage,
  refusalPage,
} from '../web/approval-pages.ts';
import { type Page, respond } from '../web/page.ts';

export interface HandOverApprovalParts {
  readonly approvals: Pick<Approvals, 'find' | 'save'>;
  readonly mailer: Mailer;
  readonly writeMail: (approval: Approval, to: string, link: string, why: 'hand-over') => Mail;
  /** Where approvers reach the API, without a slash at the end. */
  readonly baseUrl: string;
  readonly newSecret: NewSecret;
  readonly clock: Clock;
  readonly secure: boolean;
  /** Handed over, but the colleague couldn't be mailed: the next reminder asks them. */
  readonly onMailLost: (approvalId: string, error: Error) => void;
}

const ATTEMPTS = 20;

const isColleague = ({ to, code: _, ...others }: Readonly<Record<string, string>>): boolean =>
  to !== undefined && Object.keys(others).length === 0;

/** An approver hands the decision over to a colleague: in one conditional write, after which the colleague is mailed. */
export const handOverApproval =
  ({ approvals, mailer, writeMail, baseUrl, newSecret, clock, secure, onMailLost }: HandOverApprovalParts) =>
  async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const form = readApprovalForm(event, isColleague);
    return respond('refusal' in form ? form.refusal : await record(form), secure);

    async function record(form: ApprovalForm): Promise<Page> {
      const { approvalId, secret, fields } = form;
      const { to = '' } = fields;
      const code = fields.code === undefined ? undefined : readCode(fields.code);
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const approval = await approvals.find(approvalId);
        if (!approval) return refusalPage;
        const at = instant(clock());
        const handed = handOver(approval, secret, to, at, newSecret, code);
        if (handed.kind === 'refused') return refusalPage;
        if (handed.kind === 'decided') return decidedPage(409, approval, handed.approver, handed.decision);
        if (handed.kind === 'not-allowed') return malformedPage;
        if (handed.kind === 'code-needed') {
          return questionPage(
            { approval, ...handed, at, form },
            403,
            'Nothing was handed over: that takes a code of eight digits.',
          );
        }
        if (!(await approvals.save(handed.approval, handed.audit, at))) continue;
        if (handed.kind === 'code-wrong') {
          return questionPage({ ...handed, at, form }, 403, 'Nothing was handed over: the code is wrong.');
        }
        return handedOverPage(approval, to, await mail(handed.approval, to, handed.invitation.secret));
      }
      return busyPage;
    }

    async function mail(approval: Approval, to: string, secret: string): Promise<boolean> {
      try {
        const link = approvalUrl(baseUrl, approval.approvalId, secret);
        await mailer.send(writeMail(approval, to, link, 'hand-over'));
        return true;
      } catch (error) {
        onMailLost(approval.approvalId, error as Error);
        return false;
      }
    }
  };
