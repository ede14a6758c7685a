import {
  type Approval,
  type Approver,
  type Change,
  changed,
  currentStage,
  type Link,
  replaceApprover,
  replaceStage,
  type Stage,
} from './approval.ts';
import { type Invitation, linkTo } from './ask-approvers.ts';
import { checkCode, type Lacking, type Seen, seeApproval } from './decide-approval.ts';
import type { NewSecret } from './ports.ts';
import type { Instant } from './time.ts';

/** Colleagues to whom a decision of the stage can go: on its list, not the requester, and not asked in the stage already. */
export function colleaguesFor({ subject }: Approval, { delegateTo = [], approvers }: Stage): readonly string[] {
  const taken = approvers.filter(({ asked, decision }) => asked || decision).map(({ address }) => address);
  return delegateTo.filter((address) => address !== subject.requestedBy.toLowerCase() && !taken.includes(address));
}

/** With a mail to be sent once the change is saved. */
type Invited = Change & { readonly kind: 'invited'; readonly invitation: Invitation };

export type HandedOver =
  | (Invited & { readonly from: string })
  | { readonly kind: 'not-allowed' }
  | Lacking
  | Exclude<Seen, { kind: 'open' }>;

/**
 * An approver hands the decision over to a colleague. The approver's links die; the colleague gets one of their own. Whose link
 * alone does not decide, does not choose who decides either.
 */
export function handOver(
  approval: Approval,
  secret: string,
  to: string,
  at: Instant,
  newSecret: NewSecret,
  code?: string,
): HandedOver {
  const seen = seeApproval(approval, secret, at);
  if (seen.kind !== 'open') return seen;
  const { stage, approver, link } = seen;
  if (!colleaguesFor(approval, stage).includes(to)) return { kind: 'not-allowed' };
  const lacking = checkCode(approval, seen, secret, at, code);
  if (lacking) return lacking;
  const row = { what: 'handed-over' as const, by: approver.address, linkHash: link.hash };
  return { ...passOn(approval, approver, to, { at, ...row }, newSecret), from: approver.address };
}

/** An operator, and the program used: its API key or access token. */
export interface Operator {
  readonly by: string;
  readonly client: string;
}

export type Operated =
  | Invited
  /** Closed, expired, or not begun. */
  | { readonly kind: 'not-open' }
  /** The address isn't one whose decision is waited for. */
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'not-allowed' };

/** An operator gives somebody's decision to a colleague on the stage's list. */
export function reassign(
  approval: Approval,
  { from, to }: { readonly from: string; readonly to: string },
  operator: Operator,
  at: Instant,
  newSecret: NewSecret,
): Operated {
  const found = findAsked(approval, from, at);
  if (found.kind !== 'asked') return found;
  if (!colleaguesFor(approval, currentStage(approval)).includes(to)) return { kind: 'not-allowed' };
  return passOn(approval, found.approver, to, { at, what: 'reassigned', ...operator }, newSecret);
}

/** An operator has somebody mailed a new link. The earlier ones die: the mail with them may have gone astray. */
export function resend(
  approval: Approval,
  { to }: { readonly to: string },
  operator: Operator,
  at: Instant,
  newSecret: NewSecret,
): Operated {
  const found = findAsked(approval, to, at);
  if (found.kind !== 'asked') return found;
  const secret = newSecret();
  // With the old links goes whoever may have used up the codes.
  const { codesSent: _, ...approver } = found.approver;
  const next = fresh(approver, linkTo(approval, secret));
  const stage = replaceApprover(currentStage(approval), found.approver, next);
  const row = { at, what: 'resent' as const, ...operator, stage: stage.name, addresses: [to] };
  const change = changed(approval, { stages: replaceStage(approval, stage) }, row);
  return { kind: 'invited', ...change, invitation: { address: to, secret } };
}

function findAsked(
  approval: Approval,
  address: string,
  at: Instant,
): { readonly kind: 'asked'; readonly approver: Approver } | { readonly kind: 'not-open' | 'not-asked' } {
  const { expiresAt, approvers } = currentStage(approval);
  if (approval.status !== 'open' || !expiresAt || at >= expiresAt) return { kind: 'not-open' };
  const approver = approvers.find((each) => each.address === address && each.asked && !each.decision);
  return approver ? { kind: 'asked', approver } : { kind: 'not-asked' };
}

function passOn(
  approval: Approval,
  from: Approver,
  to: string,
  row: { readonly at: Instant; readonly what: 'handed-over' | 'reassigned'; readonly by: string },
  newSecret: NewSecret,
): Invited {
  const stage = currentStage(approval);
  const secret = newSecret();
  const { code: _, ...left } = from;
  const before = stage.approvers.find(({ address }) => address === to) ?? { address: to, asked: false, links: [] };
  const approvers = stage.approvers
    .filter((each) => each !== before)
    .flatMap((each) =>
      each === from
        ? [
            { ...left, asked: false, handedTo: to },
            { ...fresh(before, linkTo(approval, secret)), handedBy: from.address },
          ]
        : [each],
    );
  const change = changed(
    approval,
    { stages: replaceStage(approval, { ...stage, approvers }) },
    { ...row, stage: stage.name, from: from.address, addresses: [to] },
  );
  return { kind: 'invited', ...change, invitation: { address: to, secret } };
}

/** Asked anew: no link and no code of before opens anything. */
function fresh({ code: _, handedTo: _to, ...approver }: Approver, link: Link): Approver {
  return { ...approver, asked: true, links: [link] };
}
