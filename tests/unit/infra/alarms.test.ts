import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { packagedService } from '../../packaged-service.ts';

// What rings, in the template as it is deployed.

interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  // biome-ignore lint/suspicious/noExplicitAny: each type has its own.
  readonly Properties: any;
}

let resources: Record<string, Resource>;
beforeAll(async () => {
  const file = join(await packagedService(), 'cloudformation-template-update-stack.json');
  resources = JSON.parse(readFileSync(file, 'utf8')).Resources;
}, 120_000);

const ofType = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);
const alarms = () => ofType('AWS::CloudWatch::Alarm');
const watched = (metric: string): string[] =>
  alarms().flatMap(([, { Properties }]) =>
    Properties.MetricName === metric ? [JSON.stringify(Properties.Dimensions[0].Value)] : [],
  );
const reference = (id: string): string => JSON.stringify({ Ref: id });

test('every alarm tells the operations topic when it rings and when it recovers, and names its runbook', () => {
  const topic = [{ Ref: 'OperationsTopic' }];
  const silent = alarms().filter(
    ([, { Properties }]) =>
      JSON.stringify([Properties.AlarmActions, Properties.OKActions]) !== JSON.stringify([topic, topic]) ||
      !/ Runbook: "[^"]+"\.$/.test(Properties.AlarmDescription),
  );
  expect(alarms().length).toBeGreaterThan(0);
  expect(silent.map(([id]) => id)).toEqual([]);
});

test('no metric is watched twice', () => {
  const subjects = alarms().map(
    ([
      ,
      {
        Properties: { Namespace, MetricName, Dimensions },
      },
    ]) => JSON.stringify([Namespace, MetricName, Dimensions]),
  );
  expect(subjects.filter((subject, index) => subjects.indexOf(subject) !== index)).toEqual([]);
});

test('executions that fail or run out of time ring, for every state machine', () => {
  const machines = ofType('AWS::StepFunctions::StateMachine').map(([id]) => reference(id));
  expect(watched('ExecutionsFailed').sort()).toEqual([...machines].sort());
  expect(watched('ExecutionsTimedOut').sort()).toEqual([...machines].sort());
});

test('every queue rings that something is given up to', () => {
  const text = JSON.stringify(resources);
  const givenUpTo = ofType('AWS::SQS::Queue')
    .map(([id]) => id)
    .filter((id) => new RegExp(`"(deadLetterTargetArn|Arn)":\\{"Fn::GetAtt":\\["${id}","Arn"\\]`).test(text))
    .filter((id) => id.endsWith('DeadLetters'));
  expect(givenUpTo.length).toBeGreaterThan(3);
  expect(watched('ApproximateNumberOfMessagesVisible').sort()).toEqual(
    givenUpTo.map((id) => JSON.stringify({ 'Fn::GetAtt': [id, 'QueueName'] })).sort(),
  );
});

test('every function rings when it fails, is throttled, or comes close to its timeout', () => {
  const functions = ofType('AWS::Lambda::Function');
  const all = functions.map(([id]) => reference(id)).sort();
  for (const metric of ['Throttles', 'Duration']) expect(watched(metric).sort()).toEqual(all);
  // Who comes without a good token is refused by an error.
  expect(watched('Errors').sort()).toEqual(all.filter((id) => id !== reference('AuthoriseRequestLambdaFunction')));
  for (const [id, { Properties }] of functions) {
    const slow = resources[`${id.replace('LambdaFunction', '')}SlowAlarm`]?.Properties;
    expect([id, slow.Threshold]).toEqual([id, Properties.Timeout * 800]);
  }
});

test("the application's own metrics that are watched are metrics that it writes", () => {
  const own = alarms().filter(([, { Properties }]) => Properties.Namespace === 'Countersign');
  const source = readFileSync(join(import.meta.dirname, '../../../functions/metrics.ts'), 'utf8');
  expect(own.map(([, { Properties }]) => Properties.MetricName).sort()).toEqual(
    ['DecidedNotResumed', 'MailNotSent', 'OldestPendingApproval', 'UnexpectedErrors'].sort(),
  );
  for (const [, { Properties }] of own) {
    expect(source).toContain(`'${Properties.MetricName}'`);
    // As functions write it: the dimension that Powertools adds.
    expect(Properties.Dimensions).toEqual([{ Name: 'service', Value: 'countersign-dev' }]);
  }
  const names = ofType('AWS::Lambda::Function').map(([, { Properties }]) => Properties.Environment.Variables);
  for (const { POWERTOOLS_SERVICE_NAME, POWERTOOLS_METRICS_NAMESPACE } of names) {
    expect([POWERTOOLS_SERVICE_NAME, POWERTOOLS_METRICS_NAMESPACE]).toEqual(['countersign-dev', 'Countersign']);
  }
});

test('the dashboard shows every state machine, queue, function and alarm', () => {
  const [[, { Properties }] = ['', { Properties: {} }]] = ofType('AWS::CloudWatch::Dashboard');
  const body: string = Properties.DashboardBody['Fn::Sub'];
  const shown = ['StepFunctions::StateMachine', 'SQS::Queue', 'Lambda::Function', 'CloudWatch::Alarm'];
  const missing = shown
    .flatMap((type) => ofType(`AWS::${type}`))
    .filter(([, { Condition }]) => Condition === undefined)
    .map(([id]) => id)
    .filter((id) => !body.includes(`\${${id}}`) && !body.includes(`\${${id}.`));
  expect(missing).toEqual([]);
  const boxes = (JSON.parse(body).widgets as { x: number; y: number; width: number; height: number }[]).map(
    ({ x, y, width }) => ({ x, y, width }),
  );
  expect(boxes.every(({ x, width }) => x + width <= 24)).toBe(true);
  expect(new Set(boxes.map(({ x, y }) => `${x}/${y}`)).size).toBe(boxes.length);
});

test('tracing is on everywhere, and every role may write what it traces', () => {
  for (const [id, { Type, Properties }] of Object.entries(resources)) {
    const isTraced =
      (Type === 'AWS::Lambda::Function' && Properties.TracingConfig?.Mode === 'Active') ||
      (Type === 'AWS::StepFunctions::StateMachine' && Properties.TracingConfiguration?.Enabled === true) ||
      (Type === 'AWS::ApiGateway::Stage' && Properties.TracingEnabled === true);
    if (/^AWS::(Lambda::Function|StepFunctions::StateMachine|ApiGateway::Stage)$/.test(Type)) {
      expect([id, isTraced]).toEqual([id, true]);
    }
    const role = (Properties.Role ?? Properties.RoleArn)?.['Fn::GetAtt']?.[0];
    if (/^AWS::(Lambda::Function|StepFunctions::StateMachine)$/.test(Type)) {
      expect([role, JSON.stringify(resources[role]?.Properties.Policies)]).toEqual([
        role,
        expect.stringContaining('xray:PutTraceSegments'),
      ]);
    }
  }
});

test('state machines log no data of executions', () => {
  const logging = ofType('AWS::StepFunctions::StateMachine').map(([id, { Properties }]) => [
    id,
    Properties.LoggingConfiguration.IncludeExecutionData,
  ]);
  expect(logging.filter(([, included]) => included !== false)).toEqual([]);
});
