import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { policy } from '../policy.ts';
import { openApproval } from './open-approval.ts';

const approvals = approvalsTable(documentClient(), {
  approvals: environment('APPROVALS_TABLE'),
  audit: environment('APPROVAL_AUDIT_TABLE'),
});

export const handler = asStep(openApproval(approvals, policy));
