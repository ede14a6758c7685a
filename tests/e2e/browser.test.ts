import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';
import { LARGE_ORDER, type LocalShop, MANAGER, startLocalShop } from './running-shop.ts';

jest.setTimeout(120_000); // for slow machines; what is tested takes a second

// A person at a real browser: Chromium out of npm, which is built for Linux on x64.
const isPossible = process.platform === 'linux' && process.arch === 'x64';
const inBrowser = isPossible ? test : test.skip;

let running: LocalShop;
let browser: Browser;

beforeAll(async () => {
  if (!isPossible) return;
  running = await startLocalShop();
  const executablePath = await chromium.executablePath();
  expect(existsSync(executablePath)).toBe(true);
  browser = await playwright.launch({ executablePath, args: chromium.args, headless: true });
});

afterAll(async () => {
  await browser?.close();
  await running?.close();
});

inBrowser('an approver opens the mailbox, follows the link, presses Approve, and sees what came of it', async () => {
  const { shop } = running;
  const orderId = await shop.place({ ...LARGE_ORDER, reason: 'For the new office' }, 'browser');
  await shop.mailTo(MANAGER, orderId);
  const page = await browser.newPage();

  await page.goto(`${shop.api}/_local/mailbox`);
  await page
    .getByText(/Please decide/)
    .first()
    .click();
  const [approval] = await Promise.all([
    page
      .context()
      .waitForEvent('page', { timeout: 5_000 })
      .catch(() => page),
    page
      .getByRole('link', { name: /\/approvals\// })
      .first()
      .click(),
  ]);
  await approval.waitForURL(/\/approvals\//);
  await expectText(approval, 'For the new office');
  await expectText(approval, 'Standing desk');

  await approval.getByRole('button', { name: 'Approve' }).click();
  await expectText(approval, /approved/i);
  await expectText(approval, MANAGER);

  expect((await shop.ended(orderId)).status).toBe('completed');
  await approval.reload();
});

async function expectText(page: import('playwright-core').Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor({ timeout: 10_000 });
}
