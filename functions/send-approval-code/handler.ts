import { SNSClient } from '@aws-sdk/client-sns';
import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { codeMail } from '../../adapters/mail/code-mail.ts';
import { snsMailer } from '../../adapters/mail/sns-mailer.ts';
import { newSecret, systemClock } from '../../adapters/system.ts';
import { asEndpoint } from '../as-endpoint.ts';
import { environment } from '../environment.ts';
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
    mailer: snsMailer(new SNSClient({}), environment('APPROVALS_TOPIC_ARN')),
    writeMail: codeMail,
    clock: systemClock,
    ...{ newSecret, secure },
  }),
  () => respond(busyPage, secure),
);
