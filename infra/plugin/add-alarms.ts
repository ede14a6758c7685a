import type { CloudFormationResource, CloudFormationTemplate } from './serverless-host.ts';

/** Per stage, from `custom.alarms` in serverless.yml. */
export interface AlarmThresholds {
  /** Errors of one function in five minutes. Steps report business outcomes as errors, so a few are nothing. */
  readonly functionErrors: number;
  /** How much of its timeout a function may use, in percent. */
  readonly durationPercent: number;
}

type Resources = Record<string, CloudFormationResource>;

const OPERATIONS = [{ Ref: 'OperationsTopic' }];

/** Once in five minutes is enough, and nothing happening is well. */
const ALARM = {
  Statistic: 'Sum',
  Period: 300,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  TreatMissingData: 'notBreaching',
  AlarmActions: OPERATIONS,
  OKActions: OPERATIONS,
};

const alarm = (AlarmDescription: string, settings: Record<string, unknown>): CloudFormationResource => {
  const Properties: Record<string, unknown> = { AlarmDescription, ...ALARM, ...settings };
  if (settings.ExtendedStatistic !== undefined) delete Properties.Statistic;
  return { Type: 'AWS::CloudWatch::Alarm', Properties };
};

/**
 * The alarms that every resource of a kind has: state machines that fail or run out of time, dead-letter queues with something
 * in them, functions that fail, are throttled or come close to their timeout. What infra/alarms.yml watches already is left
 * to it; its alarms are completed. Runbooks: docs/operating.md.
 * @returns resources by logical id
 */
export function addAlarms({ Resources: resources }: CloudFormationTemplate, thresholds: AlarmThresholds): Resources {
  const written = ofType(resources, 'AWS::CloudWatch::Alarm');
  const watched = new Set(written.map(([, { Properties }]) => subjectOf(Properties)));
  const alarms: Resources = {
    ...machineAlarms(ofType(resources, 'AWS::StepFunctions::StateMachine')),
    ...queueAlarms(deadLetterQueues(resources)),
    ...functionAlarms(ofType(resources, 'AWS::Lambda::Function'), thresholds),
  };
  const missing = Object.entries(alarms).filter(([, { Properties }]) => !watched.has(subjectOf(Properties)));
  const completed = written.map(([id, { Properties: { AlarmDescription, ...rest } = {} }]) => [
    id,
    alarm(String(AlarmDescription), rest),
  ]);
  return Object.fromEntries([...completed, ...missing]);
}

const ofType = (resources: Resources, type: string) =>
  Object.entries(resources).filter(([, { Type }]) => Type === type);

const subjectOf = ({ Namespace, MetricName, Dimensions }: Record<string, unknown> = {}): string =>
  JSON.stringify([Namespace, MetricName, Dimensions]);

function machineAlarms(machines: [string, CloudFormationResource][]): Resources {
  const about = (id: string) => ({
    Namespace: 'AWS/States',
    Dimensions: [{ Name: 'StateMachineArn', Value: { Ref: id } }],
    Period: 60,
  });
  return Object.fromEntries(
    machines.flatMap(([id]) => {
      const name = id.replace(/StateMachine$/, '');
      const failed = `An execution of ${words(name)} failed. Runbook: "An execution failed".`;
      const late = `An execution of ${words(name)} ran out of its time. Runbook: "An execution ran out of time".`;
      return [
        [`${name}FailedAlarm`, alarm(failed, { ...about(id), MetricName: 'ExecutionsFailed' })],
        [`${name}TimedOutAlarm`, alarm(late, { ...about(id), MetricName: 'ExecutionsTimedOut' })],
      ];
    }),
  );
}

function queueAlarms(queues: readonly string[]): Resources {
  return Object.fromEntries(
    queues.map((id) => [
      `${id}Alarm`,
      alarm(`${sentence(words(id))} hold a message that was given up. Runbook: "A message was given up".`, {
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }],
        Statistic: 'Maximum',
      }),
    ]),
  );
}

/** Queues that another resource names as the place for what it gives up. */
function deadLetterQueues(resources: Resources): string[] {
  const named = new Set<string>();
  const look = (value: unknown, key = ''): void => {
    if (typeof value !== 'object' || value === null) return;
    const [id] = ((value as { 'Fn::GetAtt'?: string[] })['Fn::GetAtt'] ?? []) as [string?];
    if (key === 'deadLetterTargetArn' && id) named.add(id);
    for (const [name, member] of Object.entries(value)) {
      // DeadLetterConfig has the queue's ARN inside.
      look(member, key === 'DeadLetterConfig' || key === 'OnFailure' ? 'deadLetterTargetArn' : name);
    }
  };
  look(resources);
  return [...named].filter((id) => resources[id]?.Type === 'AWS::SQS::Queue').sort();
}

/** Its errors are how it refuses tokens, so that strangers could make it ring; where it is broken, the API answers 500. */
const GATEKEEPER = 'AuthoriseRequestLambdaFunction';

function functionAlarms(functions: [string, CloudFormationResource][], thresholds: AlarmThresholds): Resources {
  const { functionErrors, durationPercent } = thresholds;
  return Object.fromEntries(
    functions.flatMap(([id, { Properties: { Timeout = 3 } = {} }]) => {
      const name = id.replace(/LambdaFunction$/, '');
      const about = { Namespace: 'AWS/Lambda', Dimensions: [{ Name: 'FunctionName', Value: { Ref: id } }] };
      const limit = (Number(Timeout) * 1000 * durationPercent) / 100;
      const said = (what: string, runbook: string) => `${what}: ${words(name)}. Runbook: "${runbook}".`;
      const failing = said('A function fails again and again', 'A function fails');
      const throttled = said('A function was throttled', 'A function is throttled');
      const slow = said(`A function used ${durationPercent} % of its timeout`, 'A function is slow');
      const errors = alarm(failing, { ...about, MetricName: 'Errors', Threshold: functionErrors });
      return [
        ...(id === GATEKEEPER ? [] : [[`${name}ErrorsAlarm`, errors] as const]),
        [`${name}ThrottlesAlarm`, alarm(throttled, { ...about, MetricName: 'Throttles' })],
        [`${name}SlowAlarm`, alarm(slow, { ...about, MetricName: 'Duration', Statistic: 'Maximum', Threshold: limit })],
      ];
    }),
  );
}

/** `ProcessOrder` as "process order". */
const words = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
