import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../../../../../local/stepfunctions/asl/json.ts';
import { type ParseOptions, parse } from '../../../../../../local/stepfunctions/asl/parse.ts';
import { REFUSED_EXPRESSIONS } from './refused-expressions.ts';
import { REFUSED_MACHINES } from './refused-machines.ts';
import { REFUSED_MAPS } from './refused-maps.ts';
import { REFUSED_STATES } from './refused-states.ts';

const problemsOf = (definition: JsonObject, options: ParseOptions = { type: 'STANDARD' }) =>
  parse(JSON.stringify(definition), options).problems.map(
    ({ code, message, location }) => `${code}: ${message} at ${location ?? 'null'}`,
  );

describe('a definition is refused that has', () => {
  test.each([...REFUSED_MACHINES, ...REFUSED_EXPRESSIONS, ...REFUSED_STATES, ...REFUSED_MAPS])(
    '$what',
    ({ definition, type, problems }) => {
      const options: ParseOptions = { type: type ?? 'STANDARD' };
      expect(problemsOf(definition, options)).toEqual(problems);
      expect(parse(JSON.stringify(definition), options).machine).toBeUndefined();
    },
  );
});

test('a resource that cannot be called here is refused with the reason given', () => {
  const definition = {
    StartAt: 'A',
    States: { A: { Type: 'Task', Resource: 'arn:aws:states:::glue:startJobRun', End: true } },
  };
  const refusal = () => 'No Glue here';
  expect(problemsOf(definition, { type: 'STANDARD', refusal })).toEqual([
    'SCHEMA_VALIDATION_FAILED: No Glue here at /States/A/Resource',
  ]);
});

test('states of an Express item processor are held to the rules of Express', () => {
  const inner = { Type: 'Task', Resource: 'arn:aws:states:eu-west-1:123456789012:activity:pick', End: true };
  const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' };
  const definition = {
    StartAt: 'M',
    States: { M: { Type: 'Map', End: true, ItemProcessor: { ProcessorConfig, StartAt: 'T', States: { T: inner } } } },
  };
  expect(problemsOf(definition)).toEqual([
    'SCHEMA_VALIDATION_FAILED: Express state machine does not support Activity ARN at /States/M/ItemProcessor/States/T/Resource',
  ]);
});

test('branches may have variables of the same name, and so may the children of a Distributed Map', () => {
  const flow = { StartAt: 'A', States: { A: { Type: 'Pass', Assign: { x: 1 }, End: true } } };
  const other = { StartAt: 'B', States: { B: { Type: 'Pass', Assign: { x: 2 }, End: true } } };
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'C',
    States: { C: { Type: 'Pass', Assign: { y: 1 }, End: true } },
  };
  const definition = {
    StartAt: 'Both',
    States: {
      Both: { Type: 'Parallel', Branches: [flow, other], Assign: { y: 1 }, Next: 'Each' },
      Each: { Type: 'Map', ItemProcessor, End: true },
    },
  };
  expect(problemsOf(definition)).toEqual([]);
});

test('all problems are told at once', () => {
  const definition = {
    StartAt: 'A',
    Owner: 'us',
    States: {
      A: { Type: 'Pass', InputPath: 'x', Color: 'red', Next: 'B' },
      B: { Type: 'Wait', Seconds: -1, Next: 'C' },
    },
  };
  expect(problemsOf(definition).length).toBeGreaterThanOrEqual(5);
});

test('whatever the text is, reading it ends with a machine or with problems', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.jsonValue().map((value) => JSON.stringify({ StartAt: 'A', States: { A: value } })),
      ),
      (text) => {
        const { machine, problems } = parse(text, { type: 'STANDARD' });
        expect(machine === undefined).toBe(problems.some(({ severity }) => severity === 'ERROR'));
      },
    ),
  );
});

test('a state of each type is read with its defaults', () => {
  const { machine, problems } = parse(
    JSON.stringify({
      Comment: 'c',
      TimeoutSeconds: 60,
      StartAt: 'Task',
      States: {
        Task: {
          Type: 'Task',
          Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
          Parameters: { QueueUrl: 'q', 'MessageBody.$': '$' },
          TimeoutSecondsPath: '$.t',
          Retry: [{ ErrorEquals: ['Busy'] }],
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Fail' }],
          Next: 'Map',
        },
        Map: {
          Type: 'Map',
          Iterator: { StartAt: 'Each', States: { Each: { Type: 'Succeed' } } },
          ResultPath: null,
          Next: 'Choice',
        },
        Choice: {
          Type: 'Choice',
          Choices: [{ Or: [{ Variable: '$.a', StringEqualsPath: '$.b' }], Next: 'Wait' }],
          Default: 'Fail',
        },
        Wait: { Type: 'Wait', TimestampPath: '$.at', End: true },
        Fail: { Type: 'Fail', Error: 'Bad', CausePath: "States.Format('{}', $.c)" },
      },
    }),
    { type: 'STANDARD' },
  );
  expect(problems).toEqual([]);
  expect(machine).toMatchObject({ comment: 'c', timeoutSeconds: 60, startAt: 'Task', queryLanguage: 'JSONPath' });
  const states = Object.fromEntries(machine?.states ?? []);
  expect(states.Task).toMatchObject({
    type: 'Task',
    next: 'Map',
    resource: { type: 'optimized', service: 'sqs', action: 'sendMessage', pattern: 'waitForTaskToken' },
    retry: [{ errorEquals: ['Busy'], intervalSeconds: 1, maxAttempts: 3, backoffRate: 2, jitterStrategy: 'NONE' }],
    catch: [{ errorEquals: ['States.ALL'], next: 'Fail', resultPath: { source: '$.error' } }],
    timeoutSeconds: { source: '$.t' },
  });
  expect(states.Map).toMatchObject({ type: 'Map', resultPath: null, processor: { mode: 'INLINE', startAt: 'Each' } });
  expect(states.Choice).toMatchObject({
    choices: [
      {
        next: 'Wait',
        condition: {
          type: 'or',
          conditions: [{ type: 'compare', operator: 'StringEquals', operand: { path: { source: '$.b' } } }],
        },
      },
    ],
    default: 'Fail',
  });
  expect(states.Wait).toMatchObject({ until: { type: 'timestampExpression', path: true } });
  expect(states.Wait).not.toHaveProperty('next');
  expect(states.Fail).toMatchObject({ error: 'Bad' });
});

test('a distributed map is read with its reader, batcher and writer', () => {
  const { machine, problems } = parse(
    JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'M',
      States: {
        M: {
          Type: 'Map',
          Label: 'orders',
          ItemReader: {
            Resource: 'arn:aws:states:::s3:getObject',
            Arguments: { Bucket: 'b', Key: '{% $states.input.key %}' },
            ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a'], MaxItems: '{% 5 %}' },
          },
          ItemBatcher: { MaxItemsPerBatch: 10, BatchInput: { a: '{% $states.context.Execution.Id %}' } },
          ResultWriter: {
            Resource: 'arn:aws:states:::s3:putObject',
            Arguments: { Bucket: 'b' },
            WriterConfig: { OutputType: 'JSONL', Transformation: 'FLATTEN' },
          },
          ToleratedFailurePercentage: 2.5,
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
            StartAt: 'Each',
            States: { Each: { Type: 'Pass', End: true } },
          },
          End: true,
        },
      },
    }),
    { type: 'STANDARD' },
  );
  expect(problems).toEqual([]);
  expect(machine?.states.get('M')).toMatchObject({
    label: 'orders',
    toleratedFailurePercentage: 2.5,
    itemReader: {
      config: { inputType: 'CSV', csvHeaderLocation: 'GIVEN', csvHeaders: ['a'], maxItems: { source: '{% 5 %}' } },
    },
    itemBatcher: { maxItemsPerBatch: 10 },
    resultWriter: { config: { outputType: 'JSONL', transformation: 'FLATTEN' } },
    processor: { mode: 'DISTRIBUTED', executionType: 'EXPRESS' },
  });
});

test('a JSONata state in a JSONPath machine does not pass its language on to the states inside', () => {
  const inner = { Type: 'Pass', Parameters: { 'a.$': '$.b' }, End: true };
  const definition = {
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        QueryLanguage: 'JSONata',
        Items: [1, '{% 2 %}'],
        End: true,
        ItemProcessor: { StartAt: 'P', States: { P: inner } },
      },
    },
  };
  expect(problemsOf(definition)).toEqual([]);
});

test('what is allowed but hardly meant is warned of, and does not keep a machine from being read', () => {
  const { machine, problems } = parse(
    JSON.stringify({
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Parameters: { list: [{ id: '$.id' }], call: 'States.UUID()', money: '$5' }, Next: 'B' },
        B: { Type: 'Pass', Result: { 'id.$': '$.id' }, Next: 'C' },
        C: { Type: 'Choice', Choices: [{ Variable: '$.a', StringEquals: '$.b', Next: 'D' }], Default: 'D' },
        D: { Type: 'Fail', Error: 'Bad', Cause: '$$.State.Name' },
      },
    }),
    { type: 'STANDARD' },
  );
  expect(machine).toBeDefined();
  expect(problems.map(({ severity, code, location }) => [severity, code, location])).toEqual([
    ['WARNING', 'NO_DOLLAR', '/States/A/Parameters/list[0]/id'],
    ['WARNING', 'NO_DOLLAR', '/States/A/Parameters/call'],
    ['WARNING', 'PASS_RESULT_IS_STATIC', '/States/B/Result'],
    ['WARNING', 'NO_PATH', '/States/C/Choices[0]/StringEquals'],
    ['WARNING', 'NO_PATH', '/States/D/Cause'],
  ]);
});

test('variables have names that expressions can read', () => {
  const definition = {
    StartAt: 'A',
    States: { A: { Type: 'Pass', Assign: { 'ok.$': '$.a', '9x': 1, states: 2 }, End: true } },
  };
  expect(problemsOf(definition)).toEqual([
    'SCHEMA_VALIDATION_FAILED: Invalid variable name: 9x at /States/A/Assign/9x',
    'SCHEMA_VALIDATION_FAILED: Invalid variable name: states at /States/A/Assign/states',
  ]);
});
