// Fifteen orders from beginning to end on a local cloud of its own; then stock and money are checked from outside.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { tokensFrom } from './access-tokens.ts';
import { type CloudProcess, startCloudProcess } from './cloud-process.ts';
import { BackOffice } from './demo/back-office.ts';
import { checkInvariants } from './demo/invariants.ts';
import { type Mail, type Order, Shop } from './demo/shop.ts';
import { CATALOGUE, STORIES } from './demo/stories.ts';
import { noOptions } from './script-options.ts';

noOptions('demo');

const folder = mkdtempSync(join(tmpdir(), 'countersign-demo-'));
const cloud = await startCloudProcess(['--data', folder], {}, (text) => process.stderr.write(text));
try {
  process.exitCode = (await tell(cloud)) ? 0 : 1;
} finally {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** @returns whether every order ended as it had to, and every invariant holds */
async function tell({ urls }: CloudProcess): Promise<boolean> {
  const shop = new Shop(urls.api, urls.apiKey ?? '', tokensFrom({ issuer: urls.issuer, clientId: 'demo' }));
  const office = new BackOffice(urls.aws, urls.region, urls.outputs);
  const initialStock: Record<string, number> = {};
  for (const [sku, { stock, later = 0, ...product }] of Object.entries(CATALOGUE)) {
    await shop.stockUp(sku, product, stock);
    initialStock[sku] = stock + later;
  }

  const orders: Order[] = [];
  let lowestStock = Number.POSITIVE_INFINITY;
  let wrongEnds = 0;
  for (const [index, { title, expected, play }] of STORIES.entries()) {
    console.log(`\n${index + 1}. ${title}`);
    const order = await play(shop, office);
    orders.push(order);
    printTimeline(order, await shop.mails());
    const isRight = order.status === expected;
    if (!isRight) wrongEnds++;
    console.log(`   ${isRight ? '✔' : '✘'} ${order.status}${isRight ? '' : `, but ${expected} was expected`}`);
    lowestStock = Math.min(lowestStock, ...(await shop.products()).map(({ stock }) => stock));
  }

  const products = (await shop.products()).filter(({ sku }) => sku in initialStock);
  const payments = await office.payments();
  const findings = checkInvariants({ orders, payments, products, initialStock, lowestStock });
  console.log('\nStock and money');
  for (const { invariant, says, broken } of findings) {
    console.log(`   ${broken.length === 0 ? '✔' : '✘'} ${invariant} ${says}`);
    for (const each of broken) console.log(`        ${each}`);
  }
  return wrongEnds === 0 && findings.every(({ broken }) => broken.length === 0);
}

/** What the order's own timeline says, and the mails it caused, in the order in which they happened. */
function printTimeline({ orderId, total, currency, timeline, refunds = [] }: Order, mails: readonly Mail[]): void {
  const steps = timeline.map(({ at, what, by }) => ({ at, text: by === undefined ? what : `${what} (by ${by})` }));
  const letters = mails
    .filter(({ text }) => text.includes(orderId))
    .map(({ sentAt, to, subject }) => ({ at: sentAt, text: `✉ ${[to].flat().join(', ')}: ${subject}` }));
  console.log(`   ${orderId}, ${(total / 100).toFixed(2)} ${currency}`);
  for (const { at, text } of [...steps, ...letters].sort((one, other) => one.at.localeCompare(other.at))) {
    console.log(`   ${at.slice(0, 19).replace('T', ' ')}  ${text}`);
  }
  for (const { amount, status } of refunds)
    console.log(`   Refund of ${(amount / 100).toFixed(2)} ${currency}: ${status}`);
}
