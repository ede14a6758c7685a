import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { approvalMail } from '../../adapters/mail/approval-mail.ts';
import { newSecret, systemClock } from '../../adapters/system.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { mailer } from '../mailer.ts';
import { requestApproval } from './request-approval.ts';

export const handler = asStep(
  requestApproval({
    approvals: approvalsTable(documentClient(), {
      approvals: environment('APPROVALS_TABLE'),
      audit: environment('APPROVAL_AUDIT_TABLE'),
    }),
    mailer: await mailer(),
    writeMail: approvalMail,
    baseUrl: environment('PUBLIC_BASE_URL').replace(/\/+$/, ''),
    newSecret,
    clock: systemClock,
  }),
);
