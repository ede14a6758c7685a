import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../../../../local/stepfunctions/asl/json.ts';
import { Player, withDone } from './player.ts';

describe('a Choice state', () => {
  const chosen = (rule: object, input: Json): boolean => {
    const definition = {
      StartAt: '?',
      States: {
        '?': { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
        Yes: { Type: 'Pass', Result: true, End: true },
        No: { Type: 'Pass', Result: false, End: true },
      },
    };
    return new Player(definition, { input }).start().output === true;
  };

  test.each<[object, Json, boolean]>([
    [{ Variable: '$.a', StringEquals: '1' }, { a: 1 }, false],
    [{ Variable: '$.a', NumericEquals: 1 }, { a: 1.0 }, true],
    [{ Variable: '$.a', NumericLessThan: 1 }, { a: '0' }, false],
    [{ Variable: '$.a', NumericGreaterThanEqualsPath: '$.b' }, { a: 2, b: 2 }, true],
    [{ Variable: '$.a', BooleanEquals: true }, { a: 'true' }, false],
    [{ Variable: '$.a', BooleanEqualsPath: '$.b' }, { a: false, b: false }, true],
    [{ Variable: '$.a', StringLessThan: 'b' }, { a: 'a' }, true],
    [{ Variable: '$.a', StringGreaterThanEquals: 'a' }, { a: 'B' }, false],
    [{ Variable: '$.a', TimestampEquals: '2026-01-01T00:00:00Z' }, { a: '2026-01-01T01:00:00+01:00' }, true],
    [{ Variable: '$.a', TimestampLessThan: '2026-01-01T00:00:00Z' }, { a: 'yesterday' }, false],
    [{ Variable: '$.a', IsPresent: true }, { a: null }, true],
    [{ Variable: '$.a', IsPresent: false }, {}, true],
    [{ Variable: '$.a', IsNull: true }, { a: null }, true],
    [{ Variable: '$.a', IsNumeric: false }, { a: '1' }, true],
    [{ Variable: '$.a', IsString: true }, { a: 1 }, false],
    [{ Variable: '$.a', IsBoolean: true }, { a: false }, true],
    [{ Variable: '$.a', IsTimestamp: true }, { a: '2026-01-01T00:00:00Z' }, true],
    [{ Not: { Variable: '$.a', IsPresent: true } }, {}, true],
    [
      {
        And: [
          { Variable: '$.a', IsPresent: true },
          { Variable: '$.a', NumericEquals: 1 },
        ],
      },
      {},
      false,
    ],
    [
      {
        Or: [
          { Variable: '$.a', NumericEquals: 0 },
          { Variable: '$.a', NumericEquals: 1 },
        ],
      },
      { a: 1 },
      true,
    ],
    [{ Variable: '$$.Execution.Name', StringEquals: 'run' }, {}, true],
  ])('%j with %j: %s', (rule, input, expected) => {
    expect(chosen(rule, input)).toBe(expected);
  });

  test.each([
    ['*', '', true],
    ['log-*.txt', 'log-2026.txt', true],
    ['log-*.txt', 'log-.txt.zip', false],
    ['*a*a', 'a', false],
    ['*a*a', 'xaya', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['\\\\*', '\\x', true],
    ['ab*ba', 'aba', false],
  ])('StringMatches %j and %j: %s', (pattern, text, expected) => {
    expect(chosen({ Variable: '$.a', StringMatches: pattern }, { a: text })).toBe(expected);
  });

  test('fails on a path that leads nowhere, and when no rule matches and there is no Default', () => {
    const definition = (rule: object) => withDone('?', { Type: 'Choice', Choices: [{ ...rule, Next: 'Done' }] });
    const missing = new Player(definition({ Variable: '$.a', StringEquals: 'b' })).start();
    expect(missing.execution).toMatchObject({
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state '?' (entered at the event id #2). Invalid path '$.a': The choice state's condition path references an invalid value.",
    });
    const none = new Player(definition({ Variable: '$.a', StringEquals: 'b' }), { input: { a: 'c' } }).start();
    expect(none.execution).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
  });

  test('in JSONata, the rule that matches decides Output and Assign, and a Condition has to be a boolean', () => {
    const definition = (condition: string) => ({
      QueryLanguage: 'JSONata',
      StartAt: '?',
      States: {
        '?': {
          Type: 'Choice',
          Choices: [{ Condition: condition, Assign: { why: 'rule' }, Output: { a: 2 }, Next: 'Done' }],
          Assign: { why: 'default' },
          Default: 'Done',
        },
        Done: { Type: 'Pass', Output: { why: '{% $why %}', input: '{% $states.input %}' }, End: true },
      },
    });
    const run = (condition: string) => new Player(definition(condition), { input: { a: 1 } }).start();
    expect(run('{% $states.input.a = 1 %}').output).toEqual({ why: 'rule', input: { a: 2 } });
    expect(run('{% $states.input.a = 2 %}').output).toEqual({ why: 'default', input: { a: 1 } });
    expect(run('{% $states.input.a %}').execution.cause).toMatch(
      /The JSONata expression '\$states\.input\.a' specified for the field 'Choices\[0\]\/Condition' returned an unexpected result type\. Expected 'boolean', but was 'number' for value: 1$/,
    );
  });
});

describe('the flow of data', () => {
  test('JSONPath: InputPath, Parameters, the work, ResultSelector, ResultPath, OutputPath', () => {
    const player = new Player(
      {
        StartAt: 'Work',
        States: {
          Work: {
            Type: 'Task',
            Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f',
            InputPath: '$.in',
            Parameters: { 'p.$': '$.x', 'state.$': '$$.State.Name' },
            ResultSelector: { 's.$': '$.r', 'id.$': '$$.Execution.Id' },
            ResultPath: '$.in.result',
            OutputPath: '$.in',
            End: true,
          },
        },
      },
      { input: { in: { x: 1 }, other: 2 } },
    ).start();
    expect(player.call.parameters).toEqual({ p: 1, state: 'Work' });
    expect(player.succeed({ r: 5 }).output).toEqual({
      x: 1,
      result: { s: 5, id: 'arn:aws:states:us-east-1:123456789012:execution:machine:run' },
    });
  });

  test('null paths: InputPath gives nothing, ResultPath drops the result, OutputPath the output', () => {
    const run = (fields: object) =>
      new Player(withDone('P', { Type: 'Pass', Result: 1, End: true, ...fields }), { input: { a: 1 } }).start().output;
    expect(run({ Result: undefined, InputPath: null })).toEqual({});
    expect(run({ ResultPath: null })).toEqual({ a: 1 });
    expect(run({ OutputPath: null })).toEqual({});
  });

  test('both languages: Assign and Output see the variables as they were on entry', () => {
    const player = new Player({
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { x: 1 }, Next: 'B' },
        B: {
          QueryLanguage: 'JSONata',
          Type: 'Pass',
          Assign: { x: '{% $x + 1 %}', y: '{% $x %}' },
          Output: '{% $x %}',
          Next: 'C',
        },
        C: { Type: 'Pass', Parameters: { 'x.$': '$x', 'y.$': '$y', 'was.$': '$' }, End: true },
      },
    });
    expect(player.start().output).toEqual({ x: 2, y: 1, was: 1 });
  });

  test('a variable can have the name __proto__', () => {
    const definition = JSON.parse(
      '{"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"__proto__.$":"$.a"},"Next":"B"},"B":{"Type":"Pass","Parameters":{"is.$":"$__proto__"},"End":true}}}',
    );
    const player = new Player(definition, { input: { a: [1] } }).start();
    expect(player.output).toEqual({ is: [1] });
    expect(JSON.stringify(player.history)).toContain('"assignedVariables":{"__proto__":"[1]"}');
  });

  test('the context object has what AWS documents', () => {
    const player = new Player(withDone('P', { Type: 'Pass', OutputPath: '$$', End: true }), {
      input: { a: 1 },
    }).start();
    expect(player.output).toEqual({
      Execution: {
        Id: 'arn:aws:states:us-east-1:123456789012:execution:machine:run',
        Input: { a: 1 },
        Name: 'run',
        RoleArn: 'arn:aws:iam::123456789012:role/machine',
        StartTime: '2026-01-01T00:00:00Z',
        RedriveCount: 0,
      },
      StateMachine: { Id: 'arn:aws:states:us-east-1:123456789012:stateMachine:machine', Name: 'machine' },
      State: { Name: 'P', EnteredTime: '2026-01-01T00:00:00Z' },
    });
  });
});

describe('a Fail state', () => {
  test.each([
    [{}, {}],
    [{ Error: 'E' }, { error: 'E' }],
    [
      { ErrorPath: '$.e', CausePath: "States.Format('{} is wrong', $.c)" },
      { error: 'Bad', cause: 'it is wrong' },
    ],
  ])('%j fails with %j', (fields, expected) => {
    const player = new Player(withDone('F', { Type: 'Fail', ...fields }), { input: { e: 'Bad', c: 'it' } }).start();
    expect(player.details('ExecutionFailed')).toEqual(expected);
  });

  test('whose path leads nowhere says so', () => {
    const player = new Player(withDone('F', { Type: 'Fail', ErrorPath: '$.x' }), { input: { e: 1 } }).start();
    expect(player.execution).toMatchObject({
      error: 'States.Runtime',
      cause: `An error occurred while executing the state 'F' (entered at the event id #2). The JSONPath '$.x' specified for the field 'ErrorPath' could not be found in the input '{"e":1}'`,
    });
  });
});

describe('a JSONata expression that fails', () => {
  test('is recorded as if the state had not been entered, with the field', () => {
    const player = new Player({
      QueryLanguage: 'JSONata',
      StartAt: 'A',
      States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Output: { x: '{% $y %}' }, End: true } },
    }).start();
    expect(player.trace.slice(2)).toEqual([
      '3<2 PassStateExited',
      '4<3 PassStateEntered',
      '5<3 EvaluationFailed',
      '6<5 ExecutionFailed',
    ]);
    expect(player.details('EvaluationFailed')).toEqual({
      error: 'States.QueryEvaluationError',
      state: 'B',
      location: 'Output/x',
      cause:
        "An error occurred while executing the state 'B' (entered at the event id #4). The JSONata expression '$y' specified for the field 'Output/x' returned nothing (undefined).",
    });
  });
});
