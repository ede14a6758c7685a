import { SFNClient } from '@aws-sdk/client-sfn';
import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { taskCallback } from '../../adapters/stepfunctions/task-callback.ts';
import { systemClock } from '../../adapters/system.ts';
import { asEndpoint } from '../as-endpoint.ts';
import { environment } from '../environment.ts';
import { logger } from '../logger.ts';
import { busyPage } from '../web/approval-pages.ts';
import { isSecure } from '../web/form-guard.ts';
import { respond } from '../web/page.ts';
import { decideApproval } from './decide-approval.ts';

const secure = isSecure(process.env.PUBLIC_BASE_URL);
const approvals = approvalsTable(documentClient(), {
  approvals: environment('APPROVALS_TABLE'),
  audit: environment('APPROVAL_AUDIT_TABLE'),
});

export const handler = asEndpoint(
  decideApproval({
    approvals,
    callback: taskCallback(new SFNClient({})),
    clock: systemClock,
    secure,
    onCallbackLost: (approvalId, { name }) => logger.error('Decided, but not resumed', { approvalId, error: name }),
  }),
  () => respond(busyPage, secure),
);
