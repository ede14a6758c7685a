import { InvalidDocumentError, NoApproverError } from './errors.ts';
import { EMAIL } from './field-checks.ts';
import { CURRENCIES, type Currency } from './money.ts';
import { parseDuration } from './time.ts';

/** Who has to sign off what: `config/approval-policy.json`, whose JSON Schema stands beside it. */
export interface ApprovalPolicy {
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
}

export interface AmountBand {
  /** Minor units, inclusive. */
  readonly upTo?: number;
  readonly stages: readonly string[];
}

/** What one sign-off goes by from its start to its end, whatever becomes of the policy meanwhile. */
export interface SignOffPlan {
  readonly stages: readonly PlannedStage[];
}

export interface PlannedStage {
  readonly name: string;
  readonly title: string;
  readonly required: number;
  readonly approvers: readonly string[];
  readonly escalateTo: readonly string[];
  /** What happens while nobody decides: each tick `waitSeconds` after the one before. The last is `expire`. */
  readonly ticks: readonly Tick[];
}

export interface Tick {
  readonly waitSeconds: number;
  readonly action: 'remind' | 'escalate' | 'expire';
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
 * @throws InvalidDocumentError for a type of subject, a currency or a risk that the policy doesn't know
 * @throws NoApproverError if, without the requester, too few are left to decide
 */
export function planSignOff(policy: ApprovalPolicy, subject: PolicySubject): SignOffPlan {
  const rules = policy.subjects[subject.type];
  if (!rules) throw new InvalidDocumentError('/subject/type', `The policy has no rules for "${subject.type}".`);
  const named = new Set([...(rules.always ?? []), ...bandStages(rules, subject), ...riskStages(rules, subject)]);
  const stages = Object.entries(policy.stages).filter(([name]) => named.has(name));
  return { stages: stages.map(([name, stage]) => planStage(name, stage, subject.requestedBy.toLowerCase())) };
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

function planStage(name: string, stage: StagePolicy, requester: string): PlannedStage {
  const escalateTo = (stage.escalateTo ?? []).filter((address) => address !== requester);
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
    ticks: planTicks(stage, escalateTo.length >= stage.required),
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

/**
 * Checks what the JSON Schema can't say. A policy that passes both always yields a plan, or NoApproverError.
 * @throws InvalidDocumentError naming the first mistake by its JSON pointer
 */
export function checkApprovalPolicy(policy: ApprovalPolicy): ApprovalPolicy {
  for (const [name, stage] of Object.entries(policy.stages)) checkStage(stage, `/stages/${name}`);
  const longest = Object.values(policy.stages).reduce((sum, { expireAfter }) => sum + seconds(expireAfter), 0);
  if (longest > LONGEST) throw new InvalidDocumentError('/stages', 'All stages together have to end within 360 days.');
  for (const [type, rules] of Object.entries(policy.subjects)) {
    const at = `/subjects/${type}`;
    checkNames(policy, rules.always ?? [], `${at}/always`);
    for (const [risk, stages] of Object.entries(rules.risks ?? {})) checkNames(policy, stages, `${at}/risks/${risk}`);
    if (rules.bands) checkBands(policy, rules.bands, `${at}/bands`);
  }
  return policy;
}

function checkStage(stage: StagePolicy, at: string): void {
  for (const key of ['approvers', 'escalateTo'] as const) {
    const addresses = stage[key] ?? [];
    const wrong = addresses.findIndex((address) => !EMAIL.test(address) || address !== address.toLowerCase());
    if (wrong >= 0)
      throw new InvalidDocumentError(`${at}/${key}/${wrong}`, 'has to be an e-mail address in lower case.');
    if (new Set(addresses).size < addresses.length)
      throw new InvalidDocumentError(`${at}/${key}`, 'names someone twice.');
  }
  if (stage.required < 1 || stage.required > stage.approvers.length) {
    throw new InvalidDocumentError(`${at}/required`, 'has to be from 1 to the number of approvers.');
  }
  if (stage.escalateTo && stage.escalateTo.length < stage.required) {
    throw new InvalidDocumentError(`${at}/escalateTo`, 'has to name at least as many as are required.');
  }
  const expiry = durationAt(stage.expireAfter, `${at}/expireAfter`);
  const earlier = [...(stage.remindAfter ?? []), ...(stage.escalateAfter ? [stage.escalateAfter] : [])];
  const moments = earlier.map((after, index) => durationAt(after, `${at}/remindAfter/${index}`));
  if (moments.some((moment) => moment >= expiry)) {
    throw new InvalidDocumentError(`${at}/expireAfter`, 'has to be later than every reminder and the escalation.');
  }
  if (new Set(moments).size < moments.length) {
    throw new InvalidDocumentError(`${at}/remindAfter`, 'has two things happen at the same moment.');
  }
}

/** A Standard execution lasts a year at most, and an order may wait for its stages and for its ship date. */
const LONGEST = 360 * 86_400;

function durationAt(text: string, at: string): number {
  const value = parseDuration(text);
  if (value && value <= LONGEST) return value;
  throw new InvalidDocumentError(
    at,
    `"${text}" is not a duration between a second and 360 days, such as PT36H or P2D.`,
  );
}

function checkNames(policy: ApprovalPolicy, names: readonly string[], at: string): void {
  const unknown = names.findIndex((name) => !Object.hasOwn(policy.stages, name));
  if (unknown >= 0) throw new InvalidDocumentError(`${at}/${unknown}`, `There is no stage "${names[unknown]}".`);
}

function checkBands(policy: ApprovalPolicy, bands: NonNullable<SubjectPolicy['bands']>, at: string): void {
  for (const currency of CURRENCIES) {
    const list = bands[currency] ?? [];
    if (list.at(-1)?.upTo !== undefined || list.length === 0) {
      throw new InvalidDocumentError(`${at}/${currency}`, 'needs a last band without "upTo".');
    }
    list.forEach(({ upTo, stages }, index) => {
      checkNames(policy, stages, `${at}/${currency}/${index}/stages`);
      const ordered = index === list.length - 1 || (upTo !== undefined && upTo > (list[index - 1]?.upTo ?? -1));
      if (!ordered)
        throw new InvalidDocumentError(`${at}/${currency}/${index}/upTo`, 'has to be more than the one before.');
    });
  }
}
