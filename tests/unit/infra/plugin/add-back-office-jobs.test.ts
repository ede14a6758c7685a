import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { addBackOfficeJobs, type BackOfficeJob, checkJobs } from '../../../../infra/plugin/add-back-office-jobs.ts';
import { checkConfiguration } from '../../../../infra/plugin/check-configuration.ts';
import type { CloudFormationTemplate } from '../../../../infra/plugin/serverless-host.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, '../../../..', file), 'utf8');
const SCHEMA = JSON.parse(read('config/close-of-day.schema.json'));
const { jobs: ALL } = JSON.parse(read('jobs/close-of-day.json')) as { jobs: BackOfficeJob[] };
const problemsOf = (jobs: unknown) =>
  checkConfiguration('jobs.json', JSON.stringify({ jobs }, null, 2), SCHEMA, checkJobs).map(({ place }) => place);

const template = (): CloudFormationTemplate => ({
  Resources: {
    CloseDayStateMachine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { Definition: { StartAt: 'First', States: { First: { Assign: { jobs: [], day: 'today' } } } } },
    },
    CloseDayRole: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyName: 'close-day' }] } },
  },
});

describe('a list of back-office jobs', () => {
  test.each([
    ['an unknown service', [{ ...ALL[0], service: 'lambda' }], '/jobs/0/service'],
    ['a member of another service', [{ ...ALL[2], queue: 'arn:aws:batch:eu-central-1:000000000000:x' }], '/jobs/0'],
    ['a missing member', [{ name: 'a', service: 'glue', timeoutSeconds: 60 }], '/jobs/0'],
    ['no time limit', [{ name: 'a', service: 'glue', job: 'x' }], '/jobs/0'],
    ['an expression', [{ name: 'a', service: 'glue', timeoutSeconds: 60, job: '{% $now() %}' }], '/jobs/0/job'],
    ['a name that no service takes', [{ ...ALL[2], name: 'Load it' }], '/jobs/0/name'],
    ['one name twice', [ALL[0], { ...ALL[1], name: ALL[0]?.name }], '/jobs/1/name'],
  ])('with %s is refused at its place', (_, jobs, pointer) => {
    expect(problemsOf(jobs).map((place) => place.split(' ')[0])).toContain(pointer);
  });

  test('of each kind, and an empty one, is taken', () => {
    expect(problemsOf(ALL)).toEqual([]);
    expect(problemsOf([])).toEqual([]);
  });

  test('is empty in a fresh deployment', () => {
    expect(JSON.parse(read('config/close-of-day.json')).jobs).toEqual([]);
  });
});

describe('packaging', () => {
  test('without jobs grants nothing more, and runs none', () => {
    const made = template();
    addBackOfficeJobs(made, []);
    expect(made).toEqual(template());
  });

  test('with jobs puts them into the definition, and what they need into the role', () => {
    const made = template();
    addBackOfficeJobs(made, ALL);
    expect(made.Resources.CloseDayStateMachine?.Properties?.Definition).toMatchObject({
      States: { First: { Assign: { jobs: ALL, day: 'today' } } },
    });
    const policies = made.Resources.CloseDayRole?.Properties?.Policies as {
      PolicyDocument: { Statement: { Action: string[]; Resource: unknown }[] };
    }[];
    const statements = policies[1]?.PolicyDocument.Statement ?? [];
    const started = statements
      .flatMap(({ Action }) => Action)
      .filter((action) => /Submit|Run|Start|Create|Add/.test(action));
    expect(started.filter((action) => !/Tags|Get|Stop/.test(action))).toEqual([
      'batch:SubmitJob',
      'ecs:RunTask',
      'glue:StartJobRun',
      'sagemaker:CreateProcessingJob',
      'elasticmapreduce:AddJobFlowSteps',
    ]);
    // Of a definition that is named without a revision any may be started; a grant on the bare name is never asked for.
    const definitions = statements
      .filter(({ Action }) => /batch:SubmitJob|ecs:RunTask/.test(Action.join()))
      .flatMap(({ Resource }) => Resource)
      .filter((resource) => /definition/.test(String(resource)));
    expect(definitions.every((resource) => /:(\*|\d+)$/.test(String(resource)))).toBe(true);
    expect(definitions).toHaveLength(2);
    // Nothing is granted on everything, except what Batch can't say more narrowly; the jobs' own roles are handed over, and no others.
    expect(statements.filter(({ Resource }) => Resource === '*').map(({ Action }) => Action)).toEqual([
      ['batch:DescribeJobs'],
    ]);
    const passing = statements.filter(({ Action }) => Action.includes('iam:PassRole'));
    expect(passing.flatMap(({ Resource }) => Resource)).toEqual(
      Array(2).fill('arn:aws:iam::000000000000:role/back-office'),
    );
  });
});
