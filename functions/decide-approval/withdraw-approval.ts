import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { isApprovalId } from '../../domain/approval.ts';
import { settleApproval } from '../../domain/decide-approval.ts';
import { ConcurrentUpdateError } from '../../domain/errors.ts';
import { EMAIL, FieldChecks } from '../../domain/field-checks.ts';
import type { Approvals, Callback, Clock } from '../../domain/ports.ts';
import { malformedRequest, notFound, type Problem } from '../../domain/problem.ts';
import { instant } from '../../domain/time.ts';
import { clientOf } from '../web/client-of.ts';
import { json, problem } from '../web/json-response.ts';
import { jsonBody } from '../web/request-body.ts';

export interface WithdrawApprovalParts {
  readonly approvals: Pick<Approvals, 'find' | 'save'>;
  readonly callback: Callback;
  readonly clock: Clock;
  /** Withdrawn, but the state machine couldn't be told: its next tick finds out. */
  readonly onCallbackLost: (approvalId: string, error: Error) => void;
}

const ATTEMPTS = 5;

/** `POST /approvals/{approvalId}/withdraw`, with `{by}`: an operator takes the question back, whatever it is about. */
export const withdrawApproval =
  ({ approvals, callback, clock, onCallbackLost }: WithdrawApprovalParts) =>
  async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const approvalId = event.pathParameters?.approvalId ?? '';
    const checks = new FieldChecks();
    const by = readOperator(event, checks);
    if (checks.errors.length > 0) return problem(malformedRequest(checks.errors));
    const operator = { by, client: clientOf(event) };
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const approval = isApprovalId(approvalId) ? await approvals.find(approvalId) : undefined;
      if (!approval) return problem(notFound('approval'));
      const { stage } = approval;
      const { change, outcome } = settleApproval(approval, {
        stage,
        close: 'withdrawn',
        at: instant(clock()),
        ...operator,
      });
      if (!change)
        return approval.status === 'withdrawn' ? json(200, { approvalId, status: 'withdrawn' }) : problem(CLOSED);
      if (!(await approvals.save(change.approval, change.audit))) continue;
      if (outcome && approval.taskToken) {
        await callback.succeed(approval.taskToken, outcome).catch((error: Error) => onCallbackLost(approvalId, error));
      }
      return json(200, { approvalId, status: 'withdrawn' });
    }
    throw new ConcurrentUpdateError(`Approval ${approvalId} is being changed by others.`);
  };

function readOperator(event: APIGatewayProxyEvent, checks: FieldChecks): string {
  const body = jsonBody(event);
  const fields = body.ok
    ? checks.object(body.value, '', ['by'])
    : checks.refuse('', 'The body has to be JSON in UTF-8.');
  return checks.text(fields?.by, '/by', { max: 254, pattern: EMAIL, what: 'an e-mail address' }) ?? '';
}

const CLOSED: Problem = {
  type: '/problems/approval-not-open',
  title: 'The approval has ended',
  status: 409,
  detail: 'It was decided or has expired: there is nothing to withdraw.',
};
