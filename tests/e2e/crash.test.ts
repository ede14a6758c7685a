import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { tokensFrom } from '../../scripts/access-tokens.ts';
import { type CloudProcess, startCloudProcess } from '../../scripts/cloud-process.ts';
import { BackOffice } from '../../scripts/demo/back-office.ts';
import { linkIn, Shop, until } from '../../scripts/demo/shop.ts';
import { packagedService } from '../packaged-service.ts';
import { DAY, LARGE_ORDER, MANAGER, SMALL_ORDER, stockUp } from './running-shop.ts';

jest.setTimeout(120_000); // for slow machines; what is tested takes a second

// The real process, killed with SIGKILL: no handler runs, nothing is flushed. What it had acknowledged must be there afterwards.
// One data folder for all: the process that was started again is killed as well.

let folder: string;
let cloud: CloudProcess;
let shop: Shop;
let office: BackOffice;
let ports: { PORT: string; AWS_PORT: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-crash-'));
  // Links in mails hold the port, so it has to be the same after the restart.
  ports = { PORT: String(await freePort()), AWS_PORT: String(await freePort()) };
  await start();
  await stockUp(shop);
});

afterAll(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('killed once, while orders wait for approval, for their ship date and for a payment to be tried again', () => {
  const ids = { approval: '', shipping: '', payment: '' };
  let link: string;
  let attemptsBefore: number;

  beforeAll(async () => {
    ids.approval = await shop.place(LARGE_ORDER, 'waiting for approval');
    link = linkIn(await shop.mailTo(MANAGER, ids.approval));
    const shipAt = new Date(Date.now() + 2 * DAY * 1000).toISOString(); // nothing has turned the clock yet
    ids.shipping = await shop.place({ ...SMALL_ORDER, shipAt }, 'waiting to ship');
    await until('the wait', async () =>
      (await office.statesEntered(ids.shipping)).includes('Wait for the ship date') ? true : undefined,
    );
    ids.payment = await shop.place({ ...SMALL_ORDER, payment: { token: 'tok_timeout' } }, 'waiting to retry');
    await until('a second attempt', async () => ((await attempts(ids.payment)) >= 2 ? true : undefined));
    attemptsBefore = await attempts(ids.payment);
    await killAndRestart();
  });

  test('the old link still works, its order completes, and is charged once', async () => {
    expect((await shop.order(ids.approval)).endedAt).toBeUndefined();
    expect((await shop.decide(link, 'approve')).status).toBe(200);
    expect((await shop.ended(ids.approval)).status).toBe('completed');
    await expectOneCharge(ids.approval);
  });

  test('the payment is tried until its attempts are used up, and nothing is held or charged', async () => {
    const order = await until('the end of all attempts', async () => {
      const isBackingOff = (await office.history(ids.payment)).at(-1)?.type === 'TaskFailed';
      if (isBackingOff) await shop.advanceClock(60);
      const now = await shop.order(ids.payment);
      return now.endedAt === undefined ? undefined : now;
    });
    expect(order.status).toBe('failed');
    expect(await attempts(ids.payment)).toBeGreaterThan(attemptsBefore);
    expect(await office.paymentsOf(ids.payment)).toMatchObject([{ status: 'voided', captured: 0 }]);
    const held = (await shop.products()).filter(({ reserved }) => reserved !== 0);
    expect(held).toMatchObject([{ sku: 'desk-lamp', reserved: 2 }]); // of the order that waits for its ship date
  });

  test('what waits for its ship date ships when the day has come, and nothing is held any more', async () => {
    expect((await shop.order(ids.shipping)).endedAt).toBeUndefined();
    await shop.advanceClock(2 * DAY + 60);
    expect((await shop.ended(ids.shipping)).status).toBe('completed');
    await expectOneCharge(ids.shipping);
    expect((await shop.products()).every(({ reserved }) => reserved === 0)).toBe(true);
  });
});

test('killed in the middle of many orders: each has one end, and one charge if it was completed', async () => {
  const before = await lamps();
  const keys = Array.from({ length: 12 }, (_, index) => `burst ${index}`);
  const placed = await Promise.all(
    keys.map((key) => placeForSure({ ...SMALL_ORDER, payment: { token: 'tok_fail_after_effect' } }, key)),
  );

  await killAndRestart();

  for (const orderId of placed) {
    if ((await shop.order(orderId)).endedAt === undefined) await shop.advanceClock(60);
    expect((await shop.ended(orderId)).status).toBe('completed');
    await expectOneCharge(orderId);
  }
  expect(await lamps()).toMatchObject({ reserved: 0, shipped: (before?.shipped ?? 0) + 2 * placed.length });
});

/** As a careful client does: what was answered 5xx is repeated with the same key. */
const placeForSure = (order: object, key: string): Promise<string> =>
  until('the order to be placed', async () => {
    const answer = await shop.placeOrder(order, key);
    if (answer.status < 500) return answer.json().orderId as string;
    return undefined;
  });

async function start(): Promise<void> {
  const packaged = await packagedService();
  cloud = await startCloudProcess(['--data', folder, '--package', packaged], ports);
  shop = new Shop(cloud.urls.api, cloud.urls.apiKey ?? '', tokensFrom({ issuer: cloud.urls.issuer, clientId: 'shop' }));
  office = new BackOffice(cloud.urls.aws, cloud.urls.region, cloud.urls.outputs);
}

async function killAndRestart(): Promise<void> {
  const ended = once(cloud.process, 'exit');
  cloud.process.kill('SIGKILL');
  await ended;
  await start();
}

const lamps = async () => (await shop.products()).find(({ sku }) => sku === 'desk-lamp');

const attempts = async (orderId: string): Promise<number> =>
  (await office.paymentsOf(orderId))[0]?.calls.authorise ?? 0;

async function expectOneCharge(orderId: string): Promise<void> {
  const payments = await office.paymentsOf(orderId);
  expect(payments).toHaveLength(1);
  expect(payments[0]).toMatchObject({ status: 'captured', captured: (await shop.order(orderId)).total, refunds: {} });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
