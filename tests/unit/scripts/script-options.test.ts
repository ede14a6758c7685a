import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../../..');

const run = (file: string, ...args: string[]) => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, file), ...args], { encoding: 'utf8' });
  return { status, says: stderr };
};

/** Those of package.json that run a file of ours, but for those which pass options on, or have a usage of several lines. */
const SCRIPTS = Object.entries(
  (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts,
).flatMap(([name, command]): [string, string][] => {
  const file = /^node ((?:scripts|bench)\/[\w-]+\.ts)$/.exec(command)?.[1];
  return file && !['conformance', 'start'].includes(name) ? [[name, file]] : [];
});

test('all scripts are asked', () => {
  expect(SCRIPTS.map(([name]) => name).sort()).toEqual(
    ['audit', 'bench', 'cost', 'demo', 'diagrams', 'e2e', 'iam:unused', 'screenshots', 'simulate', 'warehouse'].sort(),
  );
});

test.each(SCRIPTS)(
  'npm run %s names an option that it does not know, says where all are, and does nothing',
  (name, file) => {
    expect(run(file, '--nope')).toEqual({
      status: 2,
      says: `Unknown option '--nope'. All options: npm run ${name} -- --help\n`,
    });
  },
);

test.each([
  ['warehouse', ['--seconds'], "Option '--seconds <value>' argument missing."],
  ['warehouse', ['--seconds', 'soon'], '--seconds has to be a number of at least 0, not "soon".'],
  ['warehouse', ['--pickers', '0'], '--pickers has to be a whole number of at least 1, not "0".'],
  ['warehouse', ['--activity', 'pick'], '--activity has to be the ARN of an activity, not "pick".'],
  ['warehouse', ['--endpoint', 'here'], '--endpoint has to be a URL, not "here".'],
  ['simulate', ['--seed', '--bugs'], "Option '--seed' argument missing."],
  ['simulate', ['--json=yes'], "Option '--json' does not take an argument."],
  ['audit', [], '--approvals has to name a table, or --verify a file.'],
  ['audit', ['--approvals', 'A'], '--audit has to name a table, or --verify a file.'],
  ['bench', ['--share', ''], '--share has to be a number of at least 0.001, not "".'],
  ['demo', ['fast'], "Unexpected argument 'fast'."],
])('npm run %s says in one line what is wrong with %j', (name, args, says) => {
  const file = Object.fromEntries(SCRIPTS)[name]!;
  expect(run(file, ...args)).toEqual({ status: 2, says: `${says} All options: npm run ${name} -- --help\n` });
});

test.each(['warehouse', 'bench', 'diagrams'])('npm run %s tells its options when it is asked for help', (name) => {
  const file = join(ROOT, Object.fromEntries(SCRIPTS)[name]!);
  const { status, stdout } = spawnSync(process.execPath, [file, '--help'], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, expect.stringMatching(new RegExp(`^npm run ${name}`))]);
});
