import { one, type RefusedDefinition, SCHEMA, task } from './definitions.ts';

const work: readonly RefusedDefinition[] = [
  {
    what: 'a task without a resource',
    definition: one({ Type: 'Task', End: true }),
    problems: [`${SCHEMA}: These fields are required: [Resource] at /States/Work`],
  },
  {
    what: 'a resource that is no ARN',
    definition: one({ Type: 'Task', Resource: 'price', End: true }),
    problems: [`${SCHEMA}: Value is not a valid resource ARN at /States/Work/Resource`],
  },
  {
    what: 'an action that is not integrated',
    definition: one({ Type: 'Task', Resource: 'arn:aws:states:::dynamodb:scan', End: true }),
    problems: [
      `${SCHEMA}: The resource provided arn:aws:states:::dynamodb:scan is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/Work/Resource`,
    ],
  },
  {
    what: 'a pattern that the action does not have',
    definition: one({ Type: 'Task', Resource: 'arn:aws:states:::sns:publish.sync', End: true }),
    problems: [
      `${SCHEMA}: The resource provided arn:aws:states:::sns:publish.sync is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/Work/Resource`,
    ],
  },
  {
    what: 'a parameter that is missing',
    definition: task({ Parameters: { Payload: {} } }),
    problems: [`${SCHEMA}: The field 'FunctionName' is required but was missing at /States/Work/Parameters`],
  },
  {
    what: 'a parameter that the service does not have',
    definition: task({ Parameters: { 'FunctionName.$': '$.f', Payloads: {} } }),
    problems: [`${SCHEMA}: The field 'Payloads' is not supported by Step Functions at /States/Work/Parameters`],
  },
  {
    what: 'credentials without a role',
    definition: task({ Credentials: {} }),
    problems: [`${SCHEMA}: The field 'RoleArn' is required but was missing at /States/Work/Credentials`],
  },
  {
    what: 'a heartbeat as long as the timeout',
    definition: task({ TimeoutSeconds: 5, HeartbeatSeconds: 5 }),
    problems: [`${SCHEMA}: HeartbeatSeconds must be smaller than TimeoutSeconds at /States/Work/HeartbeatSeconds`],
  },
  {
    what: 'a timeout written down and as a path',
    definition: task({ TimeoutSeconds: 5, TimeoutSecondsPath: '$.t' }),
    problems: [
      `${SCHEMA}: There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath] at /States/Work`,
    ],
  },
  {
    what: 'an activity in an Express machine',
    type: 'EXPRESS',
    definition: one({ Type: 'Task', Resource: 'arn:aws:states:eu-west-1:123456789012:activity:pick', End: true }),
    problems: [`${SCHEMA}: Express state machine does not support Activity ARN at /States/Work/Resource`],
  },
  {
    what: 'a job that is awaited in an Express machine',
    type: 'EXPRESS',
    definition: one({
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Parameters: { StateMachineArn: 'a' },
      End: true,
    }),
    problems: [
      `${SCHEMA}: Express state machine does not support '.sync' service integration at /States/Work/Resource`,
    ],
  },
  {
    what: 'a callback in an Express machine',
    type: 'EXPRESS',
    definition: one({
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: { FunctionName: 'f' },
      End: true,
    }),
    problems: [
      `${SCHEMA}: Express state machine does not support '.waitForTaskToken' service integration  at /States/Work/Resource`,
    ],
  },
];

const recovery: readonly RefusedDefinition[] = [
  {
    what: 'a retrier without errors',
    definition: task({ Retry: [{ ErrorEquals: [] }] }),
    problems: [`${SCHEMA}: Value cannot be empty at /States/Work/Retry[0]/ErrorEquals`],
  },
  {
    what: 'States.ALL beside another error',
    definition: task({ Retry: [{ ErrorEquals: ['States.ALL', 'Busy'] }] }),
    problems: [`${SCHEMA}: 'States.ALL' must appear alone in ErrorEquals at /States/Work/Retry[0]/ErrorEquals`],
  },
  {
    what: 'States.ALL before another retrier',
    definition: task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['Busy'] }] }),
    problems: [`${SCHEMA}: 'States.ALL' must be in the last entry of the list at /States/Work/Retry[0]/ErrorEquals`],
  },
  {
    what: 'a backoff that shrinks',
    definition: task({ Retry: [{ ErrorEquals: ['Busy'], BackoffRate: 0.5 }] }),
    problems: [`${SCHEMA}: Minimum value is 1.0 at /States/Work/Retry[0]/BackoffRate`],
  },
  {
    what: 'a longest delay below the first',
    definition: task({ Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 9, MaxDelaySeconds: 9 }] }),
    problems: [
      `${SCHEMA}: MaxDelaySeconds must be greater than IntervalSeconds at /States/Work/Retry[0]/MaxDelaySeconds`,
    ],
  },
  {
    what: 'a longest delay of more than a year',
    definition: task({ Retry: [{ ErrorEquals: ['Busy'], MaxDelaySeconds: 31_622_401 }] }),
    problems: [`${SCHEMA}: Maximum value is 31622400 at /States/Work/Retry[0]/MaxDelaySeconds`],
  },
  {
    what: 'a catcher that leads nowhere',
    definition: task({ Catch: [{ ErrorEquals: ['States.ALL'] }] }),
    problems: [`${SCHEMA}: These fields are required: [Next] at /States/Work/Catch[0]`],
  },
];

const choices: readonly RefusedDefinition[] = [
  {
    what: 'no rules',
    definition: one({ Type: 'Choice', Choices: [], Default: 'Work' }),
    problems: [
      `${SCHEMA}: Value cannot be empty at /States/Work/Choices`,
      'MISSING_END_STATE: Workflow has no terminal state at null',
    ],
  },
  ...(
    [
      [
        'two operators',
        { Variable: '$.a', IsNull: true, IsString: true },
        `${SCHEMA}: There should only be one of the following fields: [IsNull, IsString] at /States/Work/Choices[0]`,
      ],
      [
        'no operator',
        { Variable: '$.a' },
        `${SCHEMA}: A Choice Rule must have a comparison operator at /States/Work/Choices[0]`,
      ],
      [
        'an operand of the wrong type',
        { Variable: '$.a', NumericEquals: '1' },
        `${SCHEMA}: Expected value of type Number at /States/Work/Choices[0]/NumericEquals`,
      ],
      [
        'an operand that is no timestamp',
        { Variable: '$.a', TimestampEquals: '2026-02-30T00:00:00Z' },
        `${SCHEMA}: String does not match RFC3339 timestamp at /States/Work/Choices[0]/TimestampEquals`,
      ],
      [
        'a rule inside a rule that leads somewhere',
        { Not: { Variable: '$.a', IsNull: true, Next: 'Done' } },
        `${SCHEMA}: Field 'Next' is not supported at /States/Work/Choices[0]/Not`,
      ],
    ] as const
  ).map(([what, rule, problem]) => ({
    what,
    definition: {
      StartAt: 'Work',
      States: { Work: { Type: 'Choice', Choices: [{ ...rule, Next: 'Done' }] }, Done: { Type: 'Succeed' } },
    },
    problems: [problem],
  })),
];

const others: readonly RefusedDefinition[] = [
  {
    what: 'a wait for nothing',
    definition: one({ Type: 'Wait', End: true }),
    problems: [
      `${SCHEMA}: There must be one of the following fields: [Seconds, Timestamp, SecondsPath, TimestampPath] at /States/Work`,
    ],
  },
  {
    what: 'a wait for two things',
    definition: one({ Type: 'Wait', Seconds: 1, SecondsPath: '$.a', End: true }),
    problems: [
      `${SCHEMA}: There should only be one of the following fields: [Seconds, Timestamp, SecondsPath, TimestampPath] at /States/Work`,
    ],
  },
  {
    what: 'a wait back in time',
    definition: one({ Type: 'Wait', Seconds: -1, End: true }),
    problems: [`${SCHEMA}: Minimum value is 0 at /States/Work/Seconds`],
  },
  {
    what: 'a timestamp with a small t',
    definition: one({ Type: 'Wait', Timestamp: '2026-01-01t00:00:00Z', End: true }),
    problems: [`${SCHEMA}: String does not match RFC3339 timestamp at /States/Work/Timestamp`],
  },
  {
    what: 'an error written down and as a path',
    definition: one({ Type: 'Fail', Error: 'a', ErrorPath: '$.e' }),
    problems: [`${SCHEMA}: There should only be one of the following fields: [Error, ErrorPath] at /States/Work`],
  },
  {
    what: 'no branches',
    definition: one({ Type: 'Parallel', Branches: [], End: true }),
    problems: [`${SCHEMA}: Value cannot be empty at /States/Work/Branches`],
  },
];

/** What is wrong with a state of one type. */
export const REFUSED_STATES: readonly RefusedDefinition[] = [...work, ...recovery, ...choices, ...others];
