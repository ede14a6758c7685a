import type { AuditRow } from './approval.ts';
import { fingerprint, type Json } from './fingerprint.ts';

/** Where the audit of an approval was tampered with, or is not all there. */
export interface AuditBreak {
  readonly approvalId: string;
  /** Of the row that does not fit; the one after the last for rows that are missing at the end. */
  readonly entry: string;
  readonly what: string;
}

/** What an approval's record says of its audit. */
export type AuditHead = Readonly<{ approvalId: string; audited: { readonly rows: number; readonly head: string } }>;

/**
 * Checks that each row is as it was written and follows the one before. A chain alone can't show that its last rows are
 * missing: the records of the approvals can, as far as they are given.
 * @returns the first break of each approval; none if all is well
 */
export function findAuditBreaks(rows: readonly AuditRow[], heads: readonly AuditHead[] = []): readonly AuditBreak[] {
  const byApproval = Map.groupBy(rows, ({ approvalId }) => approvalId);
  const known = new Map(heads.map(({ approvalId, audited }) => [approvalId, audited]));
  const ids = new Set([...byApproval.keys(), ...known.keys()]);
  return [...ids].flatMap(
    (approvalId) => firstBreak(approvalId, byApproval.get(approvalId) ?? [], known.get(approvalId)) ?? [],
  );
}

const entryOf = (count: number): string => String(count).padStart(6, '0');

function firstBreak(
  approvalId: string,
  unordered: readonly AuditRow[],
  audited: AuditHead['audited'] | undefined,
): AuditBreak | undefined {
  const rows = unordered.toSorted((a, b) => (a.entry < b.entry ? -1 : 1));
  let previous = '';
  for (const [index, row] of rows.entries()) {
    const { hash, ...content } = row;
    const broken = (what: string): AuditBreak => ({ approvalId, entry: row.entry, what });
    if (row.entry !== entryOf(index + 1)) return broken(`is where ${entryOf(index + 1)} has to be`);
    if (row.previousHash !== previous) return broken('does not follow the row before');
    if (hash !== fingerprint(content as unknown as Json)) return broken('is not as it was written');
    previous = hash;
  }
  if (!audited || (audited.rows === rows.length && audited.head === previous)) return undefined;
  return { approvalId, entry: entryOf(rows.length + 1), what: `is missing: the record knows of ${audited.rows} rows` };
}
