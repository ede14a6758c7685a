import { InvalidDocumentError } from './errors.ts';
import { EMAIL, FieldChecks } from './field-checks.ts';
import { fingerprint } from './fingerprint.ts';
import { type Currency, isCurrency } from './money.ts';

/** What a person is asked to sign off: an order, a refund, a release, anything. Shown as it stands, and hashed. */
export interface ApprovalSubject {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly title: string;
  /** E-mail address. */
  readonly requestedBy: string;
  readonly reason?: string;
  readonly risk?: readonly string[];
  /** Minor units. */
  readonly amount?: number;
  readonly currency?: Currency;
  readonly lines?: readonly SubjectLine[];
}

export interface SubjectLine {
  readonly text: string;
  readonly quantity?: number;
  readonly amount?: number;
}

/** Changes with anything that the approver sees. */
export const subjectHash = (subject: ApprovalSubject): string =>
  fingerprint({ ...subject, lines: subject.lines?.map((line) => ({ ...line })) });

/** Reads a subject that came from outside. @throws InvalidDocumentError naming the first mistake */
export function parseSubject(value: unknown): ApprovalSubject {
  const checks = new FieldChecks();
  const fields = checks.object(value, '/subject', ['type', 'id', 'version', 'title', 'requestedBy'], OPTIONAL) ?? {};
  const text = (key: string, max: number) => checks.text(fields[key], `/subject/${key}`, { max });
  const subject = {
    type: text('type', 40) ?? '',
    id: text('id', 200) ?? '',
    version: checks.integer(fields.version, '/subject/version', { min: 1, max: 1e9 }) ?? 1,
    title: text('title', 200) ?? '',
    // Told from the approvers by it: nobody approves what they ask for.
    requestedBy: checks.text(fields.requestedBy, '/subject/requestedBy', ADDRESS) ?? '',
    ...(fields.reason !== undefined && { reason: text('reason', 1_000) ?? '' }),
    ...(fields.risk !== undefined && { risk: parseTexts(checks, fields.risk) }),
    ...parseAmount(checks, fields),
    ...(fields.lines !== undefined && { lines: parseLines(checks, fields.lines) }),
  };
  const [mistake] = checks.errors;
  if (mistake) throw new InvalidDocumentError(mistake.pointer, mistake.detail);
  return subject;
}

const ADDRESS = { max: 254, pattern: EMAIL, what: 'an e-mail address' };
const OPTIONAL = ['reason', 'risk', 'amount', 'currency', 'lines'];
const AMOUNT = { min: -1e15, max: 1e15 };

function parseTexts(checks: FieldChecks, value: unknown): readonly string[] {
  const list = checks.array(value, '/subject/risk', { min: 0, max: 20 }) ?? [];
  return list.map((item, index) => checks.text(item, `/subject/risk/${index}`, { max: 40 }) ?? '');
}

function parseAmount(checks: FieldChecks, { amount, currency }: Readonly<Record<string, unknown>>) {
  if (amount === undefined && currency === undefined) return {};
  const value = checks.integer(amount, '/subject/amount', AMOUNT) ?? 0;
  if (!isCurrency(currency)) return checks.refuse('/subject/currency', 'currency has to be one that orders may use.');
  return { amount: value, currency };
}

function parseLines(checks: FieldChecks, value: unknown): readonly SubjectLine[] {
  const list = checks.array(value, '/subject/lines', { min: 0, max: 100 }) ?? [];
  return list.map((item, index) => {
    const at = `/subject/lines/${index}`;
    const line = checks.object(item, at, ['text'], ['quantity', 'amount']) ?? {};
    return {
      text: checks.text(line.text, `${at}/text`, { max: 400 }) ?? '',
      ...(line.quantity !== undefined && { quantity: checks.integer(line.quantity, `${at}/quantity`, AMOUNT) ?? 0 }),
      ...(line.amount !== undefined && { amount: checks.integer(line.amount, `${at}/amount`, AMOUNT) ?? 0 }),
    };
  });
}
