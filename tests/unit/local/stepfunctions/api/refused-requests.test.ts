import { expect, test } from '@jest/globals';
import { createApi, createMachine, DEFINITION, MACHINE, ROLE } from './api.ts';

const VALIDATION = 'ValidationException: 1 validation error detected: Value';
const FAILED = 'failed to satisfy constraint: Member must';
const definitionOf = (state: object) => JSON.stringify({ StartAt: 'A', States: { A: state } });
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const create = (more: object) => ({ name: 'other', definition: DEFINITION, roleArn: ROLE, ...more });

test.each<[what: string, operation: string, input: object, refusal: string]>([
  [
    'a name that is missing',
    'CreateStateMachine',
    { definition: DEFINITION, roleArn: ROLE },
    `${VALIDATION} null at 'name' ${FAILED} not be null`,
  ],
  [
    'several things at once',
    'CreateStateMachine',
    { name: '', definition: DEFINITION },
    `ValidationException: 2 validation errors detected: Value '' at 'name' ${FAILED} have length greater than or equal to 1; Value null at 'roleArn' ${FAILED} not be null`,
  ],
  [
    'a name with a blank',
    'CreateStateMachine',
    create({ name: 'my machine' }),
    "InvalidName: Invalid Name: 'my machine'",
  ],
  [
    'a type that does not exist',
    'CreateStateMachine',
    create({ type: 'SLOW' }),
    `${VALIDATION} 'SLOW' at 'type' ${FAILED} satisfy enum value set: [STANDARD, EXPRESS]`,
  ],
  [
    'a role that is no role',
    'CreateStateMachine',
    create({ roleArn: 'me' }),
    "InvalidArn: Invalid Arn: 'Invalid ARN prefix: me'",
  ],
  [
    'a definition with several problems',
    'CreateStateMachine',
    create({ definition: definitionOf({ Type: 'Pass', Next: 'B', Color: 'red' }) }),
    "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Field 'Color' is not supported at /States/A, MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next, MISSING_END_STATE: Workflow has no terminal state at null'",
  ],
  [
    'what the task runner cannot run',
    'CreateStateMachine',
    create({ definition: definitionOf({ Type: 'Task', Resource: 'arn:aws:states:::glue:startJobRun', End: true }) }),
    "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Glue is not supported here at /States/A/Resource'",
  ],
  [
    'a description without a version',
    'CreateStateMachine',
    create({ versionDescription: 'v' }),
    'ValidationException: Version description can only be set when publish is true',
  ],
  [
    'logging to nowhere',
    'CreateStateMachine',
    create({ loggingConfiguration: { level: 'ALL' } }),
    'InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log Destination.',
  ],
  [
    'logging to a group that does not exist',
    'CreateStateMachine',
    create({
      loggingConfiguration: {
        level: 'ALL',
        destinations: [
          { cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:eu-west-1:123456789012:log-group:other:*' } },
        ],
      },
    }),
    'InvalidLoggingConfiguration: Invalid Logging Configuration: Log Destination not found.',
  ],
  [
    'a tag without a key',
    'CreateStateMachine',
    create({ tags: [{ value: 'x' }, { key: '' }] }),
    `${VALIDATION} '' at 'tags.2.member.key' ${FAILED} have length greater than or equal to 1`,
  ],
  [
    'an update of nothing',
    'UpdateStateMachine',
    { stateMachineArn: MACHINE },
    'MissingRequiredParameter: Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
  ],
  [
    'a machine that does not exist',
    'DescribeStateMachine',
    { stateMachineArn: `${MACHINE}x` },
    `StateMachineDoesNotExist: State Machine Does Not Exist: '${MACHINE}x'`,
  ],
  [
    'a version that does not exist',
    'DescribeStateMachine',
    { stateMachineArn: `${MACHINE}:7` },
    `StateMachineDoesNotExist: State Machine Does Not Exist: '${MACHINE}:7'`,
  ],
  [
    'an ARN of something else',
    'DescribeStateMachine',
    { stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:activity:pick' },
    "InvalidArn: Invalid Arn: 'Resource type not valid in this context: activity'",
  ],
  ['what is no ARN', 'StopExecution', { executionArn: 'run' }, "InvalidArn: Invalid Arn: 'Invalid ARN prefix: run'"],
  [
    'the history of an Express execution',
    'GetExecutionHistory',
    { executionArn: 'arn:aws:states:eu-west-1:123456789012:express:orders:a:b' },
    "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'",
  ],
  [
    'an execution that does not exist',
    'DescribeExecution',
    { executionArn: 'arn:aws:states:eu-west-1:123456789012:execution:orders:x' },
    "ExecutionDoesNotExist: Execution Does Not Exist: 'arn:aws:states:eu-west-1:123456789012:execution:orders:x'",
  ],
  [
    'input that is no JSON',
    'StartExecution',
    { stateMachineArn: MACHINE, input: '{a}' },
    `InvalidExecutionInput: Invalid State Machine Execution Input: 'Unexpected character ('a' (code 97)): was expecting double-quote to start field name\n at [Source: (String)"{a}"; line: 1, column: 3]'`,
  ],
  [
    'input of too many bytes',
    'StartExecution',
    { stateMachineArn: MACHINE, input: JSON.stringify('é'.repeat(140_000)) },
    "InvalidExecutionInput: Invalid State Machine Execution Input: 'Input exceeds the maximum of 262144 bytes'",
  ],
  [
    'input that nests too deep',
    'StartExecution',
    { stateMachineArn: MACHINE, input: deep(1001) },
    "InvalidExecutionInput: Invalid State Machine Execution Input: 'Arrays and objects nest deeper than 1000 levels'",
  ],
  [
    'an answer that nests too deep',
    'SendTaskSuccess',
    { taskToken: 't', output: deep(1001) },
    "InvalidOutput: Invalid Output: 'Arrays and objects nest deeper than 1000 levels'",
  ],
  [
    'a synchronous run of a Standard machine',
    'StartSyncExecution',
    { stateMachineArn: MACHINE },
    'StateMachineTypeNotSupported: This operation is not supported by this type of state machine',
  ],
  [
    'to start what runs the items of a Distributed Map',
    'StartExecution',
    { stateMachineArn: `${MACHINE}/items` },
    'ValidationException: State machine ARN must not be qualified with the label of a Map state',
  ],
  [
    'to update what runs the items of a Distributed Map',
    'UpdateStateMachine',
    { stateMachineArn: `${MACHINE}/items`, roleArn: ROLE },
    'ValidationException: State machine ARN must not be qualified with the label of a Map state',
  ],
  [
    'to delete what runs the items of a Distributed Map',
    'DeleteStateMachine',
    { stateMachineArn: `${MACHINE}/items` },
    'ValidationException: State machine ARN must not be qualified with the label of a Map state',
  ],
  [
    'to publish what runs the items of a Distributed Map',
    'PublishStateMachineVersion',
    { stateMachineArn: `${MACHINE}/items` },
    'ValidationException: State machine ARN must not be qualified with the label of a Map state',
  ],
  [
    'to list the versions of what runs the items of a Distributed Map',
    'ListStateMachineVersions',
    { stateMachineArn: `${MACHINE}/items` },
    'ValidationException: State machine ARN must not be qualified with the label of a Map state',
  ],
  [
    'to start a version of a version',
    'StartExecution',
    { stateMachineArn: `${MACHINE}:1:2` },
    `InvalidArn: Invalid Arn: 'ARN is not valid: ${MACHINE}:1:2'`,
  ],
  [
    'an execution whose name is no text',
    'StartExecution',
    { stateMachineArn: MACHINE, name: 'half\ud83d' },
    "InvalidName: Invalid Name: 'half\ud83d'",
  ],
  [
    'a list of the executions of a machine that wait for a redrive',
    'ListExecutions',
    { stateMachineArn: MACHINE, statusFilter: 'PENDING_REDRIVE' },
    'ValidationException: The status PENDING_REDRIVE can only be asked for with a mapRunArn',
  ],
  [
    'a list of executions of nothing',
    'ListExecutions',
    {},
    'ValidationException: Exactly one of stateMachineArn and mapRunArn must be specified',
  ],
  [
    'more than fit on a page',
    'ListStateMachines',
    { maxResults: 1001 },
    `${VALIDATION} '1001' at 'maxResults' ${FAILED} have value less than or equal to 1000`,
  ],
  [
    'a page that does not exist',
    'ListStateMachines',
    { nextToken: 'elsewhere' },
    "InvalidToken: Invalid Token: 'Invalid token'",
  ],
  [
    'a result that is no JSON',
    'SendTaskSuccess',
    { taskToken: 't', output: 'done' },
    `InvalidOutput: Invalid Output: 'Unrecognized token 'done': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: (String)"done"; line: 1, column: 5]'`,
  ],
  [
    'an activity that does not exist',
    'GetActivityTask',
    { activityArn: 'arn:aws:states:eu-west-1:123456789012:activity:x' },
    "ActivityDoesNotExist: Activity Does Not Exist: 'arn:aws:states:eu-west-1:123456789012:activity:x'",
  ],
  ['an activity with a slash', 'CreateActivity', { name: 'a/b' }, "InvalidName: Invalid Name: 'a/b'"],
  [
    'an alias of digits',
    'CreateStateMachineAlias',
    { name: '7', routingConfiguration: [{ stateMachineVersionArn: `${MACHINE}:1`, weight: 100 }] },
    `${VALIDATION} '7' at 'name' ${FAILED} satisfy regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$`,
  ],
  [
    'an alias of no version',
    'CreateStateMachineAlias',
    { name: 'live', routingConfiguration: [{ stateMachineVersionArn: MACHINE, weight: 100 }] },
    `ValidationException: Routing configuration must contain state machine version ARNs. Received: [${MACHINE}]`,
  ],
  [
    'an alias whose weights are no whole',
    'CreateStateMachineAlias',
    { name: 'live', routingConfiguration: [{ stateMachineVersionArn: `${MACHINE}:1`, weight: 99 }] },
    'ValidationException: Sum of routing configuration weights must equal 100.',
  ],
  [
    'an alias of a version that does not exist',
    'CreateStateMachineAlias',
    { name: 'live', routingConfiguration: [{ stateMachineVersionArn: `${MACHINE}:9`, weight: 100 }] },
    'ResourceNotFound: Request references a resource that does not exist.',
  ],
  [
    'an alias that does not exist',
    'DescribeStateMachineAlias',
    { stateMachineAliasArn: `${MACHINE}:live` },
    'ResourceNotFound: Request references a resource that does not exist.',
  ],
  [
    'a publication of an old revision',
    'PublishStateMachineVersion',
    { stateMachineArn: MACHINE, revisionId: 'old' },
    'ConflictException: Failed to publish the State Machine version for revision old. The current State Machine revision is INITIAL.',
  ],
  [
    'tags of what does not exist',
    'ListTagsForResource',
    { resourceArn: `${MACHINE}x` },
    `ResourceNotFound: Resource not found: '${MACHINE}x'`,
  ],
  [
    'more than fifty tags',
    'TagResource',
    { resourceArn: MACHINE, tags: Array.from({ length: 51 }, (_, i) => ({ key: `k${i}`, value: '' })) },
    `TooManyTags: Too many tags: '${MACHINE}'`,
  ],
  [
    'a map run that does not exist',
    'DescribeMapRun',
    { mapRunArn: 'arn:aws:states:eu-west-1:123456789012:mapRun:orders/m:x' },
    'ResourceNotFound: no such map run',
  ],
  [
    'a percentage above 100',
    'UpdateMapRun',
    { mapRunArn: 'arn:aws:states:eu-west-1:123456789012:mapRun:orders/m:x', toleratedFailurePercentage: 101 },
    `${VALIDATION} '101' at 'toleratedFailurePercentage' ${FAILED} have value less than or equal to 100`,
  ],
])('%s is refused', async (_, operation, input, refusal) => {
  const api = createApi();
  await createMachine(api);
  expect(await api.refusal(operation, input)).toBe(refusal);
});
