import type { AuditRow } from '../../domain/approval.ts';
import { planSignOff } from '../../domain/approval-policy.ts';
import { findAuditBreaks } from '../../domain/audit-chain.ts';
import { secretHash } from '../../domain/link.ts';
import { parseInstant } from '../../domain/time.ts';
import { policy } from '../statemachines/sample-order.ts';
import type { Invariants } from './invariants.ts';
import type { Observed, ObservedApproval, ObservedOrder } from './observed.ts';

export function approvalInvariants(observed: Observed): Invariants {
  const { orders, approvals } = observed;
  return {
    I5: {
      says: 'Who may decide does so once per stage, and what happens is what was decided',
      broken: [
        ...approvals.flatMap(decidedTwice),
        ...approvals.flatMap(answeredOtherwise(observed)),
        ...orders.flatMap(otherBranch),
        ...orders.flatMap(tooFewAsked),
        ...approvals.flatMap(withoutCode(observed)),
      ],
    },
    I6: {
      says: 'A link that is expired, superseded, used or not genuine changes nothing',
      broken: [...approvals.flatMap(notEntitled(observed)), ...approvals.flatMap(leftOpen)],
    },
  };
}

const decisions = (audit: readonly AuditRow[]): readonly AuditRow[] => audit.filter(({ what }) => what === 'decided');

function decidedTwice({ approval, audit }: ObservedApproval): string[] {
  const { approvalId, subject } = approval;
  const who = decisions(audit).map(({ by, stage }) => `${by} in ${stage}`);
  const twice = who.filter((name, index) => who.indexOf(name) !== index);
  const own = decisions(audit).filter(({ by }) => by === subject.requestedBy);
  return [
    ...twice.map((name) => `${name} decided twice about ${approvalId}`),
    ...own.map(({ by }) => `${by} decided about a request of their own`),
    ...findAuditBreaks(audit, [approval]).map(({ entry, what }) => `the audit of ${approvalId}: ${entry} ${what}`),
  ];
}

/** An approver who was told that a decision is taken finds it in the record; and nothing is in there that nobody sent. */
const answeredOtherwise =
  ({ approvers }: Observed) =>
  ({ approval: { approvalId }, audit }: ObservedApproval): string[] => {
    const rows = decisions(audit);
    const clicks = approvers.clicks.filter((click) => click.approvalId === approvalId);
    const matches = (row: AuditRow, { secret, choice }: (typeof clicks)[number]) =>
      row.linkHash === secretHash(secret) && row.decision === choice;
    const lost = clicks.filter((click) => click.status === 200 && !rows.some((row) => matches(row, click)));
    const invented = rows.filter((row) => !clicks.some((click) => matches(row, click)));
    return [
      ...lost.map(({ choice }) => `an approver was told that “${choice}” is recorded for ${approvalId}, and it is not`),
      ...invented.map(({ by, decision }) => `${by} never sent “${decision}” for ${approvalId}`),
    ];
  };

/** Where the money and the order went, beside what the approval's record says. */
function otherBranch({ order: { orderId, status }, signOff, charged }: ObservedOrder): string[] {
  const verdict = signOff?.approval.status;
  if (status === 'rejected' && verdict !== 'rejected')
    return [`${orderId} is rejected, and its approval is ${verdict}`];
  if (status === 'expired' && verdict !== 'expired') return [`${orderId} is expired, and its approval is ${verdict}`];
  if (charged > 0 && verdict && verdict !== 'approved')
    return [`${orderId} was charged, and its approval is ${verdict}`];
  return [];
}

/** Who had to agree comes from the policy and from what the client ordered, not from what was planned. */
function tooFewAsked({ order, wish, signOff, charged }: ObservedOrder): string[] {
  const { orderId, total, currency, version } = order;
  if (charged === 0 || !wish || version > 1) return [];
  const { stages } = planSignOff(policy, {
    type: 'order',
    requestedBy: wish.requestedBy,
    amount: total,
    currency,
    risk: wish.risk,
  });
  const rows = decisions(signOff?.audit ?? []).filter(({ decision }) => decision === 'approve');
  return stages
    .filter(
      ({ name, required }) => new Set(rows.filter(({ stage }) => stage === name).map(({ by }) => by)).size < required,
    )
    .map(({ name }) => `${orderId} was charged, and too few approved it as ${name}`);
}

/** For each decision: the link was mailed to who decided, is used for the first time, and they were still asked in time. */
const notEntitled =
  ({ approvers }: Observed) =>
  ({ approval: { approvalId, stages }, audit }: ObservedApproval): string[] => {
    const mailed = new Map(approvers.links.map((link) => [secretHash(link.secret), link]));
    return decisions(audit).flatMap((row, index) => {
      const link = mailed.get(row.linkHash ?? '');
      if (link?.approvalId !== approvalId || link.to !== row.by) {
        return [`${row.by} decided about ${approvalId} by a link that was not theirs`];
      }
      const before = audit.slice(0, audit.indexOf(row));
      const rounds = before.filter(({ stage, addresses }) => stage === row.stage && addresses);
      const isAsked = askedAfter(rounds).has(row.by ?? '');
      const wait = stages
        .find(({ name }) => name === row.stage)
        ?.ticks.reduce((sum, tick) => sum + tick.waitSeconds, 0);
      const begun = parseInstant(rounds[0]?.at ?? '') ?? 0;
      const isLate = (parseInstant(row.at) as number) >= begun + (wait ?? 0) * 1_000;
      const isUsed = decisions(audit).some((other, at) => at < index && other.linkHash === row.linkHash);
      return [
        ...(isAsked ? [] : [`${row.by} decided about ${approvalId} after others were asked instead`]),
        ...(isLate ? [`${row.by} decided about ${approvalId} when it had expired`] : []),
        ...(isUsed ? [`${row.by} decided about ${approvalId} by a link that was used`] : []),
      ];
    });
  };

/** Whose decision it is, after all that was said to whom in a stage. */
function askedAfter(rounds: readonly AuditRow[]): ReadonlySet<string> {
  let asked = new Set<string>();
  for (const { what, from = '', addresses = [] } of rounds) {
    if (what === 'asked' || what === 'reminded' || what === 'escalated') asked = new Set(addresses);
    else for (const address of addresses) asked.add(address);
    asked.delete(from);
  }
  return asked;
}

/** Above the policy's amount, a decision came with a code that had been mailed to who decided. */
const withoutCode =
  ({ approvers }: Observed) =>
  ({ approval: { approvalId, subject }, audit }: ObservedApproval): string[] => {
    const { type, amount = 0, currency } = subject;
    const limit = (currency && policy.subjects[type]?.secondFactorAbove?.[currency]) ?? Number.POSITIVE_INFINITY;
    if (amount <= limit) return [];
    return decisions(audit)
      .filter(({ by, linkHash }) => {
        const clicks = approvers.clicks.filter(({ secret }) => secretHash(secret) === linkHash);
        return !clicks.some((click) => approvers.codes.some(({ to, code }) => to === by && code === click.code));
      })
      .map(({ by }) => `${by} decided about ${approvalId} without the code that it takes`);
  };

const leftOpen = ({ approval: { approvalId, status }, execution }: ObservedApproval): string[] =>
  status === 'open' && execution?.execution.status !== 'RUNNING'
    ? [`${approvalId} can still be decided, and nobody waits for it`]
    : [];
