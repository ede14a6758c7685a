import type { ApprovalPolicy, StagePolicy, SubjectPolicy } from './approval-policy.ts';
import { LONGEST_SIGN_OFF } from './approval-ticks.ts';
import { type BusinessCalendar, checkCalendar, weeklySeconds } from './business-calendar.ts';
import { InvalidDocumentError } from './errors.ts';
import { EMAIL } from './field-checks.ts';
import { CURRENCIES } from './money.ts';
import { parseDuration } from './time.ts';

/**
 * Checks what the JSON Schema can't say. A policy that passes both always yields a plan, or NoApproverError.
 * @throws InvalidDocumentError naming the first mistake by its JSON pointer
 */
export function checkApprovalPolicy(policy: ApprovalPolicy): ApprovalPolicy {
  const { calendar } = policy;
  if (calendar) checkCalendar(calendar, '/calendar');
  const lengths = Object.entries(policy.stages).map(([name, stage]) => checkStage(stage, `/stages/${name}`, calendar));
  const longest = lengths.reduce((sum, length) => sum + length, 0);
  if (longest > LONGEST_SIGN_OFF) {
    throw new InvalidDocumentError('/stages', 'All stages together have to end within 360 days.');
  }
  for (const [type, rules] of Object.entries(policy.subjects)) {
    const at = `/subjects/${type}`;
    checkNames(policy, rules.always ?? [], `${at}/always`);
    for (const [risk, stages] of Object.entries(rules.risks ?? {})) checkNames(policy, stages, `${at}/risks/${risk}`);
    if (rules.bands) checkBands(policy, rules.bands, `${at}/bands`);
    if (rules.secondFactorAbove) checkAmounts(rules.secondFactorAbove, `${at}/secondFactorAbove`);
  }
  return policy;
}

/** @returns seconds by the clock until the stage expires; in a calendar without holidays, rounded up to weeks */
function checkStage(stage: StagePolicy, at: string, calendar: BusinessCalendar | undefined): number {
  for (const key of ['approvers', 'escalateTo', 'delegateTo'] as const)
    checkAddresses(stage[key] ?? [], `${at}/${key}`);
  if (stage.required < 1 || stage.required > stage.approvers.length) {
    throw new InvalidDocumentError(`${at}/required`, 'has to be from 1 to the number of approvers.');
  }
  if (stage.escalateTo && stage.escalateTo.length < stage.required) {
    throw new InvalidDocumentError(`${at}/escalateTo`, 'has to name at least as many as are required.');
  }
  if (stage.businessHours && !calendar) {
    throw new InvalidDocumentError(`${at}/businessHours`, 'needs a calendar: the policy has none.');
  }
  const hours = stage.businessHours ? calendar : undefined;
  const expiry = durationAt(stage.expireAfter, `${at}/expireAfter`, hours);
  const reminders = (stage.remindAfter ?? []).map((after, index) =>
    durationAt(after, `${at}/remindAfter/${index}`, hours),
  );
  const escalation = stage.escalateAfter ? [durationAt(stage.escalateAfter, `${at}/escalateAfter`, hours)] : [];
  const moments = [...reminders, ...escalation];
  if (moments.some((moment) => moment >= expiry)) {
    throw new InvalidDocumentError(`${at}/expireAfter`, 'has to be later than every reminder and the escalation.');
  }
  if (new Set(moments).size < moments.length) {
    throw new InvalidDocumentError(`${at}/remindAfter`, 'has two things happen at the same moment.');
  }
  return byTheClock(expiry, hours);
}

function checkAddresses(addresses: readonly string[], at: string): void {
  const wrong = addresses.findIndex((address) => !EMAIL.test(address) || address !== address.toLowerCase());
  if (wrong >= 0) throw new InvalidDocumentError(`${at}/${wrong}`, 'has to be an e-mail address in lower case.');
  if (new Set(addresses).size < addresses.length) throw new InvalidDocumentError(at, 'names someone twice.');
}

const WEEK = 7 * 86_400;

const byTheClock = (seconds: number, hours: BusinessCalendar | undefined): number =>
  hours ? Math.ceil(seconds / weeklySeconds(hours)) * WEEK : seconds;

function durationAt(text: string, at: string, hours: BusinessCalendar | undefined): number {
  const value = parseDuration(text);
  if (hours && text.includes('D')) {
    throw new InvalidDocumentError(
      at,
      `"${text}" has days, of which nobody knows how many working hours they have: PT16H.`,
    );
  }
  if (value && byTheClock(value, hours) <= LONGEST_SIGN_OFF) return value;
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

/** A currency that is left out would need no code, however large the amount. */
function checkAmounts(amounts: NonNullable<SubjectPolicy['secondFactorAbove']>, at: string): void {
  const missing = CURRENCIES.find((currency) => amounts[currency] === undefined);
  if (missing) throw new InvalidDocumentError(`${at}/${missing}`, 'is missing: every currency needs an amount.');
}
