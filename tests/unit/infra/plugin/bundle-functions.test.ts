import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bundleFunctions } from '../../../../infra/plugin/bundle-functions.ts';

const FUNCTIONS = { greet: { handler: 'dist/greet/index.handler' } };
const BUNDLE = 'dist/greet/index.mjs';

let folder: string;

const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
};
const bundled = (): string => readFileSync(join(folder, BUNDLE), 'utf8');
const bundle = () => bundleFunctions(folder, FUNCTIONS);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-bundles-'));
  for (const file of ['package.json', 'package-lock.json', 'tsconfig.json', 'config/policy.json']) write(file, '{}');
  for (const file of ['adapters/none.ts', 'infra/plugin/bundle-functions.ts']) write(file, '');
  write('domain/word.ts', "export const word = 'hello';");
  write(
    'functions/greet/handler.ts',
    "import { word } from '../../domain/word.ts';\nexport const handler = () => word;",
  );
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a bundle of the same sources is left as it is', async () => {
  expect(await bundle()).toEqual([]);
  expect(bundled()).toContain('hello');
  write(BUNDLE, 'left');
  expect(await bundle()).toEqual([]);
  expect(bundled()).toBe('left');
});

test.each([
  ['domain/word.ts', "export const word = 'hello again';"],
  ['config/policy.json', '{"changed":true}'],
  ['package-lock.json', '{"changed":true}'],
  ['node_modules/.package-lock.json', '{"changed":true}'],
  ['tsconfig.json', '{"compilerOptions":{}}'],
  ['infra/plugin/bundle-functions.ts', '// changed'],
  ['adapters/another.ts', ''],
])('when %s is another, it is made anew', async (file, text) => {
  await bundle();
  write(BUNDLE, 'left');
  write(file, text);
  expect(await bundle()).toEqual([]);
  expect(bundled()).toContain('hello');
});

test('a function that was left out for a while is not taken for what it was before', async () => {
  const others = { part: { handler: 'dist/part/index.handler' } };
  write('functions/part/handler.ts', 'export const handler = () => 1;');
  await bundle();
  write('domain/word.ts', "export const word = 'hello again';");
  expect(await bundleFunctions(folder, others)).toEqual([]);
  expect(await bundleFunctions(folder, { ...FUNCTIONS, ...others })).toEqual([]);
  expect(bundled()).toContain('hello again');
});

test('one that is missing is made', async () => {
  await bundle();
  rmSync(join(folder, BUNDLE));
  expect(await bundle()).toEqual([]);
  expect(bundled()).toContain('hello');
});

test('a mistake is told again, and what was made before it is not taken for its bundle', async () => {
  await bundle();
  const good = readFileSync(join(folder, 'functions/greet/handler.ts'), 'utf8');
  write('functions/greet/handler.ts', 'export const handler = (;');
  const mistake = { file: 'functions/greet/handler.ts', place: 'line 1' };
  expect(await bundle()).toEqual([expect.objectContaining(mistake)]);
  expect(await bundle()).toEqual([expect.objectContaining(mistake)]);
  write('functions/greet/handler.ts', good);
  expect(await bundle()).toEqual([]);
  expect(bundled()).toContain('hello');
});
