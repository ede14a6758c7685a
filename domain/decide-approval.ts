import {
  type Approval,
  type Approver,
  type Change,
  type Closing,
  changed,
  currentStage,
  type Decision,
  type Link,
  replaceApprover,
  replaceStage,
  type Stage,
} from './approval.ts';
import { codeStanding, isRightCode, withWrongCode } from './approval-code.ts';
import { fixTicks, type Tick } from './approval-ticks.ts';
import { sameHash, secretHash } from './link.ts';
import { subjectHash } from './subject.ts';
import type { Instant } from './time.ts';

/** What a state machine learns: of a stage that passed, or of the end. */
export interface Outcome {
  readonly approvalId: string;
  readonly outcome: 'stage-approved' | Closing;
  /** Index of the stage that this is the outcome of. */
  readonly stage: number;
  readonly subjectHash: string;
  readonly decidedBy: readonly string[];
  readonly decidedAt: Instant;
  /** Of the next stage, which begins now. */
  readonly ticks?: readonly Tick[];
}

/** What a link opens. */
export type Seen =
  | { readonly kind: 'open'; readonly stage: Stage; readonly approver: Approver; readonly link: Link }
  /** The approver's own decision, which a second click shows. */
  | { readonly kind: 'decided'; readonly stage: Stage; readonly approver: Approver; readonly decision: Decision }
  /** Unknown, tampered with, expired, superseded or not theirs: nobody is told which. */
  | { readonly kind: 'refused' };

/** Looks at an approval through a link, and changes nothing. */
export function seeApproval(approval: Approval, secret: string, at: Instant): Seen {
  const found = findLink(approval, secretHash(secret));
  if (!found) return { kind: 'refused' };
  const { stage, approver, link } = found;
  if (approver.decision) return { kind: 'decided', stage, approver, decision: approver.decision };
  const live =
    approval.status === 'open' &&
    stage === currentStage(approval) &&
    approver.asked &&
    stage.expiresAt !== undefined &&
    at < stage.expiresAt &&
    sameHash(link.subjectHash, subjectHash(approval.subject));
  return live ? { kind: 'open', stage, approver, link } : { kind: 'refused' };
}

/** Every link is compared, found or not, so that the time taken says nothing. */
function findLink(approval: Approval, hash: string) {
  let found: { stage: Stage; approver: Approver; link: Link } | undefined;
  for (const stage of approval.stages) {
    for (const approver of stage.approvers) {
      for (const link of approver.links) {
        if (sameHash(link.hash, hash)) found = { stage, approver, link };
      }
    }
  }
  return found;
}

type Open = Extract<Seen, { kind: 'open' }>;

export type Decided = Recorded | Lacking | Exclude<Seen, { kind: 'open' }>;

interface Recorded extends Change {
  readonly kind: 'recorded';
  readonly stage: Stage;
  readonly approver: Approver;
  readonly decision: Decision;
  /** To be told to the state machine; absent while the stage needs more approvals. */
  readonly outcome?: Outcome;
}

export type Lacking =
  /** It takes a one-time code too, and none came, or none that is still good for anything. */
  | (Omit<Open, 'kind'> & { readonly kind: 'code-needed' })
  /** The try is to be saved before anybody learns of it: so no more of them are made than are allowed. */
  | (Change & Omit<Open, 'kind'> & { readonly kind: 'code-wrong' });

/** Decides through a link: the approver that it was sent to has decided, if it is live, and the code right if one is needed. */
export function decideApproval(
  approval: Approval,
  secret: string,
  choice: Decision['decision'],
  at: Instant,
  code?: string,
): Decided {
  const seen = seeApproval(approval, secret, at);
  if (seen.kind !== 'open') return seen;
  const lacking = checkCode(approval, seen, secret, at, code);
  if (lacking) return lacking;
  const decision = { decision: choice, at };
  const { code: _used, ...rest } = seen.approver;
  const approver = { ...rest, decision };
  const stage = replaceApprover(seen.stage, seen.approver, approver);
  const verdict = verdictOf(stage);
  const last = approval.stage === approval.stages.length - 1;
  const closing = verdict === 'rejected' || (verdict === 'approved' && last) ? verdict : undefined;
  const moves = verdict === 'approved' && !closing;
  const members = {
    stages: replaceStage(approval, stage),
    ...(closing && { status: closing, closedAt: at }),
    ...(moves && { stage: approval.stage + 1 }),
  };
  const change = changed(approval, members, {
    at,
    what: 'decided',
    by: approver.address,
    stage: stage.name,
    decision: choice,
    linkHash: seen.link.hash,
    ...(closing && { outcome: closing }),
  });
  const outcome = verdict && outcomeOf(approval, stage, closing ?? 'stage-approved', at);
  return { kind: 'recorded', ...change, stage, approver, decision, ...(outcome && { outcome }) };
}

/** @returns what is wrong with the code, for who has an open link; undefined if it is right, or none is needed */
export function checkCode(
  approval: Approval,
  { stage, approver, link }: Open,
  secret: string,
  at: Instant,
  code: string | undefined,
): Lacking | undefined {
  if (!approval.needsCode) return undefined;
  if (code === undefined || codeStanding(approver, link, at).kind !== 'live') {
    return { kind: 'code-needed', stage, approver, link };
  }
  if (isRightCode(approval, approver, secret, code)) return undefined;
  return { kind: 'code-wrong', ...withWrongCode(approval, { stage, approver, link }, at), link };
}

function verdictOf(stage: Stage): 'approved' | 'rejected' | undefined {
  const decisions = stage.approvers.flatMap(({ decision }) => decision?.decision ?? []);
  if (decisions.includes('reject')) return 'rejected';
  return decisions.length >= stage.required ? 'approved' : undefined;
}

/** @param told when the state machine is told: the next stage's time is counted from then */
function outcomeOf(approval: Approval, stage: Stage, outcome: Outcome['outcome'], at: Instant, told = at): Outcome {
  const index = approval.stages.findIndex(({ name }) => name === stage.name);
  const next = approval.stages[index + 1];
  return {
    approvalId: approval.approvalId,
    outcome,
    stage: index,
    subjectHash: subjectHash(approval.subject),
    decidedBy: decidersOf(outcome === 'approved' ? replaceStage(approval, stage) : [stage], outcome),
    decidedAt: at,
    ...(outcome === 'stage-approved' && next && { ticks: fixTicks(next, told, approval.openedAt) }),
  };
}

/** Who brought the outcome about: of a rejection only who rejected. */
function decidersOf(stages: readonly Stage[], outcome: Outcome['outcome']): readonly string[] {
  const decisive = outcome === 'rejected' ? 'reject' : 'approve';
  const approvers = stages.flatMap((stage) => stage.approvers);
  return approvers.filter(({ decision }) => decision?.decision === decisive).map(({ address }) => address);
}

/**
 * What became of a stage, by the record: for a state machine that missed it. With `close`, an approval that is still
 * open at that stage is closed first.
 * @returns no outcome if the stage is still open
 */
export function settleApproval(
  approval: Approval,
  {
    stage: index,
    close,
    at,
    ...who
  }: {
    readonly stage: number;
    readonly close?: 'expired' | 'withdrawn';
    readonly at: Instant;
    /** Who closes it, if it is an operator, and the program used. */
    readonly by?: string;
    readonly client?: string;
  },
): { readonly change?: Change; readonly outcome?: Outcome } {
  const stage = approval.stages[index];
  if (!stage) return {};
  if (approval.stage > index) {
    return { outcome: outcomeOf(approval, stage, 'stage-approved', lastDecision(stage) ?? at, at) };
  }
  if (approval.status !== 'open') {
    return { outcome: outcomeOf(approval, stage, approval.status, approval.closedAt ?? at) };
  }
  if (!close) return {};
  const change = changed(
    approval,
    { status: close, closedAt: at },
    { at, what: 'closed', stage: stage.name, outcome: close, ...who },
  );
  return { change, outcome: outcomeOf(approval, stage, close, at) };
}

const lastDecision = ({ approvers }: Stage): Instant | undefined =>
  approvers
    .flatMap(({ decision }) => decision?.at ?? [])
    .sort()
    .at(-1);
