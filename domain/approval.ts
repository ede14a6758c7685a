import type { OneTimeCode } from './approval-code.ts';
import type { SignOffPlan } from './approval-policy.ts';
import type { Timing } from './approval-ticks.ts';
import { fingerprint, sha256 } from './fingerprint.ts';
import { type ApprovalSubject, subjectHash } from './subject.ts';
import type { Instant } from './time.ts';

/** One per execution of the sign-off. Not a secret: the link is. */
export const approvalIdOf = (execution: string): string => `apr_${sha256(execution).slice(0, 32)}`;

/** Nothing else is looked up. */
export const isApprovalId = (text: string): boolean => /^apr_[0-9a-f]{32}$/.test(text);

/** One question to one or more people, stage after stage. Its record is the truth about what was decided. */
export interface Approval {
  readonly approvalId: string;
  /** Counts the writes: each one checks that it follows the one it read. */
  readonly revision: number;
  readonly status: 'open' | Closing;
  readonly subject: ApprovalSubject;
  /** Whether a decision takes a one-time code beside the link. */
  readonly needsCode?: boolean;
  readonly openedAt: Instant;
  readonly closedAt?: Instant;
  readonly stages: readonly Stage[];
  /** Index of the stage that is being asked, or that was the last. */
  readonly stage: number;
  /** Of the state machine that waits now. Never leaves the backend. */
  readonly taskToken?: string;
  /** Of the question that the token belongs to. An attempt that was slow must not put its token in the place of a later one's. */
  readonly turn?: string;
  readonly nextTickAt?: Instant;
  /** Number and hash of the audit rows so far. */
  readonly audited: { readonly rows: number; readonly head: string };
}

export type Closing = 'approved' | 'rejected' | 'expired' | 'withdrawn';

/** Its ticks are as planned until it begins, and by the clock from then on. */
export interface Stage extends Timing {
  readonly name: string;
  readonly title: string;
  readonly required: number;
  readonly escalateTo: readonly string[];
  readonly delegateTo?: readonly string[];
  readonly approvers: readonly Approver[];
  /** Set when the stage begins. No link of the stage opens anything from then on. */
  readonly expiresAt?: Instant;
}

export interface Approver {
  readonly address: string;
  /** False once somebody else is asked instead: their links are dead. */
  readonly asked: boolean;
  /** Every mail has a link of its own; an older mail's still works. */
  readonly links: readonly Link[];
  readonly decision?: Decision;
  /** Whose decision it was before, and whose it has become. */
  readonly handedBy?: string;
  readonly handedTo?: string;
  /** The latest, until it is used. */
  readonly code?: OneTimeCode;
  /** How many codes were mailed. */
  readonly codesSent?: number;
}

export interface Link {
  /** SHA-256 of the secret, hexadecimal. */
  readonly hash: string;
  /** What the approver was shown. */
  readonly subjectHash: string;
}

export interface Decision {
  readonly decision: 'approve' | 'reject';
  readonly at: Instant;
}

export type AuditEvent =
  | 'opened'
  | 'asked'
  | 'reminded'
  | 'escalated'
  | 'resent'
  | 'handed-over'
  | 'reassigned'
  | 'code-sent'
  | 'code-refused'
  | 'decided'
  | 'closed';

/** Append-only; each row names the hash of the one before, so that a row can't be changed or lost unseen. */
export interface AuditRow {
  readonly approvalId: string;
  /** `000001`, `000002`, … */
  readonly entry: string;
  readonly at: Instant;
  readonly what: AuditEvent;
  readonly by?: string;
  /** The program that an operator used: its API key or access token. */
  readonly client?: string;
  /** Who decided until then, where somebody else does from now on. */
  readonly from?: string;
  readonly stage?: string;
  readonly addresses?: readonly string[];
  readonly decision?: Decision['decision'];
  readonly linkHash?: string;
  readonly subjectHash: string;
  readonly outcome?: Closing;
  readonly previousHash: string;
  readonly hash: string;
}

/** An approval after a change, and the rows to be written with it. */
export interface Change {
  readonly approval: Approval;
  readonly audit: readonly AuditRow[];
}

interface Request {
  readonly approvalId: string;
  readonly subject: ApprovalSubject;
  readonly plan: SignOffPlan;
  readonly at: Instant;
}

export function openApproval(request: Request): Change {
  const { at, subject } = request;
  return changed(unopened(request), {}, { at, what: 'opened', by: subject.requestedBy });
}

/**
 * The mark of a question that was withdrawn before it could be asked: whoever is on the way to open the approval finds it
 * closed. What it would have been about is not known.
 */
export function withdrawnBefore(approvalId: string, at: Instant): Change {
  const title = 'Withdrawn before anybody was asked';
  const subject = { type: 'unknown', id: approvalId, version: 1, title, requestedBy: 'unknown' };
  const nobody = { name: 'nobody', title: 'Nobody', required: 1, approvers: [], escalateTo: [], ticks: [] };
  const approval = unopened({ approvalId, subject, plan: { stages: [nobody] }, at });
  return changed(approval, { status: 'withdrawn', closedAt: at }, { at, what: 'closed', outcome: 'withdrawn' });
}

function unopened({ approvalId, subject, plan, at }: Request): Approval {
  const stages = plan.stages.map(({ approvers, ...stage }) => ({
    ...stage,
    approvers: approvers.map((address) => ({ address, asked: true, links: [] })),
  }));
  return {
    approvalId,
    revision: 0,
    status: 'open',
    subject,
    ...(plan.needsCode && { needsCode: true }),
    openedAt: at,
    stages,
    stage: 0,
    audited: { rows: 0, head: '' },
  };
}

/** @returns the approval with `members` changed, one revision on, and one more audit row */
export function changed(
  approval: Approval,
  members: Partial<Approval>,
  row: Omit<AuditRow, 'approvalId' | 'entry' | 'subjectHash' | 'previousHash' | 'hash'>,
): Change {
  const { rows, head } = approval.audited;
  const content = {
    approvalId: approval.approvalId,
    entry: String(rows + 1).padStart(6, '0'),
    subjectHash: subjectHash(approval.subject),
    previousHash: head,
    ...row,
  };
  const hash = fingerprint(content);
  const next = { ...approval, ...members, revision: approval.revision + 1, audited: { rows: rows + 1, head: hash } };
  return { approval: next, audit: [{ ...content, hash }] };
}

export const currentStage = (approval: Approval): Stage => approval.stages[approval.stage] as Stage;

export const replaceStage = (approval: Approval, stage: Stage): readonly Stage[] =>
  approval.stages.map((other, index) => (index === approval.stage ? stage : other));

/** The stage with one approver as `next`. */
export const replaceApprover = (stage: Stage, approver: Approver, next: Approver): Stage => ({
  ...stage,
  approvers: stage.approvers.map((other) => (other === approver ? next : other)),
});

/** Addresses of those whose decision the current stage waits for. */
export const waitingFor = (approval: Approval): readonly string[] =>
  approval.status === 'open'
    ? currentStage(approval)
        .approvers.filter(({ asked, decision }) => asked && !decision)
        .map(({ address }) => address)
    : [];

/** Addresses of all who were ever mailed a link, each once, in the order of the stages. */
export const peopleAsked = ({ stages }: Approval): readonly string[] => [
  ...new Set(
    stages.flatMap(({ approvers }) => approvers.filter(({ links }) => links.length > 0).map(({ address }) => address)),
  ),
];
