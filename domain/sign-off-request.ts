import { type ApprovalPolicy, type PlannedStage, planSignOff, type SignOffPlan } from './approval-policy.ts';
import { InvalidDocumentError } from './errors.ts';
import { EMAIL, FieldChecks } from './field-checks.ts';
import { type ApprovalSubject, parseSubject } from './subject.ts';

export interface SignOffRequest {
  readonly subject: ApprovalSubject;
  readonly plan: SignOffPlan;
}

/**
 * Reads the input of a sign-off, which anybody with the permission may start: `{subject, plan?}`. Without a plan, the
 * policy makes one. Further members (the execution that started it) are none of our business.
 * @throws InvalidDocumentError, NoApproverError
 */
export function parseSignOffRequest(input: unknown, policy: ApprovalPolicy): SignOffRequest {
  const members = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  const subject = parseSubject(members.subject);
  return { subject, plan: members.plan === undefined ? planSignOff(policy, subject) : parsePlan(members.plan) };
}

function parsePlan(value: unknown): SignOffPlan {
  const checks = new FieldChecks();
  const fields = checks.object(value, '/plan', ['stages']) ?? {};
  const list = checks.array(fields.stages, '/plan/stages', { min: 0, max: 10 }) ?? [];
  const stages = list.map((stage, index) => parseStage(checks, stage, `/plan/stages/${index}`));
  if (new Set(stages.map(({ name }) => name)).size < stages.length)
    checks.refuse('/plan/stages', 'A stage is named twice.');
  const [mistake] = checks.errors;
  if (mistake) throw new InvalidDocumentError(mistake.pointer, mistake.detail);
  return { stages };
}

const STAGE = ['name', 'title', 'required', 'approvers', 'escalateTo', 'ticks'];

function parseStage(checks: FieldChecks, value: unknown, at: string): PlannedStage {
  const fields = checks.object(value, at, STAGE) ?? {};
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
    ticks: parseTicks(checks, fields.ticks, `${at}/ticks`),
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
