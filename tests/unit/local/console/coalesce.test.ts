import { expect, test } from '@jest/globals';
import { coalesce } from '../../../../local/console/client/lib/coalesce.ts';

/** Work that ends when it is told to, on a clock of its own. */
function setUp() {
  let time = 0;
  let runs = 0;
  const ends: ((isWell: boolean) => void)[] = [];
  const pauses: { readonly milliseconds: number; readonly callback: () => void }[] = [];
  const ask = coalesce(
    () => {
      runs++;
      return new Promise<void>((resolve, reject) =>
        ends.push((isWell) => (isWell ? resolve() : reject(new Error('no')))),
      );
    },
    () => time,
    (callback, milliseconds) => pauses.push({ callback, milliseconds }),
  );
  return {
    ask,
    runs: () => runs,
    async end(milliseconds: number, isWell = true) {
      time += milliseconds;
      ends.shift()!(isWell);
      await new Promise(setImmediate);
      return pauses.at(-1)!.milliseconds;
    },
    pause: () => pauses.shift()!.callback(),
  };
}

test('what is asked for while it runs is one more run, after as long as it took', async () => {
  const { ask, runs, end, pause } = setUp();
  for (let times = 0; times < 5; times++) ask();
  expect(runs()).toBe(1);
  expect(await end(40)).toBe(40);
  ask();
  expect(runs()).toBe(1);
  pause();
  expect(runs()).toBe(2);
  await end(40);
  pause();
  expect(runs()).toBe(2);
});

test('nobody waits longer than a second for news', async () => {
  const { ask, end } = setUp();
  ask();
  expect(await end(60_000)).toBe(1_000);
});

test('what failed is run again when it is asked for again', async () => {
  const { ask, runs, end, pause } = setUp();
  ask();
  await end(1, false);
  pause();
  ask();
  expect(runs()).toBe(2);
});
