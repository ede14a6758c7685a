import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { changed, openApproval } from '../../../domain/approval.ts';
import { CALLER, startCoreCloud } from '../local/services/core-cloud.ts';

const SCRIPT = join(import.meta.dirname, '../../../scripts/audit.ts');
const AT = '2026-11-22T12:00:00.000Z';
const subject = { type: 'release', id: 'r', version: 1, title: 'Release', requestedBy: 'a@example.com' };
const opened = openApproval({ approvalId: 'apr_1', subject, plan: { stages: [] }, at: AT });
const asked = changed(opened.approval, {}, { at: AT, what: 'asked', addresses: ['m@example.com'] });
const lines = [...opened.audit, ...asked.audit].map((row) => JSON.stringify(row));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-audit-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const audit = (...args: readonly string[]) => {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' });
  return { status, says: stderr };
};

function verified(text: string) {
  const file = join(folder, 'audit.jsonl');
  writeFileSync(file, text);
  return audit('--verify', file);
}

describe('a file that is checked', () => {
  test('is as it was written', () => {
    expect(verified(`${lines.join('\n')}\n`)).toEqual({ status: 0, says: '2 rows, all as they were written\n' });
  });

  test.each([
    ['was cut off in the middle of a row', lines.join('\n').slice(0, -20)],
    ['has a line that is no JSON', `${lines[0]}\ngarbage\n`],
    ['has a line that is no row', `${lines[0]}\nnull\n`],
    ['has a row that says of no approval that it is about it', `${lines[0]}\n{"entry":"000002","hash":""}\n`],
  ])('and %s is told apart, by the number of the line', (_, text) => {
    const says = 'line 2 is no row: it was damaged or cut off\n1 rows, 1 broken\n';
    expect(verified(text)).toEqual({ status: 1, says });
  });

  test('and has blank lines before one that is no row is told apart by the number that an editor shows', () => {
    const says = 'line 3 is no row: it was damaged or cut off\n0 rows, 1 broken\n';
    expect(verified('\n\ngarbage\n')).toEqual({ status: 1, says });
  });

  test.each(['', '\n\n'])('and has no rows is not taken for one that is as it was written: %j', (text) => {
    expect(verified(text)).toEqual({ status: 2, says: 'There are no rows in the file: it could not be checked\n' });
  });
});

test('what cannot be checked is said in a sentence, and not taken for something that was tampered with', () => {
  const file = join(folder, 'audit.jsonl');
  expect(audit('--verify', file)).toEqual({
    status: 2,
    says: `ENOENT: no such file or directory, open '${file}'\n`,
  });
  const { status, says } = audit('--approvals', 'a', '--audit', 'b', '--endpoint', 'http://127.0.0.1:1');
  expect([status, says]).toEqual([2, 'connect ECONNREFUSED 127.0.0.1:1\n']);
  expect(audit('--colour')).toEqual({ status: 2, says: expect.stringMatching(/^Unknown option '--colour'/) });
});

test('a host with several addresses, none of which answers, is said in a sentence too', () => {
  const addresses = "[{ address: '127.0.0.1', family: 4 }, { address: '::1', family: 6 }]";
  const resolver = `import dns from 'node:dns'; dns.lookup = (name, options, done) => done(null, ${addresses});`;
  const preload = `--import=data:text/javascript,${encodeURIComponent(resolver)}`;
  const args = ['--approvals', 'a', '--audit', 'b', '--endpoint', 'http://tables.example:1'];
  const { status, stderr } = spawnSync(process.execPath, [preload, SCRIPT, ...args], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([2, 'connect ECONNREFUSED 127.0.0.1:1\n']);
});

test('an export of empty tables says that there was nothing to check, not that all of it is as it was written', async () => {
  const cloud = await startCoreCloud();
  await cloud.call(
    'dynamodb',
    'CreateTable',
    {
      TableName: 'approvals',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'approvalId', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'approvalId', KeyType: 'HASH' }],
    },
    CALLER,
  );
  const options = ['--approvals', 'approvals', '--audit', 'audit', '--endpoint', cloud.url, '--region', CALLER.region];
  const answer = await promisify(execFile)(process.execPath, [SCRIPT, ...options]);
  await cloud.close();
  expect(answer).toEqual({
    stdout: '',
    stderr: 'There is no approval in approvals: nothing was exported, and nothing had to be checked.\n',
  });
});
