import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { type ApprovalPolicy, planSignOff } from '../../../domain/approval-policy.ts';
import { checkApprovalPolicy } from '../../../domain/check-approval-policy.ts';
import { parseSignOffRequest } from '../../../domain/sign-off-request.ts';
import { policy } from '../../statemachines/sample-order.ts';

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../../config/${name}`, import.meta.url), 'utf8'));
const valid = new Ajv().compile(read('approval-policy.schema.json'));

const order = (amount: number, changes: object = {}) => ({
  type: 'order',
  requestedBy: 'alice@example.com',
  amount,
  currency: 'EUR' as const,
  ...changes,
});
const stagesOf = (subject: Parameters<typeof planSignOff>[1]) =>
  planSignOff(policy, subject).stages.map(({ name }) => name);

describe('who is asked', () => {
  test.each([
    [0, []],
    [100_000, []],
    [100_001, ['manager']],
    [1_000_000, ['manager']],
    [1_000_001, ['manager', 'finance']],
  ])('for %s cents: %j', (amount, stages) => {
    expect(stagesOf(order(amount))).toEqual(stages);
  });

  test('more when there are risks, each stage once, in the order of the policy', () => {
    expect(stagesOf(order(1, { risk: ['new-customer'] }))).toEqual(['manager']);
    expect(stagesOf(order(200_000, { risk: ['export', 'new-customer'] }))).toEqual(['compliance', 'manager']);
  });

  test('never fewer for a higher amount', () => {
    const amount = fc.integer({ min: 0, max: 10 ** 9 });
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((value) => stagesOf(order(value)));
        expect(more).toEqual(expect.arrayContaining(less ?? []));
      }),
    );
  });

  test('never who made the request: somebody of the next level instead', () => {
    const [stage] = planSignOff(policy, order(200_000, { requestedBy: 'Manager@example.com' })).stages;
    expect(stage?.approvers).toEqual(['director@example.com']);
  });

  test('nobody, with an error, if too few are left', () => {
    const small = {
      ...policy,
      stages: { ...policy.stages, manager: { title: 'M', approvers: ['m@x.y'], required: 1, expireAfter: 'P1D' } },
    };
    expect(() => planSignOff(small, order(200_000, { requestedBy: 'm@x.y' }))).toThrow(
      expect.objectContaining({ name: 'NoApproverError' }),
    );
  });

  test.each([
    ['a type of subject', order(1, { type: 'marriage' })],
    ['a risk', order(1, { risk: ['fire'] })],
    ['a member of every object as a risk', order(1, { risk: ['constructor'] })],
    ['a member of every object as a type', order(1, { type: 'constructor' })],
  ])('is not guessed for %s that the policy does not know', (_, subject) => {
    expect(() => planSignOff(policy, subject)).toThrow(expect.objectContaining({ name: 'InvalidDocumentError' }));
  });

  test.each([
    ['no amount', { amount: undefined }],
    ['no currency', { currency: undefined }],
    ['less than nothing', { amount: -1 }],
  ])('is not nobody where the policy goes by the amount and there is %s', (_, changes) => {
    expect(() => planSignOff(policy, order(1, changes))).toThrow(
      expect.objectContaining({ pointer: '/subject/amount' }),
    );
  });

  test('is reminded, replaced and given up at the policy’s times, each counted from the one before', () => {
    const [, finance] = planSignOff(policy, order(2_000_000)).stages;
    expect(finance?.ticks).toEqual([
      { waitSeconds: 86_400, action: 'remind' },
      { waitSeconds: 86_400, action: 'remind' },
      { waitSeconds: 86_400, action: 'escalate' },
      { waitSeconds: 172_800, action: 'expire' },
    ]);
  });
});

const changed = (path: string, value: unknown): ApprovalPolicy => {
  const copy = structuredClone(policy) as unknown as Record<string, unknown>;
  const keys = path.split('/').slice(1);
  const last = keys.pop() ?? '';
  const parent = keys.reduce((node, key) => node[key] as Record<string, unknown>, copy);
  parent[last] = value;
  return copy as unknown as ApprovalPolicy;
};

describe('a decision', () => {
  const needsCode = (amount: number, changes: object = {}) => planSignOff(policy, order(amount, changes)).needsCode;

  test('takes a code above the amount that the policy names for the currency, and not at it', () => {
    expect(needsCode(5_000_000)).toBeUndefined();
    expect(needsCode(5_000_001)).toBe(true);
    expect(needsCode(5_000_001, { currency: 'JPY' })).toBeUndefined();
  });

  test('takes none for what has no amount', () => {
    expect(planSignOff(policy, { type: 'release', requestedBy: 'a@x.y' })).not.toHaveProperty('needsCode');
  });

  test('can never be handed over to who made the request', () => {
    const [stage] = planSignOff(policy, order(200_000, { requestedBy: 'Deputy@example.com' })).stages;
    expect(stage?.delegateTo).toEqual(['director@example.com']);
  });
});

describe('the policy', () => {
  test('is valid, by its schema and by its rules', () => {
    expect(valid(read('approval-policy.json'))).toBe(true);
    expect(checkApprovalPolicy(read('approval-policy.json'))).toBeDefined();
  });

  test.each([
    ['/stages/manager/required', 2],
    ['/stages/manager/required', 0],
    ['/stages/manager/expireAfter', 'P1D'],
    ['/stages/manager/expireAfter', 'P1M'],
    ['/stages/manager/expireAfter', 'P400D'],
    ['/stages/manager/expireAfter', 'PT0S'],
    ['/stages/manager/approvers/0', 'Manager@example.com'],
    ['/stages/manager/approvers/0', 'nobody'],
    ['/stages/finance/escalateTo', ['one@example.com']],
    ['/subjects/order/risks/export/0', 'customs'],
    ['/subjects/release/always/0', 'nobody'],
    ['/subjects/order/bands/EUR/1/upTo', 5],
    ['/subjects/order/bands/EUR/0/stages/0', 'nobody'],
    ['/stages/manager/delegateTo/0', 'Deputy@example.com'],
    ['/stages/compliance/expireAfter', 'P4D'],
    ['/stages/compliance/expireAfter', 'PT4000H'],
    ['/subjects/order/secondFactorAbove/JPY', undefined],
    ['/calendar/timeZone', 'Mars/Olympus'],
    ['/calendar/workingHours/monday/0', '17:00-09:00'],
    ['/calendar/workingHours/monday/0', '24:00-25:00'],
    ['/calendar/holidays/0', '2027-02-29'],
  ])('with %s = %j is refused there', (pointer, value) => {
    expect(() => checkApprovalPolicy(changed(pointer, value))).toThrow(expect.objectContaining({ pointer }));
  });

  test.each([
    ['no currency may be left out', '/subjects/order/bands', { EUR: [{ stages: [] }] }],
    ['the last band is open', '/subjects/order/bands/EUR', [{ upTo: 5, stages: [] }]],
    ['nobody is named twice', '/stages/finance/approvers', ['a@x.y', 'a@x.y']],
    ['two things do not happen at once', '/stages/manager/remindAfter', ['P2D']],
    ['business hours have a calendar', '/calendar', undefined],
    ['the calendar has an hour', '/calendar/workingHours', { monday: [] }],
  ])('is refused where %s', (_, path, value) => {
    expect(() => checkApprovalPolicy(changed(path, value))).toThrow(
      expect.objectContaining({ name: 'InvalidDocumentError' }),
    );
  });

  test.each([
    ['/stages/manager/surprise', true],
    ['/stages/manager/approvers', []],
    ['/stages/manager/required', 1.5],
    ['/stages/manager/expireAfter', 'three days'],
    ['/subjects/order/bands/EUR/0/upTo', -1],
    ['/surprise', 1],
    ['/stages/manager/businessHours', 'yes'],
    ['/calendar/workingHours/monday/0', '9-17'],
    ['/calendar/workingHours/someday', []],
    ['/subjects/order/secondFactorAbove/EUR', -1],
  ])('with %s = %j is refused by its schema', (path, value) => {
    expect(valid({ ...changed(path, value) })).toBe(false);
  });
});

describe('the input of a sign-off', () => {
  const subject = { type: 'release', id: 'v2', version: 1, title: 'Release v2', requestedBy: 'dev@example.com' };
  const { stages } = planSignOff(policy, { type: 'release', requestedBy: 'dev@example.com' });
  const [stage] = stages;

  test('gets its plan from the policy where it brings none', () => {
    expect(parseSignOffRequest({ subject, AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'x' }, policy)).toEqual({
      subject,
      plan: { stages },
      failUnlessApproved: false,
    });
  });

  test('keeps the plan that it brings', () => {
    const { stages: strict } = planSignOff(policy, order(6_000_000, { risk: ['export'] }));
    const plan = { stages: [{ ...stage, name: 'mine' }, ...strict], needsCode: true };
    expect(parseSignOffRequest({ subject, plan }, policy).plan).toEqual(plan);
  });

  test.each([
    ['nothing', undefined, '/subject'],
    ['no title', { subject: { ...subject, title: '' } }, '/subject/title'],
    ...['dev@example.com ', 'Dev <dev@example.com>', 'dev'].map((requestedBy): [string, object, string] => [
      `"${requestedBy}" as the requester, who could not be told from an approver`,
      { subject: { ...subject, requestedBy } },
      '/subject/requestedBy',
    ]),
    ['an unknown field', { subject: { ...subject, extra: 1 } }, '/subject/extra'],
    ['an amount without currency', { subject: { ...subject, amount: 1 } }, '/subject/currency'],
    ['a line without text', { subject: { ...subject, lines: [{}] } }, '/subject/lines/0/text'],
    ['a plan without stages', { subject, plan: {} }, '/plan/stages'],
    [
      'more approvals than approvers',
      { subject, plan: { stages: [{ ...stage, required: 2 }] } },
      '/plan/stages/0/required',
    ],
    [
      'a plan that never expires',
      { subject, plan: { stages: [{ ...stage, ticks: [{ waitSeconds: 1, action: 'remind' }] }] } },
      '/plan/stages/0/ticks/0/action',
    ],
    ['a stage twice', { subject, plan: { stages: [stage, stage] } }, '/plan/stages'],
    ['a flag in quotes', { subject, failUnlessApproved: 'true' }, '/failUnlessApproved'],
    ['a code in quotes', { subject, plan: { stages: [], needsCode: 'true' } }, '/plan/needsCode'],
    [
      'a calendar without a zone',
      { subject, plan: { stages: [{ ...stage, calendar: { workingHours: {} } }] } },
      '/plan/stages/0/calendar/timeZone',
    ],
    [
      'a calendar that never opens',
      { subject, plan: { stages: [{ ...stage, calendar: { timeZone: 'UTC', workingHours: {} } }] } },
      '/plan/stages/0/calendar/workingHours',
    ],
    [
      'a colleague without an address',
      { subject, plan: { stages: [{ ...stage, delegateTo: ['deputy'] }] } },
      '/plan/stages/0/delegateTo/0',
    ],
  ])('with %s is refused there', (_, input, pointer) => {
    expect(() => parseSignOffRequest(input, policy)).toThrow(expect.objectContaining({ pointer }));
  });
});
