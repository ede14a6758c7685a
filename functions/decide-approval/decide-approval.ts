import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Approval, Decision } from '../../domain/approval.ts';
import { readCode } from '../../domain/approval-code.ts';
import { decideApproval as decide, type Outcome } from '../../domain/decide-approval.ts';
import type { Approvals, Callback, Clock } from '../../domain/ports.ts';
import { instant } from '../../domain/time.ts';
import { about } from '../logger.ts';
import { type ApprovalForm, readApprovalForm } from '../web/approval-form.ts';
import { busyPage, decidedPage, questionPage, refusalPage } from '../web/approval-pages.ts';
import { type Page, respond } from '../web/page.ts';

export interface DecideApprovalParts {
  readonly approvals: Pick<Approvals, 'find' | 'save'>;
  readonly callback: Callback;
  readonly clock: Clock;
  readonly secure: boolean;
  /** A decision is recorded, but the state machine couldn't be told: its next tick finds out. */
  readonly onCallbackLost: (approvalId: string, error: Error) => void;
}

const ATTEMPTS = 20;

const isChoice = (text: string | undefined): text is Decision['decision'] => text === 'approve' || text === 'reject';

const isDecision = ({ decision, code: _, ...others }: Readonly<Record<string, string>>): boolean =>
  isChoice(decision) && Object.keys(others).length === 0;

/** Takes the decision: records it, in one conditional write, and only then tells the state machine. */
export const decideApproval =
  ({ approvals, callback, clock, secure, onCallbackLost }: DecideApprovalParts) =>
  async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const form = readApprovalForm(event, isDecision);
    return respond('refusal' in form ? form.refusal : await record(form), secure);

    async function record(form: ApprovalForm): Promise<Page> {
      const { approvalId, secret, fields } = form;
      const choice = fields.decision as Decision['decision'];
      const code = fields.code === undefined ? undefined : readCode(fields.code);
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const approval = await approvals.find(approvalId);
        if (!approval) return refusalPage;
        about(approval);
        const at = instant(clock());
        const decided = decide(approval, secret, choice, at, code);
        if (decided.kind === 'refused') return refusalPage;
        if (decided.kind === 'decided') return decidedPage(409, approval, decided.approver, decided.decision);
        if (decided.kind === 'code-needed') {
          return questionPage(
            { approval, ...decided, at, form },
            403,
            'Nothing was decided: that takes a code of eight digits.',
          );
        }
        // Whether a code was right is told only once the try is counted, or the decision recorded.
        if (!(await approvals.save(decided.approval, decided.audit, at))) continue;
        if (decided.kind === 'code-wrong') {
          return questionPage({ ...decided, at, form }, 403, 'Nothing was decided: the code is wrong.');
        }
        await tell(decided.approval, decided.outcome);
        return decidedPage(200, decided.approval, decided.approver, decided.decision);
      }
      return busyPage;
    }

    async function tell({ approvalId, taskToken }: Approval, outcome: Outcome | undefined): Promise<void> {
      if (!outcome || !taskToken) return;
      try {
        await callback.succeed(taskToken, outcome);
      } catch (error) {
        onCallbackLost(approvalId, error as Error);
      }
    }
  };
