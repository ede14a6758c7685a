import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { caption } from '../../../../local/console/client/graph/caption.ts';
import { ruleLabel } from '../../../../local/console/client/graph/rule-label.ts';
import { cliCommand, kebab, quote } from '../../../../local/console/client/lib/cli.ts';
import { jsonProblem, lineOf } from '../../../../local/console/client/lib/json-problem.ts';
import { duration, relative } from '../../../../local/console/client/lib/words.ts';
import { briefly } from '../../../../local/console/client/services/log-line.ts';

describe('commands for the AWS CLI', () => {
  test('names are spelled as the CLI spells them', () => {
    expect(kebab('stateMachineArn')).toBe('state-machine-arn');
    expect(kebab('StartExecution')).toBe('start-execution');
    expect(kebab('QueueUrl')).toBe('queue-url');
  });

  test('whatever is in an input means nothing to a shell', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && !/[\ud800-\udfff]/.test(text)),
        (text) => {
          expect(execFileSync('/bin/sh', ['-c', `printf %s ${quote(text)}`], { encoding: 'utf8' })).toBe(text);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('a call becomes one line', () => {
    const input = { executionArn: 'arn:x', cause: "it's over", unset: undefined };
    expect(
      cliCommand({ service: 'states', operation: 'StopExecution', input }, 'http://127.0.0.1:4566', 'eu-central-1'),
    ).toBe(
      `aws stepfunctions stop-execution --execution-arn arn:x --cause 'it'\\''s over' --endpoint-url http://127.0.0.1:4566 --region eu-central-1`,
    );
  });

  test("an option that would be the CLI's own has the name that the CLI gives it", () => {
    const input = { taskToken: 'abc', output: '{}' };
    const command = cliCommand({ service: 'states', operation: 'SendTaskSuccess', input }, 'http://x', 'eu-central-1');
    expect(command).toContain(`send-task-success --task-token abc --task-output '{}'`);
  });

  test('a value that begins like an option is none', () => {
    const input = { taskToken: '-abc' };
    const command = cliCommand(
      { service: 'states', operation: 'SendTaskHeartbeat', input },
      'http://x',
      'eu-central-1',
    );
    expect(command).toContain('--task-token=-abc ');
  });
});

describe('lines of a log', () => {
  test.each([
    ['END RequestId: 1', 'END RequestId: 1'],
    ['{"no": "message"}', '{"no": "message"}'],
    ['{broken', '{broken'],
    ['{"level":"INFO","message":"Answered","timestamp":"t","function_name":"f","status":200}', 'Answered status=200'],
    ['{"level":"ERROR","message":"Broken","error":{"name":"E"}}', 'ERROR Broken error={"name":"E"}'],
  ])('%s', (line, read) => {
    expect(briefly(line)).toBe(read);
  });
});

describe('what is wrong with JSON, and where', () => {
  test.each([
    ['{"a": 1,\n "b": }', 2],
    ['{\n\n"a" 1}', 3],
    ['', 1],
    ['{"a": 1', 1],
  ])('%j', (text, line) => {
    expect(jsonProblem(text)).toMatchObject({ line, message: expect.stringMatching(/./) });
  });

  test('JSON has no problem', () => {
    expect(jsonProblem('{"a": [1, null]}')).toBeUndefined();
  });

  test('a pointer leads to its line, in whatever layout', () => {
    const text = JSON.stringify({ a: { 'b/c': [1, { d: 'x"}]' }, { e: 2 }] }, f: 3 }, null, 2);
    expect(text.split('\n')[lineOf(text, '/a/b~1c/2/e') - 1]).toContain('"e"');
    expect(text.split('\n')[lineOf(text, '/f') - 1]).toContain('"f"');
    expect(lineOf(text, '/a/b~1c[1]/d')).toBe(lineOf(text, '/a/b~1c/1/d'));
    expect(lineOf(text, '/nowhere')).toBe(1);
    expect(lineOf('{"a": [\n1],\n"a[0]": 2}', '/a[0]')).toBe(3);
    expect(lineOf('', '/a')).toBe(1);
  });

  test('the line of any member of any document is the line of its name', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = JSON.stringify(value, null, 2);
        for (const name of Object.keys(value)) {
          const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
          expect(text.split('\n')[lineOf(text, pointer) - 1]?.trim().startsWith(JSON.stringify(name))).toBe(true);
        }
      }),
    );
  });
});

describe('words', () => {
  test.each([
    [12, '12 ms'],
    [1_500, '1.5 s'],
    [59_999, '59 s'],
    [90_000, '1 min 30 s'],
    [90_000_000, '1 d 1 h'],
    [2_592_000_000, '30 d'],
    [-5, '0 ms'],
  ])('%d milliseconds are %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  test('the past is told roughly, the future precisely', () => {
    expect(relative(0, 3_660_000)).toBe('1 h ago');
    expect(relative(3_660_000, 0)).toBe('in 1 h 1 min');
    expect(relative(10, 0)).toBe('now');
  });

  test.each([
    [{ Condition: "{% $why = 'expire' %}" }, "$why = 'expire'"],
    [{ Variable: '$.a', NumericGreaterThanEquals: 5 }, '$.a ≥ 5'],
    [{ Variable: '$.a', StringEquals: 'x' }, "$.a = 'x'"],
    [{ Variable: '$.a', StringEqualsPath: '$.b' }, '$.a = $.b'],
    [{ Variable: '$.a', IsPresent: false }, '$.a is not present'],
    [{ Not: { Variable: '$.a', IsNull: true } }, 'not $.a is null'],
    [
      {
        And: [
          { Variable: '$.a', BooleanEquals: true },
          {
            Or: [
              { Variable: '$.b', IsString: true },
              { Variable: '$.c', IsNumeric: true },
            ],
          },
        ],
      },
      '$.a = true and ($.b is string or $.c is numeric)',
    ],
  ])('the rule %j', (rule, text) => {
    expect(ruleLabel(rule)).toBe(text);
  });

  test.each([
    [
      {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Arguments: { FunctionName: 'arn:aws:lambda:eu:1:function:ask:7' },
      },
      'lambda ask · waits for token',
    ],
    [{ Type: 'Task', Resource: 'arn:aws:lambda:eu:1:function:ask' }, 'lambda ask'],
    [{ Type: 'Task', Resource: 'arn:aws:states:eu:1:activity:pick' }, 'activity pick'],
    [
      {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Arguments: { StateMachineArn: 'arn:aws:states:eu:1:stateMachine:sign-off' },
      },
      'execution sign-off · waits for it',
    ],
    [{ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage' }, 'sqs sendMessage'],
    [{ Type: 'Wait', Seconds: 5 }, '5 s'],
    [{ Type: 'Wait', Timestamp: '{% $at %}' }, 'until $at'],
  ])('the caption of %j', (state, text) => {
    expect(caption(state)).toBe(text);
  });
});
