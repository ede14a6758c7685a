import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { approvalMail } from '../../adapters/mail/approval-mail.ts';
import { newSecret, systemClock } from '../../adapters/system.ts';
import { asEndpoint } from '../as-endpoint.ts';
import { environment } from '../environment.ts';
import { logger } from '../logger.ts';
import { mailer } from '../mailer.ts';
import { busyPage } from '../web/approval-pages.ts';
import { isSecure } from '../web/form-guard.ts';
import { respond } from '../web/page.ts';
import { handOverApproval } from './hand-over-approval.ts';

const baseUrl = environment('PUBLIC_BASE_URL').replace(/\/+$/, '');
const secure = isSecure(baseUrl);

export const handler = asEndpoint(
  handOverApproval({
    approvals: approvalsTable(documentClient(), {
      approvals: environment('APPROVALS_TABLE'),
      audit: environment('APPROVAL_AUDIT_TABLE'),
    }),
    mailer: await mailer(),
    writeMail: approvalMail,
    ...{ baseUrl, newSecret, secure },
    clock: systemClock,
    onMailLost: (approvalId, { name }) => logger.error('Handed over, but not mailed', { approvalId, error: name }),
  }),
  () => respond(busyPage, secure),
);
