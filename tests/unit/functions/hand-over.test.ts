import { beforeEach, describe, expect, test } from '@jest/globals';
import { findAuditBreaks } from '../../../domain/audit-chain.ts';
import { linkIn } from '../../statemachines/browser.ts';
import { type ApprovalWorld, approvalWorld, HOSTILE, HOUR, START, stage } from './approval-world.ts';

const MANAGER = 'manager@example.com';
const DEPUTY = 'deputy@example.com';
const delegateTo = [DEPUTY, 'second@example.com', 'alice@example.com', 'boss@example.com'];
const plan = { stages: [stage('manager', [MANAGER], { delegateTo })] };
const operator = { by: 'ops@example.com' };

let world: ApprovalWorld;
let link: string;
beforeEach(async () => {
  world = await approvalWorld(plan);
  link = (await world.ask())[0]?.link ?? '';
});

const handOver = (to: string, url = link) => world.submit(world.handOver, url, { to });
const newestLink = () => linkIn(world.mailer.sent.at(-1)?.text ?? '');

describe('a decision is not handed over', () => {
  test.each([
    ['somebody who is not on the list', 'stranger@example.com'],
    ['the requester, list or not', 'alice@example.com'],
    ['oneself', MANAGER],
    ['nobody', ''],
    ['somebody on the list in other letters', 'Deputy@example.com'],
    ['markup', HOSTILE],
  ])('to %s, and the link stays', async (_, to) => {
    const before = await world.stored();
    expect((await handOver(to)).statusCode).toBe(400);
    expect(await world.stored()).toBe(before);
    expect((await world.web.press(link, 'approve')).statusCode).toBe(200);
  });

  test('to who is asked in the stage already, or has decided there', async () => {
    const stages = [stage('manager', [MANAGER, DEPUTY, 'second@example.com'], { required: 2, delegateTo })];
    world = await approvalWorld({ stages });
    const [first, second] = await world.ask();
    expect((await handOver('second@example.com', first?.link)).statusCode).toBe(400);
    await world.web.press(second?.link ?? '', 'approve');
    expect((await handOver(DEPUTY, first?.link)).statusCode).toBe(400);
  });

  test('from a form of another browser, with a field too many, or without one', async () => {
    expect((await world.submit(world.handOver, link, { to: DEPUTY, nonce: '0'.repeat(64) })).statusCode).toBe(403);
    expect((await world.submit(world.handOver, link, { to: DEPUTY, x: '' })).statusCode).toBe(400);
    expect((await world.submit(world.handOver, link, {})).statusCode).toBe(400);
    expect(world.mailer.sent).toHaveLength(1);
  });

  test('after the expiry, or once it was taken', async () => {
    world.clock.at = START + 2 * HOUR;
    expect((await handOver(DEPUTY)).statusCode).toBe(404);
    world.clock.at = START;
    await world.web.press(link, 'approve');
    expect((await handOver(DEPUTY)).statusCode).toBe(409);
  });

  test('and taken at the same time: one of both happens', async () => {
    const [given, taken] = await Promise.all([handOver(DEPUTY), world.web.press(link, 'approve')]);
    const [row] = (await world.audit()).filter(({ what }) => what === 'handed-over' || what === 'decided');
    expect([given.statusCode === 200, taken.statusCode === 200]).toEqual(
      row?.what === 'handed-over' ? [true, false] : [false, true],
    );
  });

  test('twice: of fifty at the same time one succeeds, and one colleague is mailed', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => handOver(index % 2 ? DEPUTY : 'second@example.com')),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200, 404]));
    expect(world.mailer.sent).toHaveLength(2);
  });
});

describe('a decision that is handed over', () => {
  test('is the colleague’s: the old link is dead, the new one decides', async () => {
    const page = await handOver(DEPUTY);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain(`<strong>${DEPUTY}</strong> decides`);
    expect(world.mailer.sent.at(-1)).toMatchObject({
      to: DEPUTY,
      subject: expect.stringMatching(/^Handed over to you/),
    });
    expect((await world.web.open(link)).statusCode).toBe(404);
    expect((await world.web.open(newestLink())).body).toContain(`${MANAGER} handed it over to you.`);
    expect((await world.web.press(newestLink(), 'approve')).statusCode).toBe(200);
    expect(world.told[0]?.output).toMatchObject({ outcome: 'approved', decidedBy: [DEPUTY] });
  });

  test('has both names in one row of the audit, and the link that was used', async () => {
    await handOver(DEPUTY);
    const rows = await world.audit();
    expect(rows.at(-1)).toMatchObject({
      what: 'handed-over',
      by: MANAGER,
      from: MANAGER,
      addresses: [DEPUTY],
      linkHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(findAuditBreaks(rows)).toEqual([]);
  });

  test('comes with the reminders from then on, and goes on with the escalation', async () => {
    await handOver(DEPUTY);
    expect((await world.ask('remind')).map(({ to }) => to)).toEqual([DEPUTY]);
    expect((await world.ask('escalate')).map(({ to }) => to)).toEqual(['boss@example.com']);
  });

  test('can come back, by a new link only', async () => {
    world = await approvalWorld({ stages: [stage('manager', [MANAGER], { delegateTo: [DEPUTY, MANAGER] })] });
    link = (await world.ask())[0]?.link ?? '';
    await handOver(DEPUTY);
    expect((await handOver(MANAGER, newestLink())).statusCode).toBe(200);
    expect((await world.web.open(link)).statusCode).toBe(404);
    expect((await world.web.press(newestLink(), 'reject')).statusCode).toBe(200);
  });

  test('stays so when the mail cannot be sent: that is said, and the reminder asks', async () => {
    world.mailer.send = async () => Promise.reject(new Error('no mail today'));
    const page = await handOver(DEPUTY);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('could not be sent');
    expect(world.lost).toEqual([world.approvalId]);
  });
});

describe('an operator', () => {
  test('gives a decision to a colleague: the old link dies, and the audit says who did it', async () => {
    const done = await world.operate(world.reassign, { from: MANAGER, to: DEPUTY, ...operator });
    expect(done).toEqual({ status: 200, body: { approvalId: world.approvalId, waitingFor: [DEPUTY], mailed: DEPUTY } });
    expect((await world.web.open(link)).statusCode).toBe(404);
    expect((await world.audit()).at(-1)).toMatchObject({
      ...{ what: 'reassigned', by: 'ops@example.com', client: 'key-1', from: MANAGER, addresses: [DEPUTY] },
    });
    expect((await world.web.press(newestLink(), 'approve')).statusCode).toBe(200);
  });

  test('has a mail sent again, with a new link: the earlier ones die', async () => {
    const done = await world.operate(world.resend, { to: MANAGER, ...operator });
    expect(done).toMatchObject({ status: 200, body: { mailed: MANAGER } });
    expect((await world.web.open(link)).statusCode).toBe(404);
    expect((await world.audit()).at(-1)).toMatchObject({ what: 'resent', by: 'ops@example.com', addresses: [MANAGER] });
    expect((await world.web.press(newestLink(), 'approve')).statusCode).toBe(200);
  });

  test('withdraws a question, whatever it is about: the link dies and the state machine learns of it', async () => {
    const done = await world.operate(world.withdraw, operator);
    expect(done).toEqual({ status: 200, body: { approvalId: world.approvalId, status: 'withdrawn' } });
    expect(world.told).toMatchObject([{ token: 'token-0', output: { outcome: 'withdrawn', decidedBy: [] } }]);
    expect((await world.audit()).at(-1)).toMatchObject({ what: 'closed', outcome: 'withdrawn', ...operator });
    expect((await world.web.open(link)).statusCode).toBe(404);
    expect((await world.operate(world.withdraw, operator)).status).toBe(200);
    expect(world.told).toHaveLength(1);
  });

  test('who withdraws while the state machine cannot be told is told so in the log, and it finds out later', async () => {
    world.callback.succeed = async () => Promise.reject(new Error('throttled'));
    expect((await world.operate(world.withdraw, operator)).status).toBe(200);
    expect(world.lost).toEqual([world.approvalId]);
  });

  test.each([
    ['to a stranger', { from: MANAGER, to: 'stranger@example.com' }, 422, '/problems/colleague-not-allowed'],
    ['to the requester', { from: MANAGER, to: 'alice@example.com' }, 422, '/problems/colleague-not-allowed'],
    ['of somebody who is not asked', { from: 'x@example.com', to: DEPUTY }, 422, '/problems/not-an-approver'],
    ['of nobody', { to: DEPUTY }, 400, '/problems/malformed-request'],
    ['to what is no address', { from: MANAGER, to: 'deputy' }, 400, '/problems/malformed-request'],
    ['with a field too many', { from: MANAGER, to: DEPUTY, force: true }, 400, '/problems/malformed-request'],
    ['in no JSON', '{', 400, '/problems/malformed-request'],
  ])('cannot reassign %s', async (_, body, status, type) => {
    const before = await world.stored();
    const sent = typeof body === 'string' ? body : { ...body, ...operator };
    expect(await world.operate(world.reassign, sent)).toMatchObject({ status, body: { type } });
    expect(await world.stored()).toBe(before);
  });

  test('cannot do any of it without a name, about what is not there, or has ended', async () => {
    const { reassign, resend, withdraw } = world;
    const bodies = [
      [reassign, { from: MANAGER, to: DEPUTY }],
      [resend, { to: MANAGER }],
      [withdraw, {}],
    ] as const;
    for (const [endpoint, body] of bodies) {
      expect((await world.operate(endpoint, body)).status).toBe(400);
      expect((await world.operate(endpoint, { ...body, ...operator }, `apr_${'0'.repeat(32)}`)).status).toBe(404);
      expect((await world.operate(endpoint, { ...body, ...operator }, 'nonsense')).status).toBe(404);
    }
    await world.web.press(link, 'approve');
    for (const [endpoint, body] of bodies) {
      const answer = await world.operate(endpoint, { ...body, ...operator });
      expect(answer).toMatchObject({ status: 409, body: { type: '/problems/approval-not-open' } });
    }
  });
});
