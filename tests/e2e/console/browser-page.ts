import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface WatchedPage {
  readonly page: Page;
  /** What the page complained of, and what it asked of others than its own origin. */
  readonly troubles: readonly string[];
}

/** A page that is watched for errors, dialogs, refusals of its policy, and requests to anywhere else. */
export async function openPage(browser: Browser, url: string, options: { dark?: boolean } = {}): Promise<WatchedPage> {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 800 },
    colorScheme: options.dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  page.setDefaultTimeout(20_000);
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // What the API refuses is also logged by the browser; the page shows it.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
      troubles.push(`console: ${message.text()}`);
  });
  page.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && origin !== new URL(url).origin) troubles.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, troubles };
}

/** Waits until all that a view shows is there. */
export async function loaded(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.locator('.loading').first().waitFor({ state: 'detached' });
}

/** Follows a link inside the console, which changes the view and leaves the document: far sooner there than by loading it anew. */
export async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const link = document.createElement('a');
    link.href = '/_local/' + ${JSON.stringify(path)};
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(resolve); // by then the other view is drawn
  })`);
  expect(page.url()).toBe(new URL(`/_local/${path}`, page.url()).href);
}

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Nothing that axe-core calls serious or critical. */
export async function expectAccessible(page: Page): Promise<void> {
  // The page's policy forbids further scripts, so it comes by the debugger.
  if (!(await page.evaluate<boolean>('Boolean(globalThis.axe)'))) await page.evaluate(AXE);
  const findings = await page.evaluate<Finding[]>(
    `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  );
  const serious = findings.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    serious.map(
      ({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html} ${failureSummary}`)}`,
    ),
  ).toEqual([]);
}

/** No cell of a table cuts a time off. */
export async function expectWholeTimes(page: Page): Promise<void> {
  const cut = await page.evaluate(
    `[...document.querySelectorAll('.rows td:has(> time)')].filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent)`,
  );
  expect(cut).toEqual([]);
}

/** No text of the page became a part of it. */
export async function expectUnmoved(page: Page): Promise<void> {
  expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
  expect(
    await page.evaluate('document.querySelectorAll("#app script, #app img, #app b[onclick], #app svg[onload]").length'),
  ).toBe(0);
  // Nothing makes the page wider than the window.
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth + 1')).toBe(true);
}
