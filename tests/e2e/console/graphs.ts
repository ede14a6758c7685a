import { expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { expectAccessible, openPage } from './browser-page.ts';
import { createMachine, start, urlOf, withCloud } from './many-things.ts';
import { state } from './story.ts';

// Graphs of many states.

const DRAWN = "performance.getEntriesByName('graph').length";

const isLeftOf = (one: string, other: string): string => `(() => {
  const leftOf = (name) => document.querySelector('[role="button"][aria-label^="' + name + ',"]').getBoundingClientRect().left;
  return leftOf('${one}') < leftOf('${other}');
})()`;

/** Whether a node is within the part of the graph that is shown. */
const isInSight = (name: string): string => `(() => {
  const frame = document.querySelector('.canvas').getBoundingClientRect();
  const node = document.querySelector('[role="button"][aria-label^="${name},"]').getBoundingClientRect();
  return node.left < frame.right && node.right > frame.left && node.top < frame.bottom && node.bottom > frame.top;
})()`;

export function graphTests(browser: () => Browser): void {
  test('a graph of 100 states is drawn within 200 milliseconds', async () => {
    await withCloud(async (cloud) => {
      const names = Array.from({ length: 100 }, (_, index) => `State ${index}`);
      const next = (index: number) => (index === 99 ? { End: true } : { Next: names[index + 1] });
      const States = Object.fromEntries(
        names.map((name, index) =>
          index % 10 === 3
            ? [
                name,
                {
                  Type: 'Choice',
                  Choices: [{ Variable: '$.a', IsPresent: true, Next: names[index + 2] }],
                  Default: names[index + 1],
                },
              ]
            : [name, { Type: 'Pass', ...next(index) }],
        ),
      );
      await createMachine(cloud, 'hundred', { StartAt: names[0], States });
      const { page } = await openPage(browser(), `${cloud.urls.console}machines/hundred`);
      const editor = page.getByLabel('Definition', { exact: true });
      const text = await editor.inputValue();
      for (let round = 0; round < 4; round++) {
        await editor.fill(`${text}${' '.repeat(round + 1)}`);
        while ((await page.evaluate<number>(DRAWN)) <= round) await page.waitForTimeout(20);
      }
      const times = await page.evaluate<number[]>(
        `performance.getEntriesByName('graph').map(({ duration }) => duration)`,
      );
      expect(await page.locator('.node').count()).toBe(100);
      // The fastest is what the program needs; the others are what the machine was busy with.
      expect(Math.min(...times)).toBeLessThanOrEqual(200);
      await page.close();
    });
  });

  test('a graph that is larger than its place opens at what goes on, has a map, and can fill the window', async () => {
    await withCloud(async (cloud) => {
      const wide = (prefix: string) => Array.from({ length: 12 }, (_, index) => `${prefix} ${index}`);
      const [first, second] = [wide('Left or right'), wide('Later')];
      const machine = await createMachine(cloud, 'wide', {
        StartAt: 'Which?',
        States: {
          'Which?': {
            Type: 'Choice',
            Choices: first.map((Next, index) => ({ Variable: '$.way', NumericEquals: index, Next })),
          },
          ...Object.fromEntries(first.map((name, index) => [name, { Type: 'Pass', Next: second[index] }])),
          ...Object.fromEntries(second.map((name) => [name, { Type: 'Wait', Seconds: 3_600, End: true }])),
        },
      });
      const execution = await start(cloud, machine, { way: 11 });
      const { page, troubles } = await openPage(browser(), urlOf(cloud, execution));
      const waiting = state(page, /^Later 11, Wait, Waiting/);
      await waiting.waitFor();
      expect(await page.evaluate(isInSight('Later 11'))).toBe(true);
      expect(await page.evaluate(isInSight('Later 0'))).toBe(false);
      const map = page.locator('.minimap');
      // Pressed where the other end is, whichever side that is on.
      const side = await page.evaluate<boolean>(isLeftOf('Later 0', 'Later 11'));
      const { width = 0, height = 0 } = (await map.boundingBox()) ?? {};
      await map.click({ position: { x: side ? 3 : width - 4, y: height - 4 } });
      expect(await page.evaluate(isInSight('Later 0'))).toBe(true);
      await page.getByRole('button', { name: 'Fit the whole graph' }).click();
      expect(await page.evaluate(isInSight('Later 0'))).toBe(true);
      expect(await page.evaluate(isInSight('Later 11'))).toBe(true);
      await map.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Expand to the window' }).click();
      await waiting.click();
      await page.getByRole('heading', { name: 'Later 11' }).waitFor();
      // What is behind cannot be reached.
      expect(await page.getByRole('button', { name: 'Stop' }).isVisible()).toBe(false);
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Stop' }).waitFor();
      expect(troubles).toEqual([]);
      await page.close();
    });
  });

  test('the graph and the tabs are used by the keyboard alone', async () => {
    await withCloud(async (cloud) => {
      const machine = await createMachine(cloud, 'keys', {
        StartAt: 'One',
        States: { One: { Type: 'Pass', End: true } },
      });
      const execution = await start(cloud, machine, { key: 'board' });
      await cloud.engine.ended(execution);
      const { page } = await openPage(browser(), urlOf(cloud, execution));
      await state(page, /^One, Pass, Succeeded/).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'One' }).waitFor();
      await page.getByRole('tab', { name: 'Events' }).focus();
      await page.keyboard.press('ArrowRight');
      await page.getByLabel('Squeeze waits').waitFor();
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Timeline');
      await page.close();
    });
  });
}
