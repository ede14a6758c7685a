import { SFNClient } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { taskCallback } from '../../adapters/stepfunctions/task-callback.ts';
import { systemClock } from '../../adapters/system.ts';
import { asEndpoint } from '../as-endpoint.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { logger } from '../logger.ts';
import { busyPage } from '../web/approval-pages.ts';
import { isSecure } from '../web/form-guard.ts';
import { respond } from '../web/page.ts';
import { decideApproval } from './decide-approval.ts';
import { type ResumeApproval, resumeApproval } from './resume-approval.ts';

const secure = isSecure(process.env.PUBLIC_BASE_URL);
const approvals = approvalsTable(documentClient(), {
  approvals: environment('APPROVALS_TABLE'),
  audit: environment('APPROVAL_AUDIT_TABLE'),
});

const callback = taskCallback(new SFNClient({}));

const decide = asEndpoint(
  decideApproval({
    approvals,
    callback,
    clock: systemClock,
    secure,
    onCallbackLost: (approvalId, { name }) => logger.error('Decided, but not resumed', { approvalId, error: name }),
  }),
  () => respond(busyPage, secure),
);
const resume = asStep(resumeApproval(approvals, callback, systemClock));

/** The one function that may answer tasks: for approvers, behind API Gateway, and for recovery, where an answer was lost. */
export const handler = (event: APIGatewayProxyEvent | ResumeApproval, context: Context): Promise<unknown> =>
  'resume' in event ? resume(event, context) : decide(event, context);
