// npm run audit: exports who was asked and who decided what, as JSON Lines; or checks such a file.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { approvalsTable } from '../adapters/dynamodb/approvals-table.ts';
import type { AuditRow } from '../domain/approval.ts';
import { type AuditBreak, type AuditHead, findAuditBreaks } from '../domain/audit-chain.ts';

const USAGE = `npm run --silent audit -- --approvals TABLE --audit TABLE [--endpoint URL] [--region NAME] > audit.jsonl
npm run --silent audit -- --verify audit.jsonl
Tables as in the stack's outputs ApprovalsTableName and ApprovalAuditTableName. Exporting checks as well, and finds missing
rows at the end of a chain too. Exit code 1 if something was tampered with.`;

const { values } = parseArgs({
  options: {
    approvals: { type: 'string' },
    audit: { type: 'string' },
    endpoint: { type: 'string' },
    region: { type: 'string', default: process.env.AWS_REGION ?? 'eu-central-1' },
    verify: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function tell(rows: number, breaks: readonly AuditBreak[]): void {
  for (const { approvalId, entry, what } of breaks) process.stderr.write(`${approvalId} ${entry} ${what}\n`);
  process.stderr.write(
    `${rows} rows, ${breaks.length === 0 ? 'all as they were written' : `${breaks.length} broken`}\n`,
  );
  process.exitCode = breaks.length === 0 ? 0 : 1;
}

async function exportAll(approvals: string, audit: string): Promise<void> {
  const { endpoint, region } = values;
  // A local cloud takes any credentials.
  const credentials = endpoint && { accessKeyId: 'audit', secretAccessKey: 'audit' };
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ region, ...(endpoint && { endpoint }), ...(credentials && { credentials }) }),
  );
  // What is written meanwhile is left for the next export: each approval is told as its record was when it was read.
  const heads = await scan<AuditHead>(client, approvals);
  const rows: AuditRow[] = [];
  for (const { approvalId, audited } of heads) {
    const written = await approvalsTable(client, { approvals, audit }).audit(approvalId);
    rows.push(...written.filter(({ entry }) => Number(entry) <= audited.rows));
  }
  rows.sort((a, b) => (`${a.approvalId} ${a.entry}` < `${b.approvalId} ${b.entry}` ? -1 : 1));
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
  tell(rows.length, findAuditBreaks(rows, heads));
}

async function scan<T>(client: DynamoDBDocumentClient, TableName: string): Promise<T[]> {
  const all: T[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey }));
    all.push(...((page.Items ?? []) as T[]));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return all;
}

if (values.verify !== undefined) {
  const lines = readFileSync(values.verify, 'utf8').split('\n').filter(Boolean);
  const rows = lines.map((line) => JSON.parse(line) as AuditRow);
  tell(rows.length, findAuditBreaks(rows));
} else if (values.approvals && values.audit && !values.help) {
  await exportAll(values.approvals, values.audit);
} else {
  process.stdout.write(`${USAGE}\n`);
  process.exitCode = values.help ? 0 : 2;
}
