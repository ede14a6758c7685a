import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { checkApprovalPolicy } from '../../../../domain/check-approval-policy.ts';
import { checkConfiguration } from '../../../../infra/plugin/check-configuration.ts';

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: { approver: { type: 'string', format: 'email' }, required: { type: 'integer', minimum: 1 } },
};
const check = (text: string, schema: object = SCHEMA) => checkConfiguration('config/policy.json', text, schema);

test('all mistakes are named at once, each with its pointer and its line', () => {
  const problems = check('{\n  "approver": "nobody",\n\n  "required": 0\n}');
  expect(problems.map(({ place }) => place)).toEqual(['/approver line 2', '/required line 4']);
});

test('an unknown member is refused by name', () => {
  const [problem] = check('{\n  "aprover": "a@example.com"\n}');
  expect(problem).toMatchObject({ place: '/aprover line 2', message: expect.stringContaining('"aprover"') });
});

test('what is missing is named by the line of what it is missing in', () => {
  const schema = { properties: { stage: { type: 'object', required: ['title'] } } };
  const [problem] = check('{\n  "stage":\n  {}\n}', schema);
  expect(problem).toMatchObject({ place: '/stage line 3', message: expect.stringContaining('title') });
});

test('members with slashes and tildes in their names are found', () => {
  const schema = { properties: { 'a/b~c': { type: 'string' } } };
  expect(check('{\n  "a/b~c": 1\n}', schema)[0]?.place).toBe('/a~1b~0c line 2');
});

test('a correct file has no problems', () => {
  expect(check('{ "approver": "a@example.com", "required": 1 }')).toEqual([]);
});

const read = (file: string) => readFileSync(new URL(`../../../../config/${file}`, import.meta.url), 'utf8');

test('the approval policy as it is has no problems, by its schema and by its rules', () => {
  const schema = JSON.parse(read('approval-policy.schema.json'));
  expect(checkConfiguration('f', read('approval-policy.json'), schema, checkApprovalPolicy)).toEqual([]);
});

test.each([
  ['"Europe/Berlin"', '"Europe/Atlantis"', '/calendar/timeZone', 'is no time zone'],
  ['"PT32H"', '"P4D"', '/stages/compliance/expireAfter', 'has days'],
  ['"2026-12-25"', '"2026-12-32"', '/calendar/holidays/0', 'is not a date'],
  ['["09:00-15:00"]', '["09:00-15:00", "14:00-16:00"]', '/calendar/workingHours/friday/1', 'begins before'],
  ['"deputy@example.com"', '"deputy"', '/stages/manager/delegateTo/0', 'pattern'],
])('the approval policy with %s as %s is refused at %s and its line', (right, wrong, pointer, message) => {
  const text = read('approval-policy.json').replace(right, wrong);
  const schema = JSON.parse(read('approval-policy.schema.json'));
  const [problem] = checkConfiguration('f', text, schema, checkApprovalPolicy);
  const line = text.slice(0, text.indexOf(wrong)).split('\n').length;
  expect(problem).toMatchObject({ place: `${pointer} line ${line}`, message: expect.stringContaining(message) });
});
