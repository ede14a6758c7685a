import { SNSClient } from '@aws-sdk/client-sns';
import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { outcomeMail } from '../../adapters/mail/outcome-mail.ts';
import { snsMailer } from '../../adapters/mail/sns-mailer.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { tellApprovers } from './tell-approvers.ts';

const approvals = approvalsTable(documentClient(), { approvals: environment('APPROVALS_TABLE'), audit: '' });
const mailer = snsMailer(new SNSClient({}), environment('APPROVALS_TOPIC_ARN'));

export const handler = asStep(tellApprovers(approvals, mailer, outcomeMail));
