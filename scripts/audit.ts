// npm run audit: exports who was asked and who decided what, as JSON Lines; or checks such a file.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { approvalsTable } from '../adapters/dynamodb/approvals-table.ts';
import type { AuditRow } from '../domain/approval.ts';
import { type AuditBreak, type AuditHead, findAuditBreaks } from '../domain/audit-chain.ts';
import { UsageError } from '../local/cloud/command-line.ts';
import { scriptOptions } from './script-options.ts';

const USAGE = `npm run --silent audit -- --approvals TABLE --audit TABLE [--endpoint URL] [--region NAME] > audit.jsonl
npm run --silent audit -- --verify audit.jsonl
Tables as in the stack's outputs ApprovalsTableName and ApprovalAuditTableName. Exporting checks as well, and finds missing
rows at the end of a chain too. Exit code 1 if something was tampered with, 2 if that could not be checked.`;

const OPTIONS = {
  approvals: { type: 'string' },
  audit: { type: 'string' },
  endpoint: { type: 'string' },
  region: { type: 'string', default: process.env.AWS_REGION ?? 'eu-central-1' },
  verify: { type: 'string' },
} as const;

interface Tables {
  readonly approvals: string;
  readonly audit: string;
  readonly endpoint: string | undefined;
  readonly region: string;
}

const sentence = ({ approvalId, entry, what }: AuditBreak): string => `${approvalId} ${entry} ${what}`;

function tell(rows: number, breaks: readonly string[]): void {
  for (const each of breaks) process.stderr.write(`${each}\n`);
  process.stderr.write(
    `${rows} rows, ${breaks.length === 0 ? 'all as they were written' : `${breaks.length} broken`}\n`,
  );
  process.exitCode = breaks.length === 0 ? 0 : 1;
}

/** @returns undefined for a line that was damaged, or cut off */
function rowOf(line: string): AuditRow | undefined {
  try {
    const row = JSON.parse(line) as AuditRow | null;
    return typeof row?.approvalId === 'string' && typeof row.entry === 'string' ? row : undefined;
  } catch {
    return undefined;
  }
}

/** @throws Error if there is nothing in the text */
function verify(text: string): void {
  const lines = [...text.split('\n').entries()].filter(([, line]) => line !== '');
  if (lines.length === 0) throw new Error('There are no rows in the file: it could not be checked');
  const read = lines.map(([index, line]) => ({ number: index + 1, row: rowOf(line) }));
  const rows = read.flatMap(({ row }) => row ?? []);
  const damaged = read.flatMap(({ number, row }) =>
    row ? [] : [`line ${number} is no row: it was damaged or cut off`],
  );
  tell(rows.length, [...damaged, ...findAuditBreaks(rows).map(sentence)]);
}

async function exportAll({ approvals, audit, endpoint, region }: Tables): Promise<void> {
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
  if (heads.length === 0) {
    process.stderr.write(
      `There is no approval in ${approvals}: nothing was exported, and nothing had to be checked.\n`,
    );
    return;
  }
  rows.sort((a, b) => (`${a.approvalId} ${a.entry}` < `${b.approvalId} ${b.entry}` ? -1 : 1));
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
  tell(rows.length, findAuditBreaks(rows, heads).map(sentence));
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

async function run(): Promise<void> {
  const asked = scriptOptions({ name: 'audit', usage: USAGE, options: OPTIONS }, (values) => {
    const { approvals, audit, endpoint, region } = values;
    if (values.verify !== undefined) return { file: values.verify };
    if (approvals && audit) return { tables: { approvals, audit, endpoint, region } };
    throw new UsageError(`${approvals ? '--audit' : '--approvals'} has to name a table, or --verify a file.`);
  });
  if (asked.tables) await exportAll(asked.tables);
  else verify(readFileSync(asked.file, 'utf8'));
}

try {
  await run();
} catch (error) {
  // Of a host with several addresses, each failure has a message of its own, and all of them together have none.
  const { message, errors, code } = error as NodeJS.ErrnoException & Partial<AggregateError>;
  process.stderr.write(`${message || errors?.[0]?.message || code}\n`);
  process.exitCode = 2;
}
