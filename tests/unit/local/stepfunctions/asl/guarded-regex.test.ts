import { expect, test } from '@jest/globals';
import { GuardedRegex, RegexTimeoutError } from '../../../../../local/stepfunctions/asl/guarded-regex.ts';

test.each([
  [/^(a+)+$/, 50],
  [/^(a|aa)+$/, 100],
  [/a*a*a*a*a*b/, 2000],
])('%p is stopped on a text that it cannot match', (regex, length) => {
  expect(() => new GuardedRegex(regex).exec(`${'a'.repeat(length)}!`)).toThrow(RegexTimeoutError);
});

test('it matches like any other expression', () => {
  expect(new GuardedRegex(/(\d+)-(\d+)/).exec('call 12-34')?.slice(0, 3)).toEqual(['12-34', '12', '34']);
  expect(new GuardedRegex(/^(a+)+$/).exec('aaa')?.[0]).toBe('aaa');
  expect(new GuardedRegex(/x/).exec('abc')).toBeNull();
});

test('a global expression goes on where it stopped', () => {
  const regex = new GuardedRegex(/a(b+)*/g);
  expect([regex.exec('abbxab')?.[0], regex.exec('abbxab')?.[0], regex.exec('abbxab')]).toEqual(['abb', 'ab', null]);
});
