import { expect, test } from '@jest/globals';
import { importsOf, sourcesBelow } from './sources.ts';

// functions → domain ← adapters; functions → adapters where a handler is put together; local and the application know
// nothing of each other; the language of state machines knows nothing but itself.

const OURS = /^(adapters|bench|config|domain|functions|infra|local|scripts|statemachines|tests)\//;

/** By folder: what its files may import of the project. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  domain: ['domain/'],
  adapters: ['adapters/', 'domain/'],
  functions: ['functions/', 'domain/', 'adapters/', 'config/'],
  local: ['local/'],
  'local/stepfunctions/asl': ['local/stepfunctions/asl/'],
  'local/stepfunctions/engine': [
    'local/stepfunctions/',
    'local/aws/',
    'local/clock.ts',
    'local/storage',
    'local/timer-queue.ts',
  ],
  // The build applies the rules of the policies.
  infra: ['infra/', 'domain/check-approval-policy.ts', 'domain/order-policy.ts'],
};

for (const [folder, allowed] of Object.entries(ALLOWED)) {
  test(`${folder} imports only ${allowed.join(', ')} of the project`, () => {
    expect(forbiddenImports(folder, allowed)).toEqual([]);
  });
}

test('the domain and the language use no package that reaches outside', () => {
  const allowed: Readonly<Record<string, readonly string[]>> = {
    domain: ['node:crypto'],
    'local/stepfunctions/asl': ['node:crypto'],
  };
  const outside = Object.entries(allowed).flatMap(([folder, packages]) =>
    sourcesBelow(folder)
      .filter(({ path }) => !GUARDS.some((start) => path.startsWith(start)))
      .flatMap((source) =>
        importsOf(source)
          .filter((name) => !OURS.test(name) && !packages.includes(name))
          .map((name) => `${source.path} → ${name}`),
      ),
  );
  expect(outside).toEqual([]);
});

/**
 * What cannot be said in JavaScript alone: the wall around the jsonata package, which gives it the clock and the dice it shall
 * use, and the stop watch (node:vm) for expressions that would run for ever.
 */
const GUARDS = ['local/stepfunctions/asl/jsonata/', 'local/stepfunctions/asl/guarded-regex.ts'];

function forbiddenImports(folder: string, allowed: readonly string[]): string[] {
  return sourcesBelow(folder).flatMap((source) =>
    importsOf(source)
      .filter((name) => OURS.test(name) && !allowed.some((start) => name.startsWith(start)))
      .map((name) => `${source.path} → ${name}`),
  );
}
