import type { Tick } from './approval-ticks.ts';
import type { BusinessCalendar } from './business-calendar.ts';
import { InvalidDocumentError, NoApproverError } from './errors.ts';
import type { Currency } from './money.ts';
import { parseDuration } from './time.ts';

/** Who has to sign off what: `config/approval-policy.json`, whose JSON Schema stands beside it. */
export interface ApprovalPolicy {
  /** For the stages that count in business hours. */
  readonly calendar?: BusinessCalendar;
  readonly stages: Readonly<Record<string, StagePolicy>>;
  /** By type of subject: order, refund, release, … */
  readonly subjects: Readonly<Record<string, SubjectPolicy>>;
}

export interface StagePolicy {
  readonly title: string;
  /** E-mail addresses. */
  readonly approvers: readonly string[];
  /** How many of them have to approve. One rejection rejects. */
  readonly required: number;
  /** Who is asked instead when nobody has decided in time. Also stands in for an approver who made the request. */
  readonly escalateTo?: readonly string[];
  /** Colleagues to whom an approver, or an operator, may hand the decision over. */
  readonly delegateTo?: readonly string[];
  /** Whether the durations count only the working hours of the policy's calendar. */
  readonly businessHours?: boolean;
  /** ISO 8601 durations, all from the moment that the stage begins. */
  readonly remindAfter?: readonly string[];
  readonly escalateAfter?: string;
  readonly expireAfter: string;
}

export interface SubjectPolicy {
  /** Stages whatever the amount. */
  readonly always?: readonly string[];
  /** By currency, in ascending order; the last one has no `upTo`. */
  readonly bands?: Readonly<Partial<Record<Currency, readonly AmountBand[]>>>;
  /** Stages by the name of a risk. */
  readonly risks?: Readonly<Record<string, readonly string[]>>;
  /** By currency, minor units: above it the link alone doesn't decide, a code mailed on request is needed too. */
  readonly secondFactorAbove?: Readonly<Partial<Record<Currency, number>>>;
}

export interface AmountBand {
  /** Minor units, inclusive. */
  readonly upTo?: number;
  readonly stages: readonly string[];
}

/** What one sign-off goes by from its start to its end, whatever becomes of the policy meanwhile. */
export interface SignOffPlan {
  readonly stages: readonly PlannedStage[];
  /** Whether a decision takes a one-time code beside the link. */
  readonly needsCode?: boolean;
}

export interface PlannedStage {
  readonly name: string;
  readonly title: string;
  readonly required: number;
  readonly approvers: readonly string[];
  readonly escalateTo: readonly string[];
  readonly delegateTo?: readonly string[];
  /** What happens while nobody decides: each tick `waitSeconds` after the one before. The last is `expire`. */
  readonly ticks: readonly Tick[];
  /** The ticks are counted in its working hours; absent: by the clock. */
  readonly calendar?: BusinessCalendar;
}

/** What the policy looks at. */
export interface PolicySubject {
  readonly type: string;
  readonly requestedBy: string;
  readonly amount?: number;
  readonly currency?: Currency;
  readonly risk?: readonly string[];
}

/**
 * @returns the stages that the subject has to pass, in the order in which the policy lists its stages; none if nobody is asked
 * @throws InvalidDocumentError for a type of subject, a currency or a risk that the policy doesn't know, and for a subject
 * without an amount where the policy goes by it: who is asked is never guessed
 * @throws NoApproverError if, without the requester, too few are left to decide
 */
export function planSignOff(policy: ApprovalPolicy, subject: PolicySubject): SignOffPlan {
  const rules = Object.hasOwn(policy.subjects, subject.type) ? policy.subjects[subject.type] : undefined;
  if (!rules) throw new InvalidDocumentError('/subject/type', `The policy has no rules for "${subject.type}".`);
  refuseWithoutAmount(rules, subject);
  const named = new Set([...(rules.always ?? []), ...bandStages(rules, subject), ...riskStages(rules, subject)]);
  const stages = Object.entries(policy.stages).filter(([name]) => named.has(name));
  const requester = subject.requestedBy.toLowerCase();
  return {
    stages: stages.map(([name, stage]) => planStage(name, stage, requester, policy.calendar)),
    ...(isAboveLink(rules, subject) && { needsCode: true }),
  };
}

/** No band holds a negative amount, and a missing one is above no limit. */
function refuseWithoutAmount({ bands, secondFactorAbove }: SubjectPolicy, { type, amount, currency }: PolicySubject) {
  const isNeeded = bands !== undefined || secondFactorAbove !== undefined;
  if (!isNeeded || (amount !== undefined && amount >= 0 && currency)) return;
  throw new InvalidDocumentError('/subject/amount', `Who decides about "${type}" goes by its amount and currency.`);
}

/** Whether the amount is more than a link alone may decide. */
function isAboveLink({ secondFactorAbove }: SubjectPolicy, { amount, currency }: PolicySubject): boolean {
  const limit = currency && secondFactorAbove?.[currency];
  return limit !== undefined && amount !== undefined && amount > limit;
}

export const riskNames = (policy: ApprovalPolicy, type: string): readonly string[] =>
  Object.keys(policy.subjects[type]?.risks ?? {});

function bandStages({ bands }: SubjectPolicy, { amount, currency }: PolicySubject): readonly string[] {
  if (!bands || amount === undefined || currency === undefined) return [];
  const band = bands[currency]?.find(({ upTo }) => upTo === undefined || amount <= upTo);
  if (!band) throw new InvalidDocumentError('/subject/currency', `The policy has no band for ${amount} ${currency}.`);
  return band.stages;
}

function riskStages({ risks = {} }: SubjectPolicy, { risk = [] }: PolicySubject): readonly string[] {
  return risk.flatMap((name) => {
    const stages = Object.hasOwn(risks, name) ? risks[name] : undefined;
    if (!stages) throw new InvalidDocumentError('/subject/risk', `The policy knows no risk "${name}".`);
    return stages;
  });
}

function planStage(name: string, stage: StagePolicy, requester: string, calendar?: BusinessCalendar): PlannedStage {
  const escalateTo = (stage.escalateTo ?? []).filter((address) => address !== requester);
  const delegateTo = (stage.delegateTo ?? []).filter((address) => address !== requester);
  const others = stage.approvers.filter((address) => address !== requester);
  const approvers = others.length >= stage.required ? others : [...new Set([...others, ...escalateTo])];
  if (approvers.length < stage.required) {
    throw new NoApproverError(`Stage "${name}" needs ${stage.required} approvers other than the requester.`);
  }
  return {
    name,
    title: stage.title,
    required: stage.required,
    approvers,
    escalateTo: escalateTo.length >= stage.required ? escalateTo : [],
    ...(delegateTo.length > 0 && { delegateTo }),
    ticks: planTicks(stage, escalateTo.length >= stage.required),
    ...(stage.businessHours && calendar && { calendar }),
  };
}

function planTicks(stage: StagePolicy, canEscalate: boolean): readonly Tick[] {
  const moments = [
    ...(stage.remindAfter ?? []).map((after) => ({ after: seconds(after), action: 'remind' as const })),
    ...(stage.escalateAfter && canEscalate
      ? [{ after: seconds(stage.escalateAfter), action: 'escalate' as const }]
      : []),
  ].sort((a, b) => a.after - b.after);
  const all = [...moments, { after: seconds(stage.expireAfter), action: 'expire' as const }];
  return all.map(({ after, action }, index) => ({ waitSeconds: after - (all[index - 1]?.after ?? 0), action }));
}

function seconds(duration: string): number {
  const value = parseDuration(duration);
  if (value === undefined) throw new InvalidDocumentError('', `"${duration}" is not a duration.`);
  return value;
}
