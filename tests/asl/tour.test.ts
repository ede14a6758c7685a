import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { definition, MACHINES, type Machine, statesOf } from './machines.ts';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/step-functions.md'), 'utf8');

const referred = [...page.matchAll(/`([a-z-]+)` › \*([^*]+)\*/g)].map(([, machine = '', state = '']) => ({
  machine,
  state,
}));
const states = MACHINES.flatMap((machine) => statesOf(definition(machine)));

describe('docs/step-functions.md', () => {
  test('refers to many states, all of which there are', () => {
    expect(referred.length).toBeGreaterThan(30);
    const unknown = referred.filter(
      ({ machine, state }) =>
        !MACHINES.includes(machine as Machine) ||
        !statesOf(definition(machine as Machine)).some(([name]) => name === state),
    );
    expect(unknown).toEqual([]);
  });

  test('names every integration that the machines use, and no other', () => {
    const resources = states.flatMap(([, { Resource = '' }]) => /^arn:aws:states:::(.+)$/.exec(Resource)?.[1] ?? []);
    const named = [...page.matchAll(/`([a-z-]+(?::[A-Za-z0-9.]+)+)`/g)].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual([...new Set(resources)].sort());
  });

  test('refers to files that there are', () => {
    const files = [...page.matchAll(/`((?:infra|functions|adapters|domain|statemachines)\/[^`]+)`/g)].map(
      ([, file]) => file!,
    );
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});
