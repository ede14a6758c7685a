import { expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { type Cloud, startCloud } from '../../../local/cloud.ts';
import { expectAccessible, expectWholeTimes, follow, loaded, openPage } from './browser-page.ts';
import { createMachine, fill, MACHINES, MANY, name as nameMany, start } from './many-things.ts';

// Every view with nothing, with one row, and with ten thousand.

interface View {
  readonly path: string;
  /** Of the list. */
  readonly label: string;
  readonly empty: RegExp;
  /** The newest, or the first by name, of so many. */
  readonly first: (number: number) => string;
}

const last = (prefix: string) => (number: number) => `${prefix}${number - 1}`;

const VIEWS: readonly View[] = [
  { path: 'executions', label: 'Executions', empty: /Nothing has run yet/, first: () => 'run-' },
  { path: 'mailbox', label: 'Mails', empty: /No mail yet/, first: last('Mail ') },
  { path: 'app/things', label: 'Things', empty: /There is no state machine/, first: () => 'run-' },
  { path: 'machines', label: 'State machines', empty: /There is no state machine/, first: () => 'quick' },
  { path: 'services/tables', label: 'Tables', empty: /There is none/, first: () => 'things' },
  { path: 'services/queues', label: 'Queues', empty: /There is none/, first: () => 'jobs' },
  { path: 'services/topics', label: 'Topics', empty: /There is none/, first: () => 'news' },
  { path: 'services/logs', label: 'Log groups', empty: /There is none/, first: () => 'lines' },
  { path: 'services/buckets', label: 'Buckets', empty: /There is none/, first: () => 'objects' },
];

/** What nothing of the test makes: these are looked at without. */
const ALWAYS_EMPTY = [
  ['services/alarms', /There is none/],
  ['services/schedules', /There is no schedule/],
  ['services/buses/default', /The bus has no rule/],
] as const;

/** Lists of things with names. */
const NAMED: readonly View[] = [
  { path: 'machines', label: 'State machines', empty: /./, first: () => 'machine-' },
  { path: 'services/queues', label: 'Queues', empty: /./, first: () => 'queue-0' },
  { path: 'services/topics', label: 'Topics', empty: /./, first: () => 'topic-0' },
  { path: 'services/buses', label: 'Event buses', empty: /./, first: () => 'bus-0' },
  { path: 'services/buses/default', label: 'Rules', empty: /./, first: () => 'rule-0' },
  { path: 'services/schedules', label: 'Schedules', empty: /./, first: () => 'schedule-0' },
  { path: 'services/logs', label: 'Log groups', empty: /./, first: () => 'group-0' },
  { path: 'services/buckets', label: 'Buckets', empty: /./, first: () => 'bucket-0' },
  { path: 'services/tables', label: 'Tables', empty: /./, first: () => 'table-0' },
  { path: 'services/alarms', label: 'Alarms', empty: /./, first: () => 'alarm-0' },
];

/** Lists of which there are many. */
const LONG: readonly View[] = [
  ...VIEWS.slice(0, 3),
  { path: 'services/tables/things', label: 'Items', empty: /./, first: () => 'thing-' },
  { path: 'services/logs/lines', label: 'Log lines', empty: /./, first: last('line ') },
  { path: 'services/buckets/objects', label: 'Objects', empty: /./, first: () => 'object-' },
  { path: 'services/queues/jobs', label: 'Messages', empty: /./, first: () => 'job ' },
];

const manifest = {
  title: 'Tests',
  collections: [{ path: '/things', title: 'Things', executionsOf: 'quick', columns: ['thing'] }],
};

async function withCloud(number: number, use: (cloud: Cloud) => Promise<void>): Promise<void> {
  const cloud = await startCloud({ console: manifest });
  try {
    if (number > 0) await fill(cloud, number);
    await use(cloud);
  } finally {
    await cloud.close();
  }
}

export function viewTests(browser: () => Browser): void {
  test('an empty cloud says of each view that there is nothing', async () => {
    await withCloud(0, async (cloud) => {
      const { page, troubles } = await openPage(browser(), cloud.urls.console);
      await page.getByText('Nothing has run yet').waitFor();
      await expectAccessible(page);
      for (const [path, empty] of [...VIEWS.map((view) => [view.path, view.empty] as const), ...ALWAYS_EMPTY]) {
        await follow(page, path);
        await page.getByText(empty).first().waitFor();
        await expectAccessible(page);
      }
      for (const path of ['clock', 'services', 'executions/arn:none', 'machines/none', 'nowhere']) {
        await page.goto(cloud.urls.console + path);
        await loaded(page);
        await expectAccessible(page);
      }
      expect(troubles).toEqual([]);
      await page.close();
    });
  });

  test('one of each is shown, in the dark as well', async () => {
    await withCloud(1, async (cloud) => {
      await nameMany(cloud, 1);
      const { page, troubles } = await openPage(browser(), cloud.urls.console, { dark: true });
      for (const view of [...VIEWS, ...LONG, ...NAMED]) {
        await follow(page, view.path);
        await row(page, view, 1);
        await expectAccessible(page);
        await expectWholeTimes(page);
      }
      expect(troubles).toEqual([]);
      await page.close();
    });
  });

  test('ten thousand of each are drawn by the screenful, and the last can be reached', async () => {
    await withCloud(MANY, async (cloud) => {
      const { page, troubles } = await openPage(browser(), cloud.urls.console);
      await page.getByText('10,000').first().waitFor();
      for (const view of LONG) {
        await page.goto(cloud.urls.console + view.path);
        await row(page, view, MANY);
        const list = page.getByRole('region', { name: view.label, exact: true });
        expect(await list.getByRole('row').count()).toBeLessThan(80);
        await scrollToEnd(page, view);
        expect(await list.getByRole('row').count()).toBeLessThan(80);
      }
      expect(troubles).toEqual([]);
      await page.close();
    });
  });

  test('ten thousand of all that has a name are drawn by the screenful, and asked for by the screenful', async () => {
    await withCloud(0, async (cloud) => {
      await nameMany(cloud, MANY);
      const { page, troubles } = await openPage(browser(), cloud.urls.console);
      let questions = 0;
      page.on('request', () => {
        questions++;
      });
      for (const view of NAMED) {
        questions = 0;
        await page.goto(cloud.urls.console + view.path);
        await row(page, view, MANY);
        const list = page.getByRole('region', { name: view.label, exact: true });
        expect(Number(await list.getByRole('table').getAttribute('aria-rowcount'))).toBeGreaterThan(MANY);
        await scrollToEnd(page, view);
        expect(await list.getByRole('row').count()).toBeLessThan(80);
        // The pages of the listing, and what the rows in sight are asked for: not a question for each of ten thousand.
        expect(questions).toBeLessThan(400);
      }
      expect(troubles).toEqual([]);
      await page.close();
    });
  });

  test('a history of ten thousand events is filtered, and scrolled to its end', async () => {
    await withCloud(0, async (cloud) => {
      const arn = await createMachine(cloud, 'long', MACHINES.long);
      const execution = await start(cloud, arn, { items: Array.from({ length: 2_499 }, (_, index) => index) });
      await cloud.engine.ended(execution);
      const { page, troubles } = await openPage(
        browser(),
        `${cloud.urls.console}executions/${encodeURIComponent(execution)}`,
      );
      await page.getByText(/^10,00\d events$/).waitFor();
      await scrollToEnd(page, { label: 'History events' });
      await page.getByRole('button', { name: 'ExecutionSucceeded' }).waitFor();
      await page.getByLabel('Kind').selectOption('Execution');
      await page.getByText(/^2 of 10,00\d events$/).waitFor();
      await page.getByRole('button', { name: /^Each, Map/ }).click({ position: { x: 60, y: 16 } });
      await page.getByRole('combobox', { name: /^Iteration/ }).selectOption('7');
      await page.getByRole('button', { name: 'Next iteration' }).click();
      await page.getByRole('button', { name: /^Look, Pass, Succeeded$/ }).click();
      await page.getByRole('region', { name: 'Input of the state' }).getByText('8', { exact: true }).waitFor();
      expect(troubles).toEqual([]);
      await page.close();
    });
  });
}

async function row(page: Page, { label, first }: View, number: number): Promise<void> {
  await page.getByRole('region', { name: label, exact: true }).getByText(first(number)).first().waitFor();
}

/** Scrolls on as long as more comes. */
async function scrollToEnd(page: Page, { label }: Pick<View, 'label'>): Promise<void> {
  const list = page.getByRole('region', { name: label, exact: true });
  let height = 0;
  for (let round = 0; round < 100; round++) {
    const now = await list.evaluate((element: { scrollTop: number; scrollHeight: number }) => {
      element.scrollTop = element.scrollHeight;
      return element.scrollHeight;
    });
    if (now === height && (await page.getByText(', more below').count()) === 0) return;
    height = now;
    await page.waitForTimeout(50);
  }
  throw new Error(`${label} does not end`);
}
