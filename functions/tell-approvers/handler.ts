import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { outcomeMail } from '../../adapters/mail/outcome-mail.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { mailer } from '../mailer.ts';
import { tellApprovers } from './tell-approvers.ts';

const approvals = approvalsTable(documentClient(), { approvals: environment('APPROVALS_TABLE'), audit: '' });

export const handler = asStep(tellApprovers(approvals, await mailer(), outcomeMail));
