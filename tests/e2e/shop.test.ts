import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { canLaunchBrowser, launchBrowser } from '../../scripts/launch-browser.ts';
import { type LocalShop, onLocalCloud, type RunningShop, startShop } from './running-shop.ts';
import { accessTokenTests } from './shop/access-tokens.ts';
import { approvalLinkTests } from './shop/approval-link.ts';
import { browserTests } from './shop/browser.ts';
import { logTests } from './shop/logs.ts';
import { mailTests } from './shop/mail.ts';
import { orderTests } from './shop/orders.ts';
import { recoveryTests } from './shop/recovery.ts';
import { refusalTests } from './shop/refusals.ts';

jest.setTimeout(120_000); // for slow machines; what is tested takes a second

// One shop for all, because it starts with all its functions cold. What it is asked from outside is asked of a deployed stage too.

let running: RunningShop;

beforeAll(async () => {
  running = await startShop({ tokensRequired: true });
});

afterAll(() => running?.close());

// First, while the logs hold nothing else.
onLocalCloud('logs', () => logTests(() => running as LocalShop));
describe('refusals', () => refusalTests(() => running));
describe('orders', () => orderTests(() => running));
describe('links of approvers', () => approvalLinkTests(() => running));
onLocalCloud('recovery', () => recoveryTests(() => running as LocalShop));
onLocalCloud('access tokens', () => accessTokenTests(() => running as LocalShop));

(canLaunchBrowser ? onLocalCloud : describe.skip)('in headless Chromium', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  browserTests(
    () => running as LocalShop,
    () => browser,
  );
  mailTests(() => browser);

  afterAll(() => browser?.close());
});
