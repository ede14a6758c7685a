import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { internal } from '../../domain/problem.ts';
import { asEndpoint } from '../as-endpoint.ts';
import { environment } from '../environment.ts';
import { problem } from '../web/json-response.ts';
import { listApprovals } from './list-approvals.ts';

const approvals = approvalsTable(documentClient(), { approvals: environment('APPROVALS_TABLE'), audit: '' });

export const handler = asEndpoint(listApprovals(approvals), () => problem(internal));
