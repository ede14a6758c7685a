import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { newSecret } from '../../../adapters/system.ts';
import { showApproval } from '../../../functions/show-approval/show-approval.ts';
import { httpEvent, linkIn } from '../../statemachines/browser.ts';
import { type ApprovalWorld, approvalWorld, HOUR, ONE, START, stage, TWO_OF_THREE } from './approval-world.ts';

let world: ApprovalWorld;
let link: string;
beforeEach(async () => {
  world = await approvalWorld();
  link = (await world.ask())[0]?.link ?? '';
});

describe('looking at the page', () => {
  test('changes nothing, however often and by whatever method', async () => {
    const before = await world.stored();
    for (let visit = 1; visit <= 3; visit++) expect((await world.web.open(link)).statusCode).toBe(200);
    const { approvalId, link: secret } = world.web.parse(link);
    const show = showApproval({ approvals: world.approvals, clock: () => world.clock.at, newSecret, secure: true });
    const head = await show(
      httpEvent({ httpMethod: 'HEAD', pathParameters: { approvalId }, queryStringParameters: { link: secret } }),
    );
    expect(head).toMatchObject({ statusCode: 200, body: '' });
    expect(await world.stored()).toBe(before);
    expect(world.told).toEqual([]);
    expect(await world.approvals.audit(approvalId)).toHaveLength(2);
  });

  test('shows what is signed, with all text escaped', async () => {
    const { body } = await world.web.open(link);
    for (const part of [
      'Order over 1,200.00 EUR',
      'alice@example.com',
      'ord_1, version 3',
      'export',
      'manager@example.com',
    ]) {
      expect(body).toContain(part);
    }
    expect(body).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;quotes&#39;');
    expect(body).not.toContain('<script');
    expect(body).not.toContain('token-');
  });

  test('has no script, loads nothing, and is kept by nobody', async () => {
    const { body, headers } = await world.web.open(link);
    const style = /<style>([\s\S]*)<\/style>/.exec(body)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers).toMatchObject({
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
      'X-Content-Type-Options': 'nosniff',
      'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
    });
    expect(body).not.toMatch(/<script|<img|<link|http:|style="/);
  });

  test('sets a cookie that no other site can use, and keeps the one that is there', async () => {
    const page = await world.web.open(link);
    expect(page.headers?.['Set-Cookie']).toMatch(
      /^approval-nonce=[\w-]{43}; Max-Age=3600; HttpOnly; SameSite=Strict; Secure$/,
    );
    const { cookie } = world.web.formOf(page);
    const again = await world.web.open(link, { cookie: `other=1; ${cookie}` });
    expect(world.web.formOf(again)).toEqual(world.web.formOf(page));
  });

  test('works over plain HTTP on one’s own machine, without Secure and HSTS', async () => {
    const local = await approvalWorld(ONE, false);
    const [mail] = await local.ask();
    const { headers } = await local.web.open(mail?.link ?? '');
    expect(headers?.['Set-Cookie']).not.toContain('Secure');
    expect(headers).not.toHaveProperty('Strict-Transport-Security');
  });
});

describe('the page', () => {
  const stages = [
    stage('compliance', ['law@example.com']),
    stage('finance', ['a@example.com', 'b@example.com', "o'c&d@example.com"], { required: 2 }),
    stage('board', ['chair@example.com'], { title: '<b>board' }),
  ];

  test('shows how far it is, what others decided before and beside the reader, and what comes', async () => {
    const three = await approvalWorld({ stages });
    const [law] = await three.ask();
    await three.web.press(law?.link ?? '', 'approve');
    const [first, second] = await three.ask('ask', 'token', 1);
    await three.web.press(first?.link ?? '', 'approve');
    const { body } = await three.web.open(second?.link ?? '');
    for (const part of [
      '<strong>compliance</strong> <span class="count">1 of 1 approved</span>',
      'law@example.com approved, <span class="when">2026-11-22 12:00 UTC</span>',
      '<strong>finance</strong> <span class="count">1 of 2 approved</span>',
      'a@example.com approved, <span class="when">2026-11-22 12:00 UTC</span>',
      'b@example.com (you) has still to decide',
      'o&#39;c&amp;d@example.com has still to decide',
      '<strong>&lt;b&gt;board</strong> <span class="count">0 of 1 approved</span>',
    ]) {
      expect(body).toContain(part);
    }
    expect(body).not.toContain('chair@example.com');
  });

  test('of who rejected says so, and asks nobody any more', async () => {
    const two = await approvalWorld(TWO_OF_THREE);
    const [first] = await two.ask();
    await two.web.press(first?.link ?? '', 'reject');
    const { body } = await two.web.open(first?.link ?? '');
    expect(body).toContain('<span class="count">rejected</span>');
    expect(body).not.toContain('has still to decide');
  });

  test('offers to hand over where there is a colleague, and nowhere else', async () => {
    expect((await world.web.open(link)).body).not.toContain('Hand over');
    const delegateTo = ['deputy@example.com', 'manager@example.com', 'alice@example.com'];
    const other = await approvalWorld({ stages: [stage('manager', ['manager@example.com'], { delegateTo })] });
    const [mail] = await other.ask();
    const { body } = await other.web.open(mail?.link ?? '');
    expect(body.match(/<option>.*<\/option>/g)).toEqual(['<option>deputy@example.com</option>']);
  });
});

describe('a refusal', () => {
  test('is the same for what is unknown, tampered with, superseded, expired or closed', async () => {
    const { approvalId, link: secret } = world.web.parse(link);
    const refusals = [
      await world.web.open(`/approvals/apr_none?link=${secret}`),
      await world.web.open(`/approvals/${approvalId}?link=`),
      await world.web.open(`/approvals/${approvalId}?link=${secret}x`),
      await world.web.open(`/approvals/${approvalId}?link=${'A'.repeat(43)}`),
    ];
    await world.ask('escalate');
    refusals.push(await world.web.open(link));
    world.clock.at = START + 2 * HOUR;
    const [late] = world.mailer.sent.slice(-1).map(({ text }) => linkIn(text));
    refusals.push(await world.web.open(late ?? ''));
    const forms = [
      ...[link, late ?? ''].map((url) => world.submit(world.decide, url, { decision: 'approve' })),
      ...[link, late ?? ''].map((url) => world.submit(world.handOver, url, { to: 'deputy@example.com' })),
      ...[link, late ?? ''].map((url) => world.submit(world.sendCode, url, {})),
    ];
    refusals.push(...(await Promise.all(forms)));
    expect(new Set(refusals.map(({ statusCode }) => statusCode))).toEqual(new Set([404]));
    expect(new Set(refusals.map(({ body }) => body)).size).toBe(1);
    expect(refusals[0]?.body).not.toContain(approvalId);
  });

  test('is what a colleague’s link gets once the approval is closed', async () => {
    const two = await approvalWorld(TWO_OF_THREE);
    const links = (await two.ask()).map((mail) => mail.link) as [string, string, string];
    await two.web.press(links[0], 'reject');
    expect((await two.web.open(links[1])).statusCode).toBe(404);
    expect((await two.web.open(links[0])).statusCode).toBe(200);
  });
});

describe('a decision', () => {
  test('is recorded with who, when, which link and what was shown, and then the state machine is told', async () => {
    const page = await world.web.press(link, 'approve');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('<h1>Approved</h1>');
    const rows = await world.approvals.audit(world.approvalId);
    const { link: secret } = world.web.parse(link);
    expect(rows.at(-1)).toMatchObject({
      what: 'decided',
      by: 'manager@example.com',
      decision: 'approve',
      outcome: 'approved',
      at: '2026-11-22T12:00:00.000Z',
      linkHash: createHash('sha256').update(secret).digest('hex'),
      previousHash: rows.at(-2)?.hash,
    });
    expect(world.told).toEqual([
      {
        token: 'token-0',
        output: {
          approvalId: world.approvalId,
          outcome: 'approved',
          stage: 0,
          subjectHash: rows.at(-1)?.subjectHash,
          decidedBy: ['manager@example.com'],
          decidedAt: '2026-11-22T12:00:00.000Z',
        },
      },
    ]);
  });

  test('keeps no secret: neither the record nor the audit holds what opens the page', async () => {
    await world.web.press(link, 'approve');
    const { link: secret } = world.web.parse(link);
    const everything = (await world.stored()) + JSON.stringify(await world.approvals.audit(world.approvalId));
    expect(everything).not.toContain(secret);
  });

  test('is shown to who took it, on every later click', async () => {
    await world.web.press(link, 'reject');
    const page = await world.web.open(link);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('<strong>manager@example.com</strong> rejected this on 2026-11-22 12:00 UTC.');
    expect(page.body).not.toContain('<form');
  });

  test('is taken once: of fifty at the same time one gets 200 and forty-nine get 409', async () => {
    const { approvalId } = world.web.parse(link);
    const { fields, cookie } = world.web.formOf(await world.web.open(link));
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => world.web.send(approvalId, { ...fields, decision: 'approve' }, cookie)),
    );
    const count = (status: number) => answers.filter(({ statusCode }) => statusCode === status).length;
    expect([count(200), count(409)]).toEqual([1, 49]);
    expect(world.told).toHaveLength(1);
    expect(answers.find(({ statusCode }) => statusCode === 409)?.body).toContain('Already approved');
  });

  test.each(['Approve', 'approve ', 'approve,reject', '', 'delete'])(
    '"%s" is none, and uses up nothing',
    async (decision) => {
      const before = await world.stored();
      expect((await world.web.press(link, decision)).statusCode).toBe(400);
      expect(await world.stored()).toBe(before);
      expect((await world.web.press(link, 'approve')).statusCode).toBe(200);
    },
  );

  test('is not taken from a form that another browser, another page or another site made', async () => {
    const { approvalId } = world.web.parse(link);
    const { fields, cookie } = world.web.formOf(await world.web.open(link));
    const decision = { decision: 'approve' };
    const attempts = [
      world.web.send(approvalId, { ...fields, ...decision }, ''),
      world.web.send(approvalId, { ...fields, ...decision }, `approval-nonce=${newSecret()}`),
      world.web.send(approvalId, { link: fields.link ?? '', ...decision }, cookie),
      world.web.send(approvalId, { ...fields, nonce: '0'.repeat(64), ...decision }, cookie),
      world.web.send('apr_other', { ...fields, ...decision }, cookie),
    ];
    for (const attempt of attempts) expect((await attempt).statusCode).toBe(403);
    expect(world.told).toEqual([]);
  });

  test('is not taken from what is no form', async () => {
    const { approvalId } = world.web.parse(link);
    const pathParameters = { approvalId };
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const bodies = [
      { body: '{"decision":"approve"}', headers: { 'content-type': 'application/json' } },
      { body: null, headers: form },
      { body: 'decision=approve&decision=reject', headers: form },
      { body: Buffer.from([0x64, 0x3d, 0xff]).toString('base64'), isBase64Encoded: true, headers: form },
      { body: `decision=approve&x=${'y'.repeat(70_000)}`, headers: form },
    ];
    for (const event of bodies) {
      expect((await world.decide(httpEvent({ httpMethod: 'POST', pathParameters, ...event }))).statusCode).toBe(400);
    }
  });

  test('is not taken from a form with a field that ours does not have, and uses up nothing', async () => {
    const { approvalId } = world.web.parse(link);
    const { fields, cookie } = world.web.formOf(await world.web.open(link));
    const before = await world.stored();
    // API Gateway puts U+FFFD where the body was not UTF-8.
    const extras: Record<string, string>[] = [{ x: '\uFFFD' }, { Decision: 'reject' }, { __proto__x: '' }];
    for (const more of extras) {
      const page = await world.web.send(approvalId, { ...fields, decision: 'approve', ...more }, cookie);
      expect(page.statusCode).toBe(400);
    }
    expect(await world.stored()).toBe(before);
  });

  test('in the last moment counts; after the expiry it does not, whatever the page showed before', async () => {
    const { approvalId } = world.web.parse(link);
    const { fields, cookie } = world.web.formOf(await world.web.open(link));
    world.clock.at = START + 2 * HOUR;
    const late = await world.web.send(approvalId, { ...fields, decision: 'approve' }, cookie);
    expect(late.statusCode).toBe(404);
    world.clock.at = START + 2 * HOUR - 1;
    expect((await world.web.press(link, 'approve')).statusCode).toBe(200);
  });

  test('an attempt to ask that was overtaken by the next one changes nothing: nobody waits for its token', async () => {
    await world.ask('ask', 'second token', 0, '2026-11-22T12:00:00.000Z 1');
    const before = await world.stored();
    const late = world.ask('ask', 'first token', 0, '2026-11-22T12:00:00.000Z 0');
    await expect(late).rejects.toMatchObject({ name: 'QuestionOvertakenError' });
    expect(await world.stored()).toBe(before);
  });

  test('by the link of an older mail counts as long as the approval is open', async () => {
    await world.ask('remind', 'second token');
    expect((await world.web.press(link, 'approve')).statusCode).toBe(200);
    expect(world.told[0]?.token).toBe('second token');
  });

  test('by who was replaced is refused; by who replaced them it counts', async () => {
    const [next] = await world.ask('escalate');
    expect(next?.to).toBe('boss@example.com');
    expect((await world.web.open(link)).statusCode).toBe(404);
    expect((await world.web.press(next?.link ?? '', 'approve')).statusCode).toBe(200);
  });

  test('by the wrong approval’s link is refused', async () => {
    const other = await approvalWorld();
    const [mail] = await other.ask();
    const { link: secret } = other.web.parse(mail?.link ?? '');
    expect((await world.web.open(`/approvals/${world.approvalId}?link=${secret}`)).statusCode).toBe(404);
  });

  test('dies with a change of what is approved', async () => {
    const approval = await world.approvals.find(world.approvalId);
    if (!approval) throw new Error('lost');
    const subject = { ...approval.subject, amount: 1 };
    await world.approvals.save({ ...approval, subject, revision: approval.revision + 1 }, []);
    expect((await world.web.open(link)).statusCode).toBe(404);
  });

  test('stands when the state machine cannot be told: that is reported, and found later', async () => {
    world.callback.succeed = async () => {
      throw new Error('throttled');
    };
    expect((await world.web.press(link, 'approve')).statusCode).toBe(200);
    expect(world.lost).toEqual([world.approvalId]);
    expect((await world.approvals.find(world.approvalId))?.status).toBe('approved');
  });

  test('of one of two that are needed waits for the other, and tells nobody yet', async () => {
    const two = await approvalWorld(TWO_OF_THREE);
    const links = (await two.ask()).map((mail) => mail.link) as [string, string, string];
    expect((await two.web.press(links[0], 'approve')).body).toContain('Others have still to decide.');
    expect(two.told).toEqual([]);
    expect((await two.web.press(links[2], 'approve')).statusCode).toBe(200);
    expect(two.told[0]?.output).toMatchObject({ outcome: 'approved', decidedBy: ['a@example.com', 'c@example.com'] });
    expect((await two.web.press(links[1], 'approve')).statusCode).toBe(403);
  });

  test('of several at the same moment counts each once', async () => {
    const two = await approvalWorld(TWO_OF_THREE);
    const links = (await two.ask()).map((mail) => mail.link);
    const answers = await Promise.all(links.map((url) => two.web.press(url, 'approve')));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 200, 404]);
    expect(two.told).toHaveLength(1);
  });
});
