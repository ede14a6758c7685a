import { expect, test } from '@jest/globals';
import { checkConfiguration } from '../../../../infra/plugin/check-configuration.ts';

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: { approver: { type: 'string', format: 'email' }, required: { type: 'integer', minimum: 1 } },
};

test('all mistakes are named at once, each with its pointer', () => {
  const problems = checkConfiguration('config/policy.json', { approver: 'nobody', required: 0 }, SCHEMA);
  expect(problems.map(({ place }) => place)).toEqual(['/approver', '/required']);
});

test('an unknown member is refused by name', () => {
  const [problem] = checkConfiguration('config/policy.json', { aprover: 'a@example.com' }, SCHEMA);
  expect(problem?.message).toContain('"aprover"');
});

test('a correct file has no problems', () => {
  expect(checkConfiguration('config/policy.json', { approver: 'a@example.com', required: 1 }, SCHEMA)).toEqual([]);
});
