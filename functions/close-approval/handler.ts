import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { systemClock } from '../../adapters/system.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { closeApproval } from './close-approval.ts';

const approvals = approvalsTable(documentClient(), {
  approvals: environment('APPROVALS_TABLE'),
  audit: environment('APPROVAL_AUDIT_TABLE'),
});

export const handler = asStep(closeApproval(approvals, systemClock));
