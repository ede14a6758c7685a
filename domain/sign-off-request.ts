import { type ApprovalPolicy, type PlannedStage, planSignOff, type SignOffPlan } from './approval-policy.ts';
import { type BusinessCalendar, checkCalendar, WEEKDAYS } from './business-calendar.ts';
import { InvalidDocumentError } from './errors.ts';
import { EMAIL, FieldChecks } from './field-checks.ts';
import { type ApprovalSubject, parseSubject } from './subject.ts';

export interface SignOffRequest {
  readonly subject: ApprovalSubject;
  readonly plan: SignOffPlan;
  /** Whether the execution fails unless it ends approved: for callers that look at nothing but its status. */
  readonly failUnlessApproved: boolean;
}

/**
 * Reads the input of a sign-off, which anybody with the permission may start: `{subject, plan?, failUnlessApproved?}`.
 * Without a plan, the policy makes one. Further members (the execution that started it) are none of our business.
 * @throws InvalidDocumentError, NoApproverError
 */
export function parseSignOffRequest(input: unknown, policy: ApprovalPolicy): SignOffRequest {
  const members = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  const subject = parseSubject(members.subject);
  const { failUnlessApproved = false } = members;
  if (typeof failUnlessApproved !== 'boolean') {
    throw new InvalidDocumentError('/failUnlessApproved', 'failUnlessApproved has to be true or false.');
  }
  const plan = members.plan === undefined ? planSignOff(policy, subject) : parsePlan(members.plan);
  return { subject, plan, failUnlessApproved };
}

function parsePlan(value: unknown): SignOffPlan {
  const checks = new FieldChecks();
  const fields = checks.object(value, '/plan', ['stages'], ['needsCode']) ?? {};
  const list = checks.array(fields.stages, '/plan/stages', { min: 0, max: 10 }) ?? [];
  const stages = list.map((stage, index) => parseStage(checks, stage, `/plan/stages/${index}`));
  if (new Set(stages.map(({ name }) => name)).size < stages.length)
    checks.refuse('/plan/stages', 'A stage is named twice.');
  const { needsCode = false } = fields;
  if (typeof needsCode !== 'boolean') checks.refuse('/plan/needsCode', 'needsCode has to be true or false.');
  const [mistake] = checks.errors;
  if (mistake) throw new InvalidDocumentError(mistake.pointer, mistake.detail);
  stages.forEach(({ calendar }, index) => {
    if (calendar) checkCalendar(calendar, `/plan/stages/${index}/calendar`);
  });
  return { stages, ...(needsCode === true && { needsCode }) };
}

const STAGE = ['name', 'title', 'required', 'approvers', 'escalateTo', 'ticks'];

function parseStage(checks: FieldChecks, value: unknown, at: string): PlannedStage {
  const fields = checks.object(value, at, STAGE, ['delegateTo', 'calendar']) ?? {};
  const addresses = (key: string, min: number) =>
    (checks.array(fields[key], `${at}/${key}`, { min, max: 40 }) ?? []).map(
      (address, index) =>
        checks.text(address, `${at}/${key}/${index}`, { max: 254, pattern: EMAIL, what: 'an e-mail address' }) ?? '',
    );
  const approvers = addresses('approvers', 1);
  return {
    name: checks.text(fields.name, `${at}/name`, { max: 40 }) ?? '',
    title: checks.text(fields.title, `${at}/title`, { max: 60 }) ?? '',
    required: checks.integer(fields.required, `${at}/required`, { min: 1, max: approvers.length }) ?? 1,
    approvers,
    escalateTo: addresses('escalateTo', 0),
    ...(fields.delegateTo !== undefined && { delegateTo: addresses('delegateTo', 0) }),
    ticks: parseTicks(checks, fields.ticks, `${at}/ticks`),
    ...(fields.calendar !== undefined && { calendar: parseCalendar(checks, fields.calendar, `${at}/calendar`) }),
  };
}

function parseCalendar(checks: FieldChecks, value: unknown, at: string): BusinessCalendar {
  const { timeZone, workingHours, holidays } =
    checks.object(value, at, ['timeZone', 'workingHours'], ['holidays']) ?? {};
  const texts = (list: unknown, place: string, max: number) =>
    (checks.array(list, place, { min: 0, max }) ?? []).map(
      (text, index) => checks.text(text, `${place}/${index}`, { max: 11 }) ?? '',
    );
  const days = Object.entries(checks.object(workingHours, `${at}/workingHours`, [], WEEKDAYS) ?? {});
  return {
    timeZone: checks.text(timeZone, `${at}/timeZone`, { max: 60 }) ?? '',
    workingHours: Object.fromEntries(days.map(([day, hours]) => [day, texts(hours, `${at}/workingHours/${day}`, 10)])),
    ...(holidays !== undefined && { holidays: texts(holidays, `${at}/holidays`, 400) }),
  };
}

const YEAR = 31_536_000;

function parseTicks(checks: FieldChecks, value: unknown, at: string): PlannedStage['ticks'] {
  const list = checks.array(value, at, { min: 1, max: 20 }) ?? [];
  return list.map((tick, index) => {
    const fields = checks.object(tick, `${at}/${index}`, ['waitSeconds', 'action']) ?? {};
    const waitSeconds = checks.integer(fields.waitSeconds, `${at}/${index}/waitSeconds`, { min: 1, max: YEAR }) ?? 1;
    const last = index === list.length - 1;
    const { action } = fields;
    if (last ? action === 'expire' : action === 'remind' || action === 'escalate') {
      return { waitSeconds, action: action as 'remind' | 'escalate' | 'expire' };
    }
    checks.refuse(`${at}/${index}/action`, 'The last tick has to be "expire", and every other "remind" or "escalate".');
    return { waitSeconds, action: 'expire' };
  });
}
