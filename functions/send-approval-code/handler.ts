import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { codeMail } from '../../adapters/mail/code-mail.ts';
import { newSecret, systemClock } from '../../adapters/system.ts';
import { asEndpoint } from '../as-endpoint.ts';
import { environment } from '../environment.ts';
import { mailer } from '../mailer.ts';
import { busyPage } from '../web/approval-pages.ts';
import { isSecure } from '../web/form-guard.ts';
import { respond } from '../web/page.ts';
import { sendApprovalCode } from './send-approval-code.ts';

const secure = isSecure(process.env.PUBLIC_BASE_URL);

export const handler = asEndpoint(
  sendApprovalCode({
    approvals: approvalsTable(documentClient(), {
      approvals: environment('APPROVALS_TABLE'),
      audit: environment('APPROVAL_AUDIT_TABLE'),
    }),
    mailer: await mailer(),
    writeMail: codeMail,
    clock: systemClock,
    ...{ newSecret, secure },
  }),
  () => respond(busyPage, secure),
);
