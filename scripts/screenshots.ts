// npm run screenshots: writes the pictures of the console that README.md and docs show. Needs Linux on x64, for Chromium out of npm.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startCloud } from '../local/cloud.ts';
import { tokensFrom } from './access-tokens.ts';
import { linkIn, Shop, until } from './demo/shop.ts';
import { launchBrowser } from './launch-browser.ts';
import { noOptions } from './script-options.ts';
import { CONSOLE, SAMPLE_ORDER } from './start/console-manifest.ts';
import { packageService } from './start/package-service.ts';
import { stockCatalogue } from './start/stock-catalogue.ts';

noOptions('screenshots');

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'docs');
const SIZE = { width: 1400, height: 860 };
const progress = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

if (!(await packageService(ROOT, progress))) process.exit(1);
const cloud = await startCloud({ packageFolder: join(ROOT, '.serverless'), console: CONSOLE });
try {
  await stockCatalogue(cloud.urls, join(ROOT, 'config/catalogue.json'), progress);
  const shop = new Shop(
    cloud.urls.api,
    cloud.urls.apiKey ?? '',
    tokensFrom({ issuer: cloud.urls.issuer, clientId: 'shop' }),
  );
  const waiting = await tellStories(shop);
  await takePictures(waiting);
} finally {
  await cloud.close();
}

/** Orders of several kinds. @returns the id of one that waits for its approver */
async function tellStories(shop: Shop): Promise<string> {
  const small = { ...SAMPLE_ORDER, lines: [{ sku: 'LAMP-1', quantity: 2 }] };
  await shop.ended(await shop.place({ ...small, payment: { token: 'tok_decline' } }, 'declined'));
  const rejected = await shop.place({ ...SAMPLE_ORDER, lines: [{ sku: 'PRESS-1', quantity: 1 }] }, 'rejected');
  const mail = await until('a mail', async () => (await shop.mails()).find(({ text }) => text.includes(rejected)));
  await shop.decide(linkIn(mail), 'reject');
  await shop.ended(rejected);
  const waiting = await shop.place({ ...SAMPLE_ORDER, reason: 'Desks for the new office' }, 'waiting');
  await until('its mail', async () => (await shop.mails()).find(({ text }) => text.includes(waiting)));
  return waiting;
}

async function takePictures(orderId: string): Promise<void> {
  const browser = await launchBrowser();
  mkdirSync(FOLDER, { recursive: true });
  const { items } = cloud.engine.list({}, { maxResults: 100 });
  const execution = (name: string): string =>
    `executions/${encodeURIComponent(items.find((each) => each.name === name)?.executionArn ?? '')}`;
  const signOff = `${execution(`${orderId}-sign-off`)}?state=Ask%20approvers`;
  for (const [name, path, colorScheme] of [
    ['console', signOff, 'light'],
    ['console-dark', signOff, 'dark'],
    ['console-overview', '', 'light'],
    ['console-order', `app/orders/${orderId}`, 'light'],
  ] as const) {
    const page = await browser.newPage({ viewport: SIZE, colorScheme, reducedMotion: 'reduce' });
    await page.goto(cloud.urls.console + path);
    await page.waitForLoadState('load');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    progress(`docs/${name}.png`);
    await page.close();
  }
  await browser.close();
}
