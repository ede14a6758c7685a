import { expect, test } from '@jest/globals';
import { compilePath } from '../../../../../../local/stepfunctions/asl/jsonpath/compile-path.ts';
import { parse } from '../../../../../../local/stepfunctions/asl/parse.ts';
import { scopeWith } from '../expression-scope.ts';
import { one, SCHEMA } from './definitions.ts';

const codesOf = (state: object): string[] => {
  const { problems } = parse(JSON.stringify(one({ Type: 'Pass', End: true, ...state })), { type: 'STANDARD' });
  return problems.map(({ code }) => code);
};

const call = (levels: number) => ({ Parameters: { 'a.$': `${'States.Array('.repeat(levels)}1${')'.repeat(levels)}` } });

test('calls of intrinsic functions nest ten levels, as many as AWS documents; more are refused as no call, however many', () => {
  expect(codesOf(call(10))).toEqual([]);
  for (const levels of [11, 6_000, 100_000]) expect(codesOf(call(levels))).toEqual([SCHEMA]);
});

test('calls beside each other do not nest', () => {
  const many = `States.Array(${'States.UUID(), '.repeat(50)}1)`;
  expect(codesOf({ Parameters: { 'a.$': many } })).toEqual([]);
});

test.each([
  ['filters in filters', (levels: number) => `$${'[?(@.a'.repeat(levels)}${')]'.repeat(levels)}`],
  ['parentheses', (levels: number) => `$[?(${'('.repeat(levels)}@.a == 1${')'.repeat(levels)})]`],
  ['negations', (levels: number) => `$[?(${'!'.repeat(levels)}@.a)]`],
  ['lists', (levels: number) => `$[?(@.a in ${'['.repeat(levels)}1${']'.repeat(levels)})]`],
])('%s nest as deep as anybody writes them; thousands are refused as no path', (_what, path) => {
  expect(codesOf({ InputPath: path(50) })).toEqual([]);
  for (const levels of [1_000, 6_000, 100_000]) expect(codesOf({ InputPath: path(levels) })).toEqual([SCHEMA]);
});

test('a filter of many thousand comparisons beside each other is one, and works', () => {
  const path = `$[?(@.a == 0${' || @.a == 1'.repeat(20_000)})]`;
  expect(codesOf({ InputPath: path })).toEqual([]);
  expect(compilePath(path).evaluate(scopeWith([{ a: 1 }, { a: 2 }]))).toEqual([{ a: 1 }]);
});
