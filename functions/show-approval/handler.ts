import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { newSecret, systemClock } from '../../adapters/system.ts';
import { asEndpoint } from '../as-endpoint.ts';
import { environment } from '../environment.ts';
import { busyPage } from '../web/approval-pages.ts';
import { isSecure } from '../web/form-guard.ts';
import { respond } from '../web/page.ts';
import { showApproval } from './show-approval.ts';

const secure = isSecure(process.env.PUBLIC_BASE_URL);
const approvals = approvalsTable(documentClient(), { approvals: environment('APPROVALS_TABLE'), audit: '' });

export const handler = asEndpoint(showApproval({ approvals, clock: systemClock, newSecret, secure }), () =>
  respond(busyPage, secure),
);
