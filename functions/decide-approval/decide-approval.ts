import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { type Approval, type Decision, isApprovalId } from '../../domain/approval.ts';
import { type Decided, decideApproval as decide, type Outcome } from '../../domain/decide-approval.ts';
import { isSecret } from '../../domain/link.ts';
import type { Approvals, Callback, Clock } from '../../domain/ports.ts';
import { instant } from '../../domain/time.ts';
import { busyPage, decidedPage, malformedPage, refusalPage, staleFormPage } from '../web/approval-pages.ts';
import { isOurForm, nonceOf } from '../web/form-guard.ts';
import { type Page, respond } from '../web/page.ts';
import { formBody } from '../web/request-body.ts';

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

/** Takes the decision: records it, in one conditional write, and only then tells the state machine. */
export const decideApproval =
  ({ approvals, callback, clock, secure, onCallbackLost }: DecideApprovalParts) =>
  async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    return respond(await pageFor(event), secure);

    async function pageFor({ pathParameters }: APIGatewayProxyEvent): Promise<Page> {
      const approvalId = pathParameters?.approvalId ?? '';
      const { link = '', nonce = '', decision, ...others } = formBody(event) ?? {};
      if (!isChoice(decision) || Object.keys(others).length > 0) return malformedPage;
      if (!isOurForm(nonceOf(event), approvalId, link, nonce)) return staleFormPage;
      if (!isApprovalId(approvalId) || !isSecret(link)) return refusalPage;
      return record(approvalId, link, decision);
    }

    async function record(approvalId: string, secret: string, choice: Decision['decision']): Promise<Page> {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const approval = await approvals.find(approvalId);
        if (!approval) return refusalPage;
        const at = instant(clock());
        const decided = decide(approval, secret, choice, at);
        if (decided.kind !== 'recorded') return refuse(approval, decided);
        if (!(await approvals.save(decided.approval, decided.audit, at))) continue;
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

function refuse(approval: Approval, decided: Exclude<Decided, { kind: 'recorded' }>): Page {
  if (decided.kind === 'refused') return refusalPage;
  return decidedPage(409, approval, decided.approver, decided.decision);
}
