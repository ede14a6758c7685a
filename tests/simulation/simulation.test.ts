import { execFile } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Bug } from './bug.ts';
import { BUGS } from './bugs.ts';
import { definitionsWith, type Outcome, simulate } from './simulate.ts';

const SEEDS = 250;
/** A seed that caught a bug may not do so any more once the application has changed: then the next one that does is looked for. */
const MOST_SEEDS = 10_000;

beforeAll(() => {
  // Thousands of errors are thrown on purpose, and nobody looks where.
  Error.stackTraceLimit = 0;
});

const run = (seed: number, bug?: Bug, isTraced = false): Promise<Outcome> =>
  simulate({ seed, definitions: definitionsWith(bug), isTraced, ...(bug && { bug }) });

const script = async (...args: string[]) => {
  const path = join(import.meta.dirname, '../../scripts/simulate.ts');
  return promisify(execFile)(process.execPath, [path, ...args], {
    maxBuffer: 1e8,
    env: { ...process.env, NODE_OPTIONS: '' },
  }).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  );
};

/** @returns the first seed, from the known one on, that breaks the invariant that the bug is about; undefined if there is none */
async function caughtBy(bug: Bug): Promise<number | undefined> {
  for (let seed = bug.seed; seed < bug.seed + MOST_SEEDS; seed++) {
    const { violations } = await run(seed, bug);
    if (violations.some(({ invariant }) => invariant === bug.breaks)) return seed;
  }
  return undefined;
}

test('whatever goes wrong, every invariant holds', async () => {
  let orders = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const outcome = await run(seed);
    expect({ seed, violations: outcome.violations }).toEqual({ seed, violations: [] });
    orders += outcome.orders;
  }
  expect(orders).toBeGreaterThan(SEEDS);
}, 60_000);

describe('a simulation that finds no bug proves nothing: it is caught that', () => {
  test.each(BUGS.map((bug) => [bug.says, bug] as const))(
    '%s',
    async (_, bug) => {
      expect(await caughtBy(bug)).toBeDefined();
    },
    120_000,
  );
});

describe('a seed', () => {
  test('is the same run each time, in another process too, and whether or not it is traced', async () => {
    const first = await run(7, undefined, true);
    const second = await run(7, undefined, true);
    const { code, stdout } = await script('--seed', '7');
    expect(second.trace).toEqual(first.trace);
    expect(code).toBe(0);
    expect(stdout).toBe(`${first.trace.join('\n')}\n`);
    expect((await run(7)).events).toBe(first.events);
  }, 30_000);

  test('that breaks an invariant says which, after everything that led to it', async () => {
    const bug = BUGS.find(({ name }) => name === 'ships-without-capture') as Bug;
    const { code, stdout } = await script('--seed', `${await caughtBy(bug)}`, '--bug', bug.name);
    expect(code).toBe(1);
    expect(stdout.trim().split('\n').at(-1)).toContain('✘ I');
  }, 30_000);

  test.each([['--seed', 'x'], ['--bug', 'none'], ['--unknown']])('%s %s is refused in one line', async (...args) => {
    const { code, stderr } = await script(...args.filter((arg) => arg !== undefined));
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^.*${args[0]}.* npm run simulate -- --help\n$`));
  });
});
