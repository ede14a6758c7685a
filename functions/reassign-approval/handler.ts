import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { approvalMail } from '../../adapters/mail/approval-mail.ts';
import { newSecret, systemClock } from '../../adapters/system.ts';
import { internal } from '../../domain/problem.ts';
import { asEndpoint } from '../as-endpoint.ts';
import { environment } from '../environment.ts';
import { mailer } from '../mailer.ts';
import { problem } from '../web/json-response.ts';
import { reassignApproval, resendApproval } from './reassign-approval.ts';

const parts = {
  approvals: approvalsTable(documentClient(), {
    approvals: environment('APPROVALS_TABLE'),
    audit: environment('APPROVAL_AUDIT_TABLE'),
  }),
  mailer: await mailer(),
  writeMail: approvalMail,
  baseUrl: environment('PUBLIC_BASE_URL').replace(/\/+$/, ''),
  newSecret,
  clock: systemClock,
};
const reassign = reassignApproval(parts);
const resend = resendApproval(parts);

const byRoute = (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> =>
  event.resource.endsWith('/resend') ? resend(event) : reassign(event);

export const handler = asEndpoint(byRoute, () => problem(internal));
