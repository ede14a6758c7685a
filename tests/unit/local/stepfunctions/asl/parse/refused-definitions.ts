import type { JsonObject } from '../../../../../../local/stepfunctions/asl/json.ts';

/** A definition, and what is wrong with it: `CODE: message at location`. */
export interface RefusedDefinition {
  readonly what: string;
  readonly definition: JsonObject;
  readonly type?: 'EXPRESS';
  readonly problems: readonly string[];
}

const SCHEMA = 'SCHEMA_VALIDATION_FAILED';
const FUNCTION = 'arn:aws:states:::lambda:invoke';

/** A machine whose only state is `Work`. */
const one = (state: JsonObject, machine: JsonObject = {}): JsonObject => ({
  StartAt: 'Work',
  States: { Work: state },
  ...machine,
});
const task = (more: JsonObject): JsonObject =>
  one({ Type: 'Task', Resource: FUNCTION, Parameters: { FunctionName: 'price' }, End: true, ...more });
const jsonata = (state: JsonObject): JsonObject => one(state, { QueryLanguage: 'JSONata' });
const map = (more: JsonObject, processor: JsonObject = {}): JsonObject =>
  one({
    Type: 'Map',
    End: true,
    ItemProcessor: { StartAt: 'Each', States: { Each: { Type: 'Pass', End: true } }, ...processor },
    ...more,
  });
const DISTRIBUTED = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };

const structure: readonly RefusedDefinition[] = [
  {
    what: 'no fields at all',
    definition: {},
    problems: [`${SCHEMA}: These fields are required: [StartAt, States] at /`],
  },
  {
    what: 'no states',
    definition: { StartAt: 'A', States: {} },
    problems: [
      `${SCHEMA}: Value cannot be empty at /States`,
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: A at /StartAt",
    ],
  },
  {
    what: 'a state that is no object',
    definition: { StartAt: 'A', States: { A: 1 } },
    problems: [`${SCHEMA}: Expected value of type Object at /States/A`],
  },
  {
    what: 'a field that machines do not have',
    definition: one({ Type: 'Succeed' }, { Owner: 'us' }),
    problems: [`${SCHEMA}: Field 'Owner' is not supported at /`],
  },
  {
    what: 'a field that this type of state does not have',
    definition: one({ Type: 'Pass', End: true, Retry: [] }),
    problems: [`${SCHEMA}: Field 'Retry' is not supported at /States/Work`],
  },
  {
    what: 'a state without a type',
    definition: one({ End: true }),
    problems: [`${SCHEMA}: These fields are required: [Type] at /States/Work`],
  },
  {
    what: 'a type that does not exist',
    definition: one({ Type: 'Loop', End: true }),
    problems: [
      `${SCHEMA}: The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/Work/Type`,
    ],
  },
  {
    what: 'neither Next nor End',
    definition: one({ Type: 'Pass' }),
    problems: [`${SCHEMA}: There must be one of the following fields: [Next, End] at /States/Work`],
  },
  {
    what: 'a timeout of the wrong type',
    definition: one({ Type: 'Succeed' }, { TimeoutSeconds: '5' }),
    problems: [`${SCHEMA}: Expected value of type Integer at /TimeoutSeconds`],
  },
  {
    what: 'a timeout of zero',
    definition: one({ Type: 'Succeed' }, { TimeoutSeconds: 0 }),
    problems: [`${SCHEMA}: Minimum value is 1 at /TimeoutSeconds`],
  },
  {
    what: 'a name that is too long',
    definition: { StartAt: 'x'.repeat(81), States: { ['x'.repeat(81)]: { Type: 'Succeed' } } },
    problems: [
      `INVALID_STATE_NAME: State name exceeds the allowed length of 80 characters: ${'x'.repeat(81)} at /States/${'x'.repeat(81)}`,
    ],
  },
];

const graph: readonly RefusedDefinition[] = [
  {
    what: 'a start that does not exist',
    definition: { StartAt: 'B', States: { A: { Type: 'Succeed' } } },
    problems: [
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /StartAt",
      'MISSING_TRANSITION_TARGET: State "A" is not reachable. at /States/A',
    ],
  },
  {
    what: 'a target that does not exist',
    definition: one({ Type: 'Pass', Next: 'Later' }),
    problems: [
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: Later at /States/Work/Next",
      'MISSING_END_STATE: Workflow has no terminal state at null',
    ],
  },
  {
    what: 'a loop without an end',
    definition: { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } },
    problems: ['MISSING_END_STATE: Workflow has no terminal state at null'],
  },
  {
    what: 'a state that nothing leads to',
    definition: { StartAt: 'A', States: { A: { Type: 'Succeed' }, B: { Type: 'Succeed' } } },
    problems: ['MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B'],
  },
  {
    what: 'a target in another branch',
    definition: {
      StartAt: 'Work',
      States: {
        Work: {
          Type: 'Parallel',
          End: true,
          Branches: [{ StartAt: 'Inner', States: { Inner: { Type: 'Pass', Next: 'Work' } } }],
        },
      },
    },
    problems: [
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: Work at /States/Work/Branches[0]/States/Inner/Next",
      'MISSING_END_STATE: Workflow has no terminal state at null',
    ],
  },
  {
    what: 'a name that is used in a branch as well',
    definition: {
      StartAt: 'Work',
      States: {
        Work: { Type: 'Parallel', End: true, Branches: [{ StartAt: 'Work', States: { Work: { Type: 'Succeed' } } }] },
      },
    },
    problems: ['DUPLICATE_STATE_NAME: Duplicate State name: Work at /States/Work/Branches[0]/States/Work'],
  },
  {
    what: 'a missing target of a rule, a default and a catcher',
    definition: {
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'X' }], Default: 'T' },
        T: {
          Type: 'Task',
          Resource: FUNCTION,
          Parameters: { FunctionName: 'f' },
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Y' }],
          End: true,
        },
      },
    },
    problems: [
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/C/Choices[0]/Next",
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: Y at /States/T/Catch[0]/Next",
    ],
  },
];

const languages: readonly RefusedDefinition[] = [
  {
    what: 'a language that does not exist',
    definition: one({ Type: 'Succeed' }, { QueryLanguage: 'XPath' }),
    problems: [
      `${SCHEMA}: The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata] at /QueryLanguage`,
    ],
  },
  {
    what: 'a JSONPath state in a JSONata machine',
    definition: jsonata({ Type: 'Pass', QueryLanguage: 'JSONPath', End: true }),
    problems: [
      `${SCHEMA}: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/Work`,
    ],
  },
  {
    what: 'a JSONPath field in JSONata',
    definition: jsonata({ Type: 'Pass', InputPath: '$.a', End: true }),
    problems: [
      `${SCHEMA}: The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage at /States/Work`,
    ],
  },
  {
    what: 'a JSONata field in JSONPath',
    definition: one({ Type: 'Pass', Output: {}, End: true }),
    problems: [
      `${SCHEMA}: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/Work`,
    ],
  },
  {
    what: 'a language of an item processor',
    definition: map({}, { QueryLanguage: 'JSONata' }),
    problems: [`${SCHEMA}: Field 'QueryLanguage' is not supported at /States/Work/ItemProcessor`],
  },
  {
    what: 'JSONata that does not parse',
    definition: jsonata({ Type: 'Pass', Output: { a: ['{% 1 + %}'] }, End: true }),
    problems: ['INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/Work/Output/a[0]'],
  },
  {
    what: 'a bare name in JSONata',
    definition: jsonata({ Type: 'Pass', Output: { v: '{% order.total %}' }, End: true }),
    problems: [
      "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'order' at the top level is not supported. at /States/Work/Output/v",
    ],
  },
  {
    what: 'the error output outside a catcher',
    definition: jsonata({ Type: 'Pass', Output: '{% $states.errorOutput %}', End: true }),
    problems: ["UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.errorOutput' does not exist. at /States/Work/Output"],
  },
  {
    what: 'text where JSONata has to be',
    definition: jsonata({ Type: 'Choice', Choices: [{ Condition: 'true', Next: 'Work' }], Default: 'Work' }),
    problems: [
      `${SCHEMA}: Value is not a valid JSONata expression at /States/Work/Choices[0]/Condition`,
      'MISSING_END_STATE: Workflow has no terminal state at null',
    ],
  },
];

const paths: readonly RefusedDefinition[] = [
  {
    what: 'text that is no path',
    definition: one({ Type: 'Pass', InputPath: 'order', End: true }),
    problems: [`${SCHEMA}: Value is not a valid JSONPath at /States/Work/InputPath`],
  },
  {
    what: 'a ResultPath with a wildcard',
    definition: one({ Type: 'Pass', ResultPath: '$.a[*]', End: true }),
    problems: [`${SCHEMA}: Value is not a Reference Path at /States/Work/ResultPath`],
  },
  {
    what: 'a template field that is no path',
    definition: one({ Type: 'Pass', Parameters: { deep: { 'a.$': 'order' } }, End: true }),
    problems: [
      `${SCHEMA}: The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call at /States/Work/Parameters/deep`,
    ],
  },
  {
    what: 'two template fields that are no paths',
    definition: one({ Type: 'Pass', Parameters: { 'a.$': 1, 'b.$': 'States.Nothing()' }, End: true }),
    problems: [
      `${SCHEMA}: The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call at /States/Work/Parameters`,
      `${SCHEMA}: The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call at /States/Work/Parameters`,
    ],
  },
];

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
  {
    what: 'a map without a processor',
    definition: one({ Type: 'Map', End: true }),
    problems: [`${SCHEMA}: There must be one of the following fields: [ItemProcessor, Iterator] at /States/Work`],
  },
  {
    what: 'a reader in an inline map',
    definition: map({ ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2' } }),
    problems: [`${SCHEMA}: Field 'ItemReader' is only supported for a Map state in DISTRIBUTED mode at /States/Work`],
  },
  {
    what: 'a distributed map without a type',
    definition: map({}, { ProcessorConfig: { Mode: 'DISTRIBUTED' } }),
    problems: [`${SCHEMA}: These fields are required: [ExecutionType] at /States/Work/ItemProcessor/ProcessorConfig`],
  },
  {
    what: 'a percentage above 100',
    definition: map({ ToleratedFailurePercentage: 101 }, DISTRIBUTED),
    problems: [`${SCHEMA}: Maximum value is 100.0 at /States/Work/ToleratedFailurePercentage`],
  },
  {
    what: 'a limit from the context object',
    definition: map({ MaxConcurrencyPath: '$$.Execution.Input.n' }, DISTRIBUTED),
    problems: [`${SCHEMA}: Value is not a Reference Path at /States/Work/MaxConcurrencyPath`],
  },
  {
    what: 'a label with a blank',
    definition: map({ Label: 'my map' }, DISTRIBUTED),
    problems: ['INVALID_LABEL_NAME: Invalid label name: my map at /States/Work/Label'],
  },
  {
    what: 'a distributed map in an Express machine',
    type: 'EXPRESS',
    definition: map({}, DISTRIBUTED),
    problems: [
      `${SCHEMA}: Express state machine does not support a Map state in DISTRIBUTED mode at /States/Work/ItemProcessor/ProcessorConfig/Mode`,
    ],
  },
];

export const REFUSED_DEFINITIONS: readonly RefusedDefinition[] = [
  ...structure,
  ...graph,
  ...languages,
  ...paths,
  ...work,
  ...recovery,
  ...choices,
  ...others,
];
