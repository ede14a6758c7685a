import { SFNClient } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { taskCallback } from '../../adapters/stepfunctions/task-callback.ts';
import { systemClock } from '../../adapters/system.ts';
import { internal } from '../../domain/problem.ts';
import { asEndpoint } from '../as-endpoint.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { logger } from '../logger.ts';
import { count } from '../metrics.ts';
import { busyPage } from '../web/approval-pages.ts';
import { isSecure } from '../web/form-guard.ts';
import { problem } from '../web/json-response.ts';
import { respond } from '../web/page.ts';
import { decideApproval } from './decide-approval.ts';
import { type ResumeApproval, resumeApproval } from './resume-approval.ts';
import { withdrawApproval } from './withdraw-approval.ts';

const secure = isSecure(process.env.PUBLIC_BASE_URL);
const approvals = approvalsTable(documentClient(), {
  approvals: environment('APPROVALS_TABLE'),
  audit: environment('APPROVAL_AUDIT_TABLE'),
});

const callback = taskCallback(new SFNClient({}));

const onCallbackLost = (approvalId: string, { name }: Error): void => {
  logger.error('Decided, but not resumed', { approvalId, error: name });
  count('DecidedNotResumed');
};
const parts = { approvals, callback, clock: systemClock, onCallbackLost };

const decide = asEndpoint(decideApproval({ ...parts, secure }), () => respond(busyPage, secure));
const withdraw = asEndpoint(withdrawApproval(parts), () => problem(internal));
const resume = asStep(resumeApproval(approvals, callback, systemClock));

/** The one function that may answer tasks: for approvers and operators, behind API Gateway, and for recovery, where an answer was lost. */
export function handler(event: APIGatewayProxyEvent | ResumeApproval, context: Context): Promise<unknown> {
  if ('resume' in event) return resume(event, context);
  return event.resource.endsWith('/withdraw') ? withdraw(event, context) : decide(event, context);
}
