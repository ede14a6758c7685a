import { beforeEach, describe, expect, test } from '@jest/globals';
import { newSecret } from '../../../adapters/system.ts';
import { findAuditBreaks } from '../../../domain/audit-chain.ts';
import { linkIn } from '../../statemachines/browser.ts';
import { type ApprovalWorld, approvalWorld, ONE, START, stage, TWO_OF_THREE } from './approval-world.ts';

const MINUTE = 60_000;

let world: ApprovalWorld;
let link: string;
beforeEach(async () => {
  world = await approvalWorld({ ...ONE, needsCode: true });
  link = (await world.ask())[0]?.link ?? '';
});

/** @returns the code in the newest mail */
async function requestCode(of = world, url = link): Promise<string> {
  expect((await of.submit(of.sendCode, url, {})).statusCode).toBe(303);
  return /Code: (\d{4} \d{4})/.exec(of.mailer.sent.at(-1)?.text ?? '')?.[1] ?? '';
}
const decide = (code?: string, decision = 'approve', url = link) =>
  world.submit(world.decide, url, { decision, ...(code !== undefined && { code }) });
const another = (code: string) => String((Number(code.replace(' ', '')) + 1) % 1e8).padStart(8, '0');
const status = async () => (await world.approvals.find(world.approvalId))?.status;

describe('above the amount, the link alone', () => {
  test.each(['approve', 'reject'])('is not enough to %s', async (decision) => {
    const page = await decide(undefined, decision);
    expect(page.statusCode).toBe(403);
    expect(page.body).toContain('Nothing was decided');
    expect(await status()).toBe('open');
    expect(world.told).toEqual([]);
  });

  test('shows what is to be decided, and a button that mails a code, but none that decides', async () => {
    const { body } = await world.web.open(link);
    expect(body).toContain('Mail me a code');
    expect(body).not.toContain('value="approve"');
  });

  test('mails no code by being opened, however often', async () => {
    const before = await world.stored();
    for (let visit = 1; visit <= 3; visit++) await world.web.open(link);
    expect(await world.stored()).toBe(before);
    expect(world.mailer.sent).toHaveLength(1);
  });
});

describe('a code', () => {
  test('is not sent to who comes with another browser’s form, and not without a form', async () => {
    const { approvalId, link: secret } = world.web.parse(link);
    const { fields, cookie } = world.web.formOf(await world.web.open(link));
    expect(cookie).not.toBe('');
    const foreign = await world.submit(world.sendCode, link, { nonce: fields.nonce ?? '' });
    expect(foreign.statusCode).toBe(403);
    expect((await world.submit(world.sendCode, `/approvals/${approvalId}?link=${secret}`, { x: '' })).statusCode).toBe(
      400,
    );
    expect(world.mailer.sent).toHaveLength(1);
  });

  test('is not sent where none is needed: that is refused like a link that does not work', async () => {
    const plain = await approvalWorld();
    const [mail] = await plain.ask();
    expect((await plain.submit(plain.sendCode, mail?.link ?? '', {})).statusCode).toBe(404);
  });

  test('that is wrong decides nothing, and is counted', async () => {
    const code = await requestCode();
    const page = await decide(another(code));
    expect(page.statusCode).toBe(403);
    expect(page.body).toContain('the code is wrong');
    expect(page.body).toContain('for 4 tries');
    expect(await status()).toBe('open');
    expect((await world.audit()).at(-1)).toMatchObject({ what: 'code-refused', by: 'manager@example.com' });
  });

  test.each(['', '1234567', '123456789', 'abcdefgh', '１２３４５６７８'])(
    '"%s" cannot be one, and costs no try',
    async (typed) => {
      await requestCode();
      const before = await world.stored();
      expect((await decide(typed)).statusCode).toBe(403);
      expect(await world.stored()).toBe(before);
    },
  );

  test('is dead after five wrong ones, even the right one; a new one works', async () => {
    const code = await requestCode();
    for (let guess = 1; guess <= 5; guess++) await decide(another(code));
    const page = await decide(code);
    expect(page.statusCode).toBe(403);
    expect(page.body).toContain('A wrong code was typed too often');
    expect(await status()).toBe('open');
    world.clock.at += MINUTE;
    expect((await decide(await requestCode())).statusCode).toBe(200);
  });

  test('cannot be guessed more than five times by fifty at once', async () => {
    const code = await requestCode();
    const answers = await Promise.all(Array.from({ length: 50 }, () => decide(another(code))));
    expect(answers.filter(({ body }) => body.includes('the code is wrong'))).toHaveLength(5);
    expect(answers.every(({ statusCode }) => statusCode === 403 || statusCode === 503)).toBe(true);
    const rows = (await world.audit()).filter(({ what }) => what === 'code-refused');
    expect(rows).toHaveLength(5);
    expect((await decide(code)).statusCode).toBe(403);
  });

  test('is out of date after ten minutes, and good until then', async () => {
    const code = await requestCode();
    world.clock.at = START + 10 * MINUTE;
    const page = await decide(code);
    expect(page.statusCode).toBe(403);
    expect(page.body).toContain('out of date');
    world.clock.at = START + 10 * MINUTE - 1;
    expect((await decide(code)).statusCode).toBe(200);
  });

  test('is worth nothing once there is a newer one', async () => {
    const old = await requestCode();
    world.clock.at += MINUTE;
    const code = await requestCode();
    expect(code).not.toBe(old);
    expect((await decide(old)).statusCode).toBe(403);
    expect((await decide(code)).statusCode).toBe(200);
  });

  test('belongs to the link with which it was asked for', async () => {
    const code = await requestCode();
    const [reminder] = await world.ask('remind');
    expect((await decide(code, 'approve', reminder?.link)).statusCode).toBe(403);
    expect((await decide(code)).statusCode).toBe(200);
  });

  test('belongs to one approver', async () => {
    world = await approvalWorld({ ...TWO_OF_THREE, needsCode: true });
    const [first, second] = await world.ask();
    const code = await requestCode(world, first?.link);
    expect(world.mailer.sent.at(-1)?.to).toBe('a@example.com');
    expect((await decide(code, 'approve', second?.link)).statusCode).toBe(403);
    expect((await decide(code, 'approve', first?.link)).statusCode).toBe(200);
  });

  test('is mailed once a minute at most, and twenty times in all', async () => {
    await requestCode();
    const soon = await world.submit(world.sendCode, link, {});
    expect(soon.statusCode).toBe(429);
    expect(soon.body).toContain('from 12:01:00 UTC on');
    for (let mail = 2; mail <= 20; mail++) {
      world.clock.at += MINUTE;
      await requestCode();
    }
    world.clock.at += MINUTE;
    expect((await world.submit(world.sendCode, link, {})).statusCode).toBe(429);
    await world.operate(world.resend, { to: 'manager@example.com', by: 'ops@example.com' });
    expect(world.mailer.sent).toHaveLength(22);
  });

  test('of fifty that are asked for at once one is mailed', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => world.submit(world.sendCode, link, {})));
    expect(answers.filter(({ statusCode }) => statusCode === 303)).toHaveLength(1);
    expect(world.mailer.sent).toHaveLength(2);
  });

  test('is kept as something that is useless without the link', async () => {
    const code = (await requestCode()).replace(' ', '');
    const everything = (await world.stored()) + JSON.stringify(await world.audit());
    expect(everything).not.toContain(code);
    expect(everything).not.toContain(world.web.parse(link).link);
  });
});

describe('the right code', () => {
  test('is typed as it was mailed, or without the gap', async () => {
    expect((await decide((await requestCode()).replace(' ', ''))).statusCode).toBe(200);
  });

  test('decides once: of fifty at the same time one gets 200 and forty-nine get 409', async () => {
    const code = await requestCode();
    const answers = await Promise.all(Array.from({ length: 50 }, () => decide(code)));
    const count = (wanted: number) => answers.filter(({ statusCode }) => statusCode === wanted).length;
    expect([count(200), count(409)]).toEqual([1, 49]);
    expect(world.told).toHaveLength(1);
  });

  test('among forty-nine wrong ones at once decides, or the tries were used up: never both', async () => {
    const code = await requestCode();
    const guesses = Array.from({ length: 50 }, (_, index) => decide(index === 25 ? code : another(code)));
    const answers = await Promise.all(guesses);
    const decided = answers.some(({ statusCode }) => statusCode === 200);
    const wrong = (await world.audit()).filter(({ what }) => what === 'code-refused').length;
    expect(await status()).toBe(decided ? 'approved' : 'open');
    expect(decided ? wrong <= 4 : wrong === 5).toBe(true);
  });

  test('leads back to the page, which has the buttons then and says how long it is good', async () => {
    const sent = await world.submit(world.sendCode, link, {});
    const { approvalId, link: secret } = world.web.parse(link);
    expect(sent.headers?.Location).toBe(`../${approvalId}?link=${secret}`);
    const { body } = await world.web.open(link);
    expect(body).toContain('value="approve"');
    expect(body).toContain('until 12:10 UTC, for 5 tries');
    expect(body).toContain('autocomplete="one-time-code"');
  });

  test('leaves an audit that tells of every code and every try, in one chain', async () => {
    const code = await requestCode();
    await decide(another(code));
    await decide(code);
    const rows = await world.audit();
    expect(rows.map(({ what }) => what)).toEqual(['opened', 'asked', 'code-sent', 'code-refused', 'decided']);
    expect(findAuditBreaks(rows)).toEqual([]);
  });

  test('of a mail that could not be sent is asked for again a minute later', async () => {
    const { send } = world.mailer;
    world.mailer.send = async () => Promise.reject(new Error('no mail today'));
    await expect(world.submit(world.sendCode, link, {})).rejects.toThrow('no mail today');
    world.mailer.send = send;
    world.clock.at += MINUTE;
    expect((await decide(await requestCode())).statusCode).toBe(200);
  });
});

describe('handing over takes the code too', () => {
  const DEPUTY = 'deputy@example.com';
  const handOver = (code?: string) =>
    world.submit(world.handOver, link, { to: DEPUTY, ...(code !== undefined && { code }) });
  beforeEach(async () => {
    world = await approvalWorld({
      stages: [stage('manager', ['manager@example.com'], { delegateTo: [DEPUTY] })],
      needsCode: true,
    });
    link = (await world.ask())[0]?.link ?? '';
  });

  test('since who has a forwarded mail alone must not choose who decides', async () => {
    const page = await handOver();
    expect(page.statusCode).toBe(403);
    expect(page.body).toContain('Nothing was handed over');
    expect(world.mailer.sent).toHaveLength(1);
    expect((await world.web.open(link)).statusCode).toBe(200);
  });

  test('and wrong ones are counted together with those of deciding', async () => {
    const code = await requestCode();
    for (let tries = 1; tries <= 5; tries++) {
      const page = await (tries % 2 ? handOver(another(code)) : decide(another(code)));
      expect([page.statusCode, page.body.includes('code is wrong')]).toEqual([403, true]);
    }
    expect((await handOver(code)).statusCode).toBe(403);
    expect((await world.audit()).filter(({ what }) => what === 'code-refused')).toHaveLength(5);
  });

  test('with which the colleague gets a link, for which the code is worth nothing', async () => {
    const code = await requestCode();
    expect((await world.web.open(link)).body).toContain('name="code"');
    expect((await handOver(code)).statusCode).toBe(200);
    expect(world.mailer.sent.at(-1)?.to).toBe(DEPUTY);
    expect((await decide(code, 'approve', linkIn(world.mailer.sent.at(-1)?.text ?? ''))).statusCode).toBe(403);
  });
});

test('a code that nobody asked for is not accepted, however it is chosen', async () => {
  expect((await decide('00000000')).statusCode).toBe(403);
  expect((await decide(newSecret().slice(0, 8))).statusCode).toBe(403);
  expect(await status()).toBe('open');
});
