import { describe, expect, test } from '@jest/globals';
import { type Approval, type AuditRow, changed, openApproval } from '../../../domain/approval.ts';
import { findAuditBreaks } from '../../../domain/audit-chain.ts';

const AT = '2026-11-22T12:00:00.000Z';

/** An approval with three rows of audit. */
function audited(approvalId: string): { approval: Approval; rows: AuditRow[] } {
  const subject = { type: 'release', id: 'r', version: 1, title: 'Release', requestedBy: 'a@example.com' };
  const opened = openApproval({ approvalId, subject, plan: { stages: [] }, at: AT });
  const asked = changed(opened.approval, {}, { at: AT, what: 'asked', addresses: ['m@example.com'] });
  const decided = changed(asked.approval, {}, { at: AT, what: 'decided', by: 'm@example.com', decision: 'reject' });
  return { approval: decided.approval, rows: [...opened.audit, ...asked.audit, ...decided.audit] };
}

const { approval, rows } = audited('apr_1');
const [first, second, third] = rows as [AuditRow, AuditRow, AuditRow];
const other = audited('apr_2');

describe('an audit', () => {
  test('that is as it was written has no break, in whatever order it comes', () => {
    expect(findAuditBreaks([third, ...other.rows, first, second], [approval, other.approval])).toEqual([]);
    expect(findAuditBreaks(JSON.parse(JSON.stringify(rows)))).toEqual([]);
    expect(findAuditBreaks([])).toEqual([]);
  });

  test('in which a decision was turned around shows where', () => {
    const forged = { ...third, decision: 'approve' as const };
    expect(findAuditBreaks([...other.rows, first, second, forged])).toEqual([
      { approvalId: 'apr_1', entry: '000003', what: 'is not as it was written' },
    ]);
  });

  test('whose forged row was given a hash that fits is betrayed by the next one, or by the record', () => {
    const { approval: changedLater, rows: written } = audited('apr_1');
    const [, , last] = written as [AuditRow, AuditRow, AuditRow];
    const elsewhere = changed(
      { ...approval, audited: { rows: 1, head: first.hash } },
      {},
      { at: AT, what: 'asked', addresses: [] },
    );
    const forged = [first, ...elsewhere.audit, last];
    expect(findAuditBreaks(forged)).toMatchObject([{ entry: '000003', what: 'does not follow the row before' }]);
    expect(findAuditBreaks(forged.slice(0, 2), [changedLater])).toMatchObject([{ entry: '000003' }]);
  });

  test.each([
    ['at the beginning', rows.slice(1), '000002'],
    ['in the middle', [first, third], '000003'],
  ])('of which a row is missing %s shows it by itself', (_, left, entry) => {
    expect(findAuditBreaks(left)).toMatchObject([{ approvalId: 'apr_1', entry }]);
  });

  test('of which the last rows are missing, or all, is found out by the approval’s record', () => {
    expect(findAuditBreaks(rows.slice(0, 2))).toEqual([]);
    expect(findAuditBreaks(rows.slice(0, 2), [approval])).toMatchObject([
      { entry: '000003', what: 'is missing: the record knows of 3 rows' },
    ]);
    expect(findAuditBreaks([], [approval])).toMatchObject([{ approvalId: 'apr_1', entry: '000001' }]);
  });
});
