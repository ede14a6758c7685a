import { beforeEach, expect, test } from '@jest/globals';
import { linkIn } from '../../../scripts/demo/shop.ts';
import { LARGE_ORDER, MANAGER, type RunningShop } from '../running-shop.ts';

export function approvalLinkTests(running: () => RunningShop): void {
  let orders = 0;
  let orderId: string;
  let link: string;

  beforeEach(async () => {
    const { shop } = running();
    orderId = await shop.place(LARGE_ORDER, `link ${++orders}`);
    link = linkIn(await shop.mailTo(MANAGER, orderId));
  });

  interface Form {
    readonly cookie: string;
    readonly fields: Record<string, string>;
  }

  async function openForm(): Promise<Form> {
    const page = await fetch(link);
    const fields = [...(await page.text()).matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)];
    return {
      cookie: page.headers
        .getSetCookie()
        .map((each) => each.split(';')[0])
        .join('; '),
      fields: Object.fromEntries(fields.map(([, name, value]) => [name!, value!])),
    };
  }

  const action = () => link.split('?')[0]!;

  const send = ({ cookie, fields }: Form, decision: string, to = action()) =>
    fetch(to, { method: 'POST', headers: { cookie }, body: new URLSearchParams({ ...fields, decision }) });

  async function isOpen(): Promise<boolean> {
    const { approvals } = (await running().shop.call('GET', '/approvals')).json();
    return approvals.some(({ subject }: { subject: { id: string } }) => subject.id === orderId);
  }

  test('opening the link by GET and HEAD, again and again, changes nothing', async () => {
    for (let i = 0; i < 10; i++) {
      expect((await fetch(link)).status).toBe(200);
      expect((await fetch(link, { method: 'HEAD' })).status).toBe(200);
    }
    expect(await isOpen()).toBe(true);
    expect((await send(await openForm(), 'approve')).status).toBe(200);
  });

  test('the page shows what is signed, runs no script, and stays out of caches and frames', async () => {
    const page = await fetch(link);
    const html = await page.text();
    expect(html).toContain('Standing desk');
    expect(html).toContain(LARGE_ORDER.requestedBy);
    expect(html).not.toMatch(/<script|onload|http-equiv/i);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const policy = page.headers.get('content-security-policy') ?? '';
    for (const part of ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
      expect(policy).toContain(part);
    }
    expect(page.headers.getSetCookie().join()).toMatch(/HttpOnly/);
    expect(page.headers.getSetCookie().join()).toMatch(/SameSite=Strict/);
  });

  test('a reason that looks like HTML is shown as text', async () => {
    const { shop } = running();
    const evil = await shop.place({ ...LARGE_ORDER, reason: '<img src=x onerror=alert(1)>"\'' }, `html ${orders}`);
    const html = await (await fetch(linkIn(await shop.mailTo(MANAGER, evil)))).text();
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img');
  });

  test('of 50 decisions at once one is taken; the others learn what was decided', async () => {
    const form = await openForm();
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(form, 'approve')));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array.from({ length: 49 }, () => 409)]);
    expect((await running().shop.ended(orderId)).status).toBe('completed');
  });

  test("the approver's second click says what was decided, by whom and when, and changes nothing", async () => {
    const form = await openForm();
    await send(form, 'approve');
    const again = await send(form, 'reject');
    expect(again.status).toBe(409);
    const text = await again.text();
    expect(text).toContain(MANAGER);
    expect(text).toMatch(/approved/i);
    expect((await running().shop.ended(orderId)).status).toBe('completed');
  });

  test('unknown, tampered and foreign links are refused alike, with nothing of theirs repeated', async () => {
    const url = new URL(link);
    const secret = url.searchParams.get('link')!;
    const tampered = secret.startsWith('A') ? `B${secret.slice(1)}` : `A${secret.slice(1)}`;
    const variants = [
      `${url.origin}${url.pathname}?link=${tampered}`,
      `${url.origin}${url.pathname}?link=x`,
      `${url.origin}${url.pathname}`,
      `${url.origin}${url.pathname.replace(/[^/]+$/, 'apr_unknown')}?link=${secret}`,
    ];
    const pages = await Promise.all(variants.map(async (variant) => fetch(variant)));
    const texts = await Promise.all(pages.map((page) => page.text()));
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([404]));
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).not.toContain(tampered);
  });

  test('any other decision than the two listed is refused and uses nothing up', async () => {
    const form = await openForm();
    for (const decision of ['Approve', 'approve ', 'maybe', '', 'true']) {
      expect((await send(form, decision)).status).toBe(400);
    }
    expect(await isOpen()).toBe(true);
    expect((await send(form, 'approve')).status).toBe(200);
  });

  test('a form from another site, without our cookie or with another, decides nothing', async () => {
    const form = await openForm();
    expect((await send({ ...form, cookie: '' }, 'approve')).status).toBe(403);
    expect((await send({ ...form, cookie: form.cookie.replace(/=.*/, `=${'A'.repeat(43)}`) }, 'approve')).status).toBe(
      403,
    );
    expect(await isOpen()).toBe(true);
  });

  test('neither the task token nor its place is in the mail, the page or the list', async () => {
    const { shop } = running();
    const texts = [
      (await shop.mailTo(MANAGER, orderId)).text,
      await (await fetch(link)).text(),
      (await shop.call('GET', '/approvals')).text,
    ];
    for (const text of texts) expect(text).not.toMatch(/task.?token/i);
  });

  test('an operator gives the decision to a colleague, has a link sent again, and withdraws: each time the link before is dead', async () => {
    const { shop } = running();
    const { approvals } = (await shop.call('GET', '/approvals')).json();
    const { approvalId } = approvals.find(({ subject }: { subject: { id: string } }) => subject.id === orderId);
    const operate = (what: string, body: object) =>
      shop.call('POST', `/approvals/${approvalId}/${what}`, { ...body, by: 'ops@example.com' });
    const deputy = 'deputy@example.com';

    expect((await shop.call('POST', `/approvals/${approvalId}/reassign`, { from: MANAGER, to: deputy })).status).toBe(
      400,
    );
    expect((await operate('reassign', { from: MANAGER, to: 'stranger@example.com' })).status).toBe(422);
    expect((await operate('reassign', { from: MANAGER, to: deputy })).json()).toMatchObject({ waitingFor: [deputy] });
    expect((await fetch(link)).status).toBe(404);
    const handedOver = linkIn(await shop.mailTo(deputy, orderId, /^Handed over/));

    expect((await operate('resend', { to: deputy })).status).toBe(200);
    expect((await fetch(handedOver)).status).toBe(404);
    const again = linkIn(await shop.mailTo(deputy, orderId, /by a new link/));
    expect((await fetch(again)).status).toBe(200);

    expect((await operate('withdraw', {})).json()).toMatchObject({ status: 'withdrawn' });
    expect((await fetch(again)).status).toBe(404);
    await shop.mailTo(MANAGER, orderId, /^No longer needed/);
    expect((await shop.ended(orderId)).status).toBe('failed');
  });
}
