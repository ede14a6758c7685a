import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readPackage } from '../../../../local/template/package-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const template = JSON.stringify({ Resources: { A: { Type: 'T' } } });

test('a folder without a template is refused, with what to do', () => {
  expect(() => readPackage(folder)).toThrow('make it with: npx serverless package');
});

test('the state file gives the stack name and the region', () => {
  writeFileSync(join(folder, 'cloudformation-template-update-stack.json'), template);
  const state = { service: { service: 'shop', provider: { stage: 'dev', region: 'eu-west-1' } } };
  writeFileSync(join(folder, 'serverless-state.json'), JSON.stringify(state));
  expect(readPackage(folder)).toMatchObject({ stackName: 'shop-dev', region: 'eu-west-1' });
});

test('a damaged state file does no harm', () => {
  writeFileSync(join(folder, 'cloudformation-template-update-stack.json'), template);
  writeFileSync(join(folder, 'serverless-state.json'), '{');
  expect(readPackage(folder)).toMatchObject({ stackName: 'local' });
});
