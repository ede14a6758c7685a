import {
  type Approval,
  type Approver,
  type Change,
  changed,
  currentStage,
  type Link,
  replaceStage,
  type Stage,
} from './approval.ts';
import { fixTicks, later, lengthOf } from './approval-ticks.ts';
import { ApprovalDecidedError, QuestionOvertakenError } from './errors.ts';
import { secretHash } from './link.ts';
import type { NewSecret } from './ports.ts';
import { subjectHash } from './subject.ts';
import type { Instant } from './time.ts';

export interface Question {
  /** Index of the stage that the state machine is in. */
  readonly stage: number;
  /** Index of the tick that comes next if nobody decides. */
  readonly tick: number;
  readonly why: 'ask' | 'remind' | 'escalate';
  readonly taskToken: string;
  /** Orders the questions of one state machine: when it came to this one, and which attempt it is. Compares as text. */
  readonly turn: string;
  readonly at: Instant;
}

/** A mail to be sent: who gets which secret. */
export interface Invitation {
  readonly address: string;
  readonly secret: string;
}

/** An approver's newest links are kept; a mail older than that many reminders is dead. */
const LINKS_KEPT = 12;

/**
 * Asks everyone in the stage who hasn't decided: gives each a new link. Escalation first puts the next approvers in the
 * place of those who didn't decide, whose links die with it.
 * @throws ApprovalDecidedError if there is nothing to ask any more; QuestionOvertakenError if a later question was asked
 * meanwhile: nobody waits for the answer to this one
 */
export function askApprovers(
  approval: Approval,
  question: Question,
  newSecret: NewSecret,
): Change & { readonly invitations: readonly Invitation[] } {
  if (approval.status !== 'open' || approval.stage !== question.stage) {
    throw new ApprovalDecidedError(`Stage ${question.stage} of ${approval.approvalId} has been decided.`);
  }
  if (approval.turn !== undefined && question.turn < approval.turn) {
    throw new QuestionOvertakenError(`${approval.approvalId} has been asked about again since ${question.turn}.`);
  }
  const current = begun(currentStage(approval), question.at, approval.openedAt);
  const stage = question.why === 'escalate' ? escalated(current) : current;
  const invitations: Invitation[] = [];
  const approvers = stage.approvers.map((approver) => {
    if (!approver.asked || approver.decision) return approver;
    const secret = newSecret();
    invitations.push({ address: approver.address, secret });
    return { ...approver, links: [...approver.links, linkTo(approval, secret)].slice(-LINKS_KEPT) };
  });
  const tick = stage.ticks[question.tick];
  const change = changed(
    approval,
    {
      stages: replaceStage(approval, { ...stage, approvers }),
      taskToken: question.taskToken,
      turn: question.turn,
      ...(tick && { nextTickAt: later(question.at, tick.waitSeconds) }),
    },
    {
      at: question.at,
      what: { ask: 'asked' as const, remind: 'reminded' as const, escalate: 'escalated' as const }[question.why],
      stage: stage.name,
      addresses: invitations.map(({ address }) => address),
    },
  );
  return { ...change, invitations };
}

/** Those who decided stay; nobody is asked twice under two names. Escalating again changes nothing. */
function escalated(stage: Stage): Stage {
  const decided = stage.approvers.filter(({ decision }) => decision);
  const isNext = (address: string) => stage.escalateTo.includes(address);
  const kept = stage.approvers.map((approver) =>
    approver.decision || isNext(approver.address) ? approver : { ...approver, asked: false },
  );
  const present = new Set(stage.approvers.map(({ address }) => address));
  const next: Approver[] = stage.escalateTo
    .filter((address) => !present.has(address))
    .map((address) => ({ address, asked: true, links: [] }));
  const standing = [...kept, ...next];
  const able = decided.length + standing.filter(({ asked, decision }) => asked && !decision).length;
  return able >= stage.required ? { ...stage, approvers: standing } : stage;
}

/** Fixes when the stage reminds, escalates and expires, the first time that somebody is asked. */
function begun(stage: Stage, at: Instant, openedAt: Instant): Stage {
  if (stage.expiresAt) return stage;
  const { calendar: _, ...rest } = stage;
  const ticks = fixTicks(stage, at, openedAt);
  return { ...rest, ticks, expiresAt: later(at, lengthOf(ticks)) };
}

/** What is kept of a link that somebody is about to get. */
export const linkTo = ({ subject }: Approval, secret: string): Link => ({
  hash: secretHash(secret),
  subjectHash: subjectHash(subject),
});
