import { SNSClient } from '@aws-sdk/client-sns';
import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { approvalMail } from '../../adapters/mail/approval-mail.ts';
import { snsMailer } from '../../adapters/mail/sns-mailer.ts';
import { newSecret, systemClock } from '../../adapters/system.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { requestApproval } from './request-approval.ts';

export const handler = asStep(
  requestApproval({
    approvals: approvalsTable(documentClient(), {
      approvals: environment('APPROVALS_TABLE'),
      audit: environment('APPROVAL_AUDIT_TABLE'),
    }),
    mailer: snsMailer(new SNSClient({}), environment('APPROVALS_TOPIC_ARN')),
    writeMail: approvalMail,
    baseUrl: environment('PUBLIC_BASE_URL').replace(/\/+$/, ''),
    newSecret,
    clock: systemClock,
  }),
);
