import { afterAll, describe, expect, test } from '@jest/globals';
import type { Json } from '../../local/stepfunctions/asl/json.ts';
import { coverageOf } from './coverage.ts';
import { type Call, NOON, type Reply, type Run, runMachine } from './machine-run.ts';

const DAY = 86_400;
const TICKS = [
  { waitSeconds: DAY, action: 'remind' },
  { waitSeconds: DAY, action: 'escalate' },
  { waitSeconds: DAY, action: 'expire' },
];
const OPENED = { approvalId: 'apr_1', ticks: TICKS, failUnlessApproved: false };
const decision = (outcome: string, stage = 0, decidedBy = ['manager@example.com']): Reply => ({
  output: {
    ...{ approvalId: 'apr_1', outcome, stage, decidedBy, decidedAt: 'T', subjectHash: 'h' },
    ...(outcome === 'stage-approved' && { ticks: [{ waitSeconds: 60, action: 'expire' }] }),
  },
});

type Script = Readonly<Record<string, Reply | ((call: Call) => Reply)>>;

const USUAL: Script = { 'Open approval': { output: OPENED }, 'Tell approvers': { output: { told: [] } } };

const runs: Run[] = [];

async function run(script: Script): Promise<Run> {
  const done = await runMachine(
    'sign-off',
    { subject: { type: 'order' } },
    {
      reply: (call) => {
        const reply = script[call.state] ?? USUAL[call.state];
        if (!reply) throw new Error(`${call.state} is not scripted`);
        return typeof reply === 'function' ? reply(call) : reply;
      },
    },
  );
  runs.push(done);
  return done;
}

const payloads = ({ calls }: Run, state: string) =>
  calls
    .filter((call) => call.state === state)
    // For the log only.
    .map(({ parameters: { Payload } }) => withoutExecution(Payload as Record<string, Json>));
const withoutExecution = ({ executionId: _, ...others }: Record<string, Json>) => others;
const questions = (done: Run) => payloads(done, 'Ask approvers').map(({ stage, tick, why }) => [stage, tick, why]);

describe('a sign-off', () => {
  test('ends with the decision that comes back, in six transitions for one approver', async () => {
    const done = await run({ 'Ask approvers': decision('approved') });
    expect(done).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'approved', decidedBy: ['manager@example.com'] },
    });
    expect(done.states).toEqual([
      'Open approval',
      'Ask approvers',
      'Decided?',
      'Tell approvers',
      'How did it end?',
      'Approved',
    ]);
  });

  test('opens one approval per execution, at the time of its start', async () => {
    const done = await run({ 'Ask approvers': decision('rejected') });
    expect(done.states.at(-1)).toBe('Rejected');
    expect(payloads(done, 'Open approval')).toEqual([
      {
        request: { subject: { type: 'order' } },
        execution: 'arn:aws:states:eu-central-1:123456789012:execution:sign-off:run',
        at: new Date(NOON).toISOString(),
      },
    ]);
  });

  test('that nobody has to give is given at once', async () => {
    const done = await run({ 'Open approval': { error: 'NoSignOffNeededError' } });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'approved', decidedBy: [] } });
  });

  test('of something malformed fails by its name', async () => {
    const done = await run({ 'Open approval': { error: 'InvalidDocumentError' } });
    expect(done).toMatchObject({ status: 'FAILED', error: 'InvalidDocumentError' });
  });

  test('goes on to the next stage, whose time starts anew', async () => {
    const done = await run({
      'Ask approvers': ({ count }) => (count === 1 ? decision('stage-approved') : decision('approved', 1)),
    });
    expect(questions(done)).toEqual([
      [0, 0, 'ask'],
      [1, 0, 'ask'],
    ]);
    expect(done.states.at(-1)).toBe('Approved');
  });

  test('keeps the time of the next stage as it came with the decision', async () => {
    const done = await run({
      'Ask approvers': ({ count }) => (count === 1 ? decision('stage-approved') : 'silence'),
      'Settle approval': decision('expired', 1),
    });
    expect(done.states.at(-1)).toBe('Expired');
    expect(done.endedAt - done.startedAt).toBe(60_000);
  });
});

describe('for who looks at nothing but whether it succeeded', () => {
  const opened = { 'Open approval': { output: { ...OPENED, failUnlessApproved: true } } };

  test('it succeeds only when approved', async () => {
    const done = await run({ ...opened, 'Ask approvers': decision('approved') });
    expect(done.status).toBe('SUCCEEDED');
  });

  test.each([
    ['rejected', ['manager@example.com'], 'The sign-off ended as rejected, by manager@example.com.'],
    ['withdrawn', [], 'The sign-off ended as withdrawn.'],
  ])('it fails by name when %s, after everyone was told', async (outcome, decidedBy, cause) => {
    const done = await run({ ...opened, 'Ask approvers': decision(outcome, 0, decidedBy) });
    expect(done).toMatchObject({ status: 'FAILED', error: 'NotApprovedError', cause });
    expect(done.states).toContain('Tell approvers');
  });

  test('it fails when nobody decided', async () => {
    const done = await run({ ...opened, 'Ask approvers': 'silence', 'Settle approval': decision('expired', 0, []) });
    expect(done).toMatchObject({ status: 'FAILED', error: 'NotApprovedError' });
  });
});

describe('while nobody decides', () => {
  test('approvers are reminded, then others asked, then it expires', async () => {
    const done = await run({ 'Ask approvers': 'silence', 'Settle approval': decision('expired') });
    expect(questions(done)).toEqual([
      [0, 0, 'ask'],
      [0, 1, 'remind'],
      [0, 2, 'escalate'],
    ]);
    expect(payloads(done, 'Settle approval')).toEqual([{ approvalId: 'apr_1', stage: 0, close: 'expired' }]);
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'expired' } });
    expect(done.endedAt - done.startedAt).toBe(3 * DAY * 1_000);
  });

  test('every question has a task token of its own, and no other call has one', async () => {
    const done = await run({ 'Ask approvers': 'silence', 'Settle approval': decision('expired') });
    const tokens = payloads(done, 'Ask approvers').map(({ taskToken }) => taskToken);
    expect(new Set(tokens).size).toBe(3);
    expect(JSON.stringify(payloads(done, 'Settle approval'))).not.toContain('oken');
  });

  test('a decision after a reminder counts', async () => {
    const done = await run({ 'Ask approvers': ({ count }) => (count === 1 ? 'silence' : decision('approved')) });
    expect(done.states).toEqual([
      'Open approval',
      'Ask approvers',
      'What is due?',
      'Ask approvers',
      'Decided?',
      'Tell approvers',
      'How did it end?',
      'Approved',
    ]);
  });

  test('a decision whose news was lost is found at the next tick', async () => {
    const done = await run({
      'Ask approvers': ({ count }) => (count === 1 ? 'silence' : { error: 'ApprovalDecidedError' }),
      'Settle approval': decision('rejected'),
    });
    expect(payloads(done, 'Settle approval')).toEqual([{ approvalId: 'apr_1', stage: 0, close: null }]);
    expect(done.states.at(-1)).toBe('Rejected');
  });

  test('a stage whose approval was lost is found, and the next one asked', async () => {
    const done = await run({
      'Ask approvers': ({ count }) => (count === 1 ? { error: 'ApprovalDecidedError' } : decision('approved', 1)),
      'Settle approval': decision('stage-approved'),
    });
    expect(questions(done).at(-1)).toEqual([1, 0, 'ask']);
  });

  test('a decision in the last moment counts, not the expiry', async () => {
    const done = await run({ 'Ask approvers': 'silence', 'Settle approval': decision('approved') });
    expect(done.states.at(-1)).toBe('Approved');
  });

  test('what was closed from outside ends as withdrawn', async () => {
    const done = await run({
      'Ask approvers': { error: 'ApprovalDecidedError' },
      'Settle approval': decision('withdrawn'),
    });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'withdrawn' } });
  });
});

describe('when it is over', () => {
  test('everyone who was asked is told', async () => {
    const done = await run({ 'Ask approvers': decision('approved') });
    expect(payloads(done, 'Tell approvers')).toEqual([{ approvalId: 'apr_1' }]);
  });

  test('the decision stands, even if nobody can be told', async () => {
    const done = await run({ 'Ask approvers': decision('rejected'), 'Tell approvers': { error: 'MailNotSentError' } });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'rejected' } });
  });
});

describe('when asking fails', () => {
  test('a mail that cannot be sent now is sent later', async () => {
    const done = await run({
      'Ask approvers': ({ count }) => (count < 4 ? { error: 'MailNotSentError' } : decision('approved')),
    });
    expect(done.states.at(-1)).toBe('Approved');
  });

  test('for good, the approval is withdrawn first, so that no link decides what nobody waits for', async () => {
    const done = await run({ 'Ask approvers': { error: 'TypeError' }, 'Withdraw approval': decision('withdrawn') });
    expect(payloads(done, 'Withdraw approval')).toEqual([{ approvalId: 'apr_1', stage: 0, close: 'withdrawn' }]);
    expect(done).toMatchObject({ status: 'FAILED', error: 'SignOffFailedError', cause: 'TypeError' });
  });

  test('and withdrawing fails as well, it fails all the same', async () => {
    const done = await run({ 'Ask approvers': { error: 'TypeError' }, 'Withdraw approval': { error: 'TypeError' } });
    expect(done.error).toBe('SignOffFailedError');
  });

  test('a record that cannot be read at the end is withdrawn too', async () => {
    const done = await run({
      'Ask approvers': { error: 'ApprovalDecidedError' },
      'Settle approval': { error: 'TypeError' },
      'Withdraw approval': decision('withdrawn'),
    });
    expect(done.error).toBe('SignOffFailedError');
  });
});

afterAll(() => {
  const { summary, ...missed } = coverageOf('sign-off', runs);
  process.stdout.write(`${summary}\n`);
  expect(missed).toEqual({ missedStates: [], missedTransitions: [] });
});
