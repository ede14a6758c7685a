import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { keepBytes } from '../../../scripts/conformance/keep-bytes.ts';

function runnerWith(source: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'));
  writeFileSync(join(folder, 'substitution.mjs'), source);
  return folder;
}

const walk = `export const walk = (item) => {
  if (item && typeof item === 'object') {
    return Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, walk(inner)]));
  }
  return item;
};`;

test('a runner that takes bytes apart keeps them afterwards, and objects are still walked', async () => {
  const folder = runnerWith(walk);
  expect(keepBytes(folder)).toBe(true);
  const corrected = (await import(join(folder, 'substitution.mjs'))) as { walk: (item: unknown) => unknown };
  const bytes = new Uint8Array([80, 75]);
  expect(corrected.walk({ code: bytes })).toEqual({ code: bytes });
});

test('a runner without the mistake is left as it is', () => {
  const folder = runnerWith('// keeps every Uint8Array\n');
  expect(keepBytes(folder)).toBe(false);
  expect(readFileSync(join(folder, 'substitution.mjs'), 'utf8')).toBe('// keeps every Uint8Array\n');
});
