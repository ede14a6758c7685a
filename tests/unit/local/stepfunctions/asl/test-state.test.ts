import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../../../../local/stepfunctions/asl/json.ts';
import { parse } from '../../../../../local/stepfunctions/asl/parse.ts';
import { type StateTest, type StateTested, testState } from '../../../../../local/stepfunctions/asl/test-state.ts';
import { oneTask } from './player.ts';

function trying(definition: object, stateName: string, input: Json = {}, more: Partial<StateTest> = {}): StateTested {
  const { machine, problems } = parse(JSON.stringify(definition), { type: 'STANDARD' });
  if (!machine) throw new Error(JSON.stringify(problems));
  const tested = testState({
    machine,
    stateName,
    execution: {
      executionArn: 'arn:aws:states:us-east-1:123456789012:express:machine:run',
      name: 'run',
      input: JSON.stringify(input),
      startedAt: 0,
      stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:machine',
      stateMachineName: 'machine',
      roleArn: 'arn:aws:iam::123456789012:role/machine',
    },
    at: 0,
    seed: '0'.repeat(64),
    ...more,
  });
  if (!tested) throw new Error(`There is no state ${stateName}`);
  return tested;
}

const done = (tested: StateTested) => ('done' in tested ? tested.done : undefined);
const finish = (tested: StateTested, outcome: Parameters<Extract<StateTested, { finish: unknown }>['finish']>[0]) =>
  'finish' in tested ? tested.finish(outcome) : undefined;

describe('a state that is tested', () => {
  test('says where it goes, and what its fields made of the input', () => {
    const definition = {
      StartAt: 'P',
      States: {
        P: { Type: 'Pass', InputPath: '$.a', Parameters: { 'c.$': '$.b' }, ResultPath: '$.r', Next: 'Q' },
        Q: { Type: 'Fail', Error: 'Stop' },
      },
    };
    const input = { a: { b: 1 } };
    expect(done(trying(definition, 'P', input))).toEqual({
      status: 'SUCCEEDED',
      output: '{"a":{"b":1},"r":{"c":1}}',
      nextState: 'Q',
      variables: {},
      inspectionData: {
        afterInputPath: { b: 1 },
        afterParameters: { c: 1 },
        afterResultSelector: { c: 1 },
        afterResultPath: { a: { b: 1 }, r: { c: 1 } },
      },
    });
    expect(done(trying(definition, 'Q'))).toMatchObject({ status: 'FAILED', error: 'Stop' });
  });

  test('hands out the call of a task, and goes on with its outcome', () => {
    const tested = trying(oneTask({ Parameters: { 'x.$': '$.y' } }), 'Work', { y: 7 });
    expect(tested).toMatchObject({ call: { parameters: { x: 7 } } });
    expect(finish(tested, { result: 'fine' })).toMatchObject({ status: 'SUCCEEDED', output: '"fine"' });
  });

  test('is RETRIABLE as long as a Retrier has attempts left', () => {
    const definition = oneTask({ Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 5, BackoffRate: 2 }] });
    const fails = (retrierRetryCount: number) =>
      finish(trying(definition, 'Work', {}, { retrierRetryCount }), { error: 'Boom', cause: 'c' });
    expect(fails(4)).toMatchObject({
      status: 'RETRIABLE',
      error: 'Boom',
      inspectionData: { errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 16 } },
    });
    expect(fails(5)).toMatchObject({ status: 'FAILED', inspectionData: { errorDetails: { retryIndex: 0 } } });
  });

  test('is a CAUGHT_ERROR where a Catcher takes it', () => {
    const definition = oneTask({ Catch: [{ ErrorEquals: ['Boom'], Next: 'Done' }] });
    expect(finish(trying(definition, 'Work'), { error: 'Boom', cause: 'c' })).toMatchObject({
      status: 'CAUGHT_ERROR',
      error: 'Boom',
      nextState: 'Done',
      output: '{"Error":"Boom","Cause":"c"}',
      inspectionData: { errorDetails: { catchIndex: 0 } },
    });
  });

  test('may stand inside another; a Map takes a result for all its items', () => {
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          Items: '{% $states.input %}',
          ItemProcessor: { StartAt: 'Inner', States: { Inner: { Type: 'Pass', Output: '{% $x + 1 %}', End: true } } },
          Output: '{% $sum($states.result) %}',
          End: true,
        },
      },
    };
    expect(done(trying(definition, 'Inner', {}, { variables: { x: 1 } }))).toMatchObject({ output: '2' });
    expect(finish(trying(definition, 'Each', [1, 2]), { result: [3, 4] })).toMatchObject({ output: '7' });
    expect(done(trying(definition, 'Each', 5))).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
    });
  });

  test('does not wait', () => {
    expect(done(trying({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 99, End: true } } }, 'W'))).toMatchObject({
      status: 'SUCCEEDED',
    });
  });
});
