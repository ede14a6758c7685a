import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { linkIn, until } from '../../../scripts/demo/shop.ts';
import {
  DAY,
  DIRECTOR,
  LARGE_ORDER,
  MANAGER,
  type RunningShop,
  SMALL_ORDER,
  testOnLocalCloud,
} from '../running-shop.ts';

export function orderTests(running: () => RunningShop): void {
  test('an order below the limit completes without anybody', async () => {
    const { shop } = running();
    const order = await shop.ended(await shop.place(SMALL_ORDER, 'small'));
    expect(order).toMatchObject({ status: 'completed', total: 9_800, payment: { status: 'captured' } });
    expect(order.timeline.map(({ what }) => what)).not.toContain('Approved');
  });

  test('a placed order is answered with its place, which answers it', async () => {
    const { shop } = running();
    const answer = await shop.placeOrder(SMALL_ORDER, 'place of an order');
    expect(answer.status).toBe(201);
    const location = answer.headers.get('location') ?? '';
    expect((await shop.call('GET', location)).json().orderId).toBe(answer.json().orderId);
  });

  test('an order above the limit waits until its approver has followed the link and pressed Approve', async () => {
    const { shop } = running();
    const orderId = await shop.place(LARGE_ORDER, 'approved');
    const mail = await shop.mailTo(MANAGER, orderId);
    expect((await shop.order(orderId)).endedAt).toBeUndefined();

    const decided = await shop.decide(linkIn(mail), 'approve');

    expect(decided.status).toBe(200);
    const order = await shop.ended(orderId);
    expect(order.status).toBe('completed');
    expect(JSON.stringify(order.timeline)).toContain(MANAGER);
  });

  test('what waits is listed with since when and for whom, and nothing that opens it', async () => {
    const { shop } = running();
    const orderId = await shop.place(LARGE_ORDER, 'listed');
    const secret = new URL(linkIn(await shop.mailTo(MANAGER, orderId))).searchParams.get('link') ?? 'none';
    const answer = await shop.call('GET', '/approvals');
    const waiting = answer.json().approvals.find(({ subject }: { subject: { id: string } }) => subject.id === orderId);
    expect(waiting).toMatchObject({ waitingFor: [MANAGER], since: expect.stringMatching(/^\d{4}-/) });
    expect(answer.text).not.toContain(secret);
    await shop.decide(linkIn(await shop.mailTo(MANAGER, orderId)), 'reject');
    await shop.ended(orderId);
  });

  test('a rejected order takes no money and gives its stock back', async () => {
    const { shop } = running();
    const before = await shop.products();
    const orderId = await shop.place(LARGE_ORDER, 'rejected');
    await shop.decide(linkIn(await shop.mailTo(MANAGER, orderId)), 'reject');
    const order = await shop.ended(orderId);
    expect(order.status).toBe('rejected');
    expect(await shop.products()).toEqual(before);
  });

  test('a declined payment gives the stock back', async () => {
    const { shop } = running();
    const before = await shop.products();
    const orderId = await shop.place({ ...SMALL_ORDER, payment: { token: 'tok_decline' } }, 'declined');
    expect((await shop.ended(orderId)).status).toBe('payment-declined');
    expect(await shop.products()).toEqual(before);
  });

  test('more than is in stock ends the order, and reserves nothing', async () => {
    const { shop } = running();
    const before = await shop.products();
    const orderId = await shop.place({ ...SMALL_ORDER, lines: [{ sku: 'rare-vase', quantity: 2 }] }, 'out of stock');
    expect((await shop.ended(orderId)).status).toBe('out-of-stock');
    expect(await shop.products()).toEqual(before);
  });

  test('the same key and order give the same answer and one order; the same key with another order is refused', async () => {
    const { shop } = running();
    const [first, second] = await Promise.all([
      shop.placeOrder(SMALL_ORDER, 'twice'),
      shop.placeOrder(SMALL_ORDER, 'twice'),
    ]);
    const third = await shop.placeOrder(SMALL_ORDER, 'twice');
    expect([first.status, second.status, third.status]).toEqual([201, 201, 201]);
    expect(new Set([first.text, second.text, third.text]).size).toBe(1);

    const other = await shop.placeOrder({ ...SMALL_ORDER, reason: 'Changed my mind' }, 'twice');
    expect(other.status).toBe(422);
    expect(other.headers.get('content-type')).toContain('application/problem+json');
    expect(other.json().type).toBe('/problems/idempotency-key-reused');
    await shop.ended(first.json().orderId);
  });

  test('a refund that the manager rejects gives no money back, and its amount can be asked for again', async () => {
    const { shop } = running();
    const orderId = await shop.place(LARGE_ORDER, 'not refunded');
    await shop.decide(linkIn(await shop.mailTo(MANAGER, orderId)), 'approve');
    const { total } = await shop.ended(orderId);
    const refund = { reason: 'Sent back', requestedBy: 'clerk@example.com' };
    await shop.refund(orderId, { ...refund, amount: total }, 'all of it');
    await shop.decide(linkIn(await shop.mailTo(MANAGER, orderId, /Refund/)), 'reject');
    await shop.orderWhen(orderId, ({ refunds = [] }) => refunds.every(({ status }) => status === 'rejected'));
    await shop.refund(orderId, { ...refund, amount: 5_000 }, 'a part, which nobody has to agree to');
    const { refunds = [] } = await shop.orderWhen(orderId, (order) =>
      (order.refunds ?? []).some(({ status }) => status === 'refunded'),
    );
    expect(refunds.map(({ amount, status }) => [amount, status]).sort()).toEqual([
      [total, 'rejected'],
      [5_000, 'refunded'],
    ]);
  });

  test('an order that arrives as an event is placed and processed', async () => {
    const { shop, office } = running();
    const requestedBy = `events-${randomUUID()}@example.com`;
    await office.submitOrder({ ...SMALL_ORDER, requestedBy }, requestedBy);
    const orderId = await until('the order', async () => (await office.ordersBy(requestedBy))[0]);
    expect((await shop.ended(orderId)).status).toBe('completed');
  });

  testOnLocalCloud('an order to ship later waits for its day', async () => {
    const { shop, office } = running();
    const shipAt = new Date((await running().now()) + 2 * DAY * 1000).toISOString();
    const orderId = await shop.place({ ...SMALL_ORDER, shipAt }, 'later');
    await until('the wait', async () =>
      (await office.statesEntered(orderId)).includes('Wait for the ship date') ? true : undefined,
    );
    await shop.advanceClock(DAY);
    expect((await shop.order(orderId)).endedAt).toBeUndefined();
    await shop.advanceClock(DAY + 60);
    expect((await shop.ended(orderId)).status).toBe('completed');
  });

  // Last, because it turns the clock by days.
  testOnLocalCloud(
    'an approval that nobody gives is reminded of, escalated, and expires; then no link works any more',
    async () => {
      const { shop } = running();
      const orderId = await shop.place(LARGE_ORDER, 'expired');
      const link = linkIn(await shop.mailTo(MANAGER, orderId));
      await shop.advanceClock(DAY);
      await shop.mailTo(MANAGER, orderId, /^Reminder/);
      await shop.advanceClock(DAY);
      await shop.mailTo(DIRECTOR, orderId, /^Escalated/);
      await shop.advanceClock(DAY);
      expect((await shop.ended(orderId)).status).toBe('expired');
      expect((await fetch(link)).status).toBe(404);
    },
  );
}
