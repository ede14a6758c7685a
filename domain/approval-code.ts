import { createHmac } from 'node:crypto';
import {
  type Approval,
  type Approver,
  type Change,
  changed,
  type Link,
  replaceApprover,
  replaceStage,
  type Stage,
} from './approval.ts';
import { later } from './approval-ticks.ts';
import { sha256 } from './fingerprint.ts';
import { sameHash } from './link.ts';
import type { NewSecret } from './ports.ts';
import type { Instant } from './time.ts';

/** A second factor for large amounts, mailed on request. What is kept of it is worth nothing without the link's secret. */
export interface OneTimeCode {
  /** HMAC-SHA-256 under the link's secret, hexadecimal: eight digits alone could be guessed from a hash. */
  readonly hash: string;
  /** Of the link through which it was asked for: it is good together with that one only. */
  readonly linkHash: string;
  readonly sentAt: Instant;
  readonly expiresAt: Instant;
  /** Wrong tries so far. */
  readonly wrong: number;
}

const DIGITS = 8;
const TRIES = 5;
const LIFETIME = 600;
/** Seconds between two mails. */
const PAUSE = 60;
/** To one approver in one stage: a hundred guesses at one of 100,000,000. */
const CODES = 20;

export type CodeStanding =
  | { readonly kind: 'live'; readonly expiresAt: Instant; readonly triesLeft: number }
  | { readonly kind: 'none' | 'expired' | 'used-up' };

/** What the approver's latest code is good for, together with this link. */
export function codeStanding({ code }: Approver, link: Link, at: Instant): CodeStanding {
  if (!code || !sameHash(code.linkHash, link.hash)) return { kind: 'none' };
  if (code.wrong >= TRIES) return { kind: 'used-up' };
  if (at >= code.expiresAt) return { kind: 'expired' };
  return { kind: 'live', expiresAt: code.expiresAt, triesLeft: TRIES - code.wrong };
}

/** What is meant by what was typed: people group digits. @returns undefined if it can't be a code */
export function readCode(typed: string): string | undefined {
  const digits = typed.replace(/[\s-]/g, '');
  return digits.length === DIGITS && /^\d+$/.test(digits) ? digits : undefined;
}

/** Compares in a time that says nothing about where the codes differ. */
export const isRightCode = (approval: Approval, { address, code }: Approver, secret: string, given: string): boolean =>
  code !== undefined && sameHash(code.hash, codeHash(approval, address, secret, given));

const codeHash = ({ approvalId }: Approval, address: string, secret: string, code: string): string =>
  createHmac('sha256', secret).update(`one-time code\n${approvalId}\n${address}\n${code}`, 'utf8').digest('hex');

interface Place {
  readonly stage: Stage;
  readonly approver: Approver;
  readonly link: Link;
}

/** Counts a wrong try. */
export function withWrongCode(
  approval: Approval,
  { stage, approver, link }: Place,
  at: Instant,
): Change & Pick<Place, 'stage' | 'approver'> {
  const { code } = approver;
  const next = { ...approver, ...(code && { code: { ...code, wrong: code.wrong + 1 } }) };
  return { ...withApprover(approval, { stage, approver, link }, next, 'code-refused', at), approver: next };
}

export type CodeRequest =
  | (Change & { readonly kind: 'sent'; readonly address: string; readonly code: string })
  /** Another one may be asked for from `after` on; absent: never, for this approver. */
  | { readonly kind: 'too-often'; readonly after?: Instant };

/** A new code for an approver whose link is open. The one before is worth nothing any more. */
export function newCode(
  approval: Approval,
  place: Place,
  secret: string,
  at: Instant,
  newSecret: NewSecret,
): CodeRequest {
  const { approver, link } = place;
  const { code: before, codesSent = 0, address } = approver;
  if (codesSent >= CODES) return { kind: 'too-often' };
  const after = before && later(before.sentAt, PAUSE);
  if (after && at < after) return { kind: 'too-often', after };
  const digits = digitsOf(newSecret());
  const code = {
    hash: codeHash(approval, address, secret, digits),
    linkHash: link.hash,
    sentAt: at,
    expiresAt: later(at, LIFETIME),
    wrong: 0,
  };
  const next = { ...approver, code, codesSent: codesSent + 1 };
  return { kind: 'sent', ...withApprover(approval, place, next, 'code-sent', at), address, code: digits };
}

/** 256 random bits brought down to eight digits: the remainder favours none of them by more than 1 in 10^60. */
const digitsOf = (random: string): string =>
  String(BigInt(`0x${sha256(random)}`) % 10n ** BigInt(DIGITS)).padStart(DIGITS, '0');

function withApprover(
  approval: Approval,
  { stage, approver, link }: Place,
  next: Approver,
  what: 'code-sent' | 'code-refused',
  at: Instant,
): Change & { readonly stage: Stage } {
  const changedStage = replaceApprover(stage, approver, next);
  const row = { at, what, by: next.address, stage: stage.name, linkHash: link.hash };
  return { ...changed(approval, { stages: replaceStage(approval, changedStage) }, row), stage: changedStage };
}
