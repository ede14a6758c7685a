import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { createManualClock } from '../../../../../local/manual-clock.ts';
import { createCodeStore } from '../../../../../local/services/lambda/code-store.ts';
import type { FunctionRevision, Invocation } from '../../../../../local/services/lambda/runner.ts';
import { createWorkerRunner } from '../../../../../local/services/lambda/worker-runner.ts';

const START = Date.parse('2026-03-01T12:00:00Z');
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Options extends Partial<FunctionRevision> {
  readonly maxPerFunction?: number;
  readonly maxLoading?: number;
  readonly maxResponseBytes?: number;
}

/** @returns a function that invokes code in a worker and gives the parsed answer */
function lambda(files: string | Record<string, string>, options: Options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-test-'));
  const code = createCodeStore(folder);
  const clock = createManualClock(START);
  const sources = typeof files === 'string' ? { 'index.mjs': files } : files;
  const stored = code.put(
    zipSync(Object.fromEntries(Object.entries(sources).map(([name, text]) => [name, strToU8(text)]))),
  );
  const { maxPerFunction, maxLoading, maxResponseBytes, ...revision } = options;
  const runner = createWorkerRunner({
    clock,
    code,
    environment: () => ({ AWS_REGION: 'us-east-1' }),
    ...(maxPerFunction && { maxPerFunction }),
    ...(maxLoading && { maxLoading }),
    ...(maxResponseBytes && { maxResponseBytes }),
  });
  closers.push(async () => {
    await runner.close();
    code.close();
    rmSync(folder, { recursive: true });
  });
  const invoke = async (event: unknown = {}, invocation: Partial<Invocation> = {}) => {
    const result = await runner.run(
      {
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
        functionName: 'f',
        version: '$LATEST',
        revisionId: '1',
        role: 'arn:aws:iam::000000000000:role/f',
        runtime: 'nodejs24.x',
        handler: 'index.handler',
        codeHash: stored.hash,
        environment: {},
        memorySize: 128,
        timeout: 3,
        logGroup: '/aws/lambda/f',
        logFormat: 'Text',
        ...revision,
      },
      {
        requestId: 'request-1',
        payload: JSON.stringify(event),
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
        ...invocation,
      },
    );
    return { ...result, payload: JSON.parse(result.payload) };
  };
  return { invoke, runner, clock };
}

test('a thrown error is reported with its name, its message and a trace as on AWS', async () => {
  const { invoke } = lambda(`
    class PaymentDeclinedError extends Error { name = 'PaymentDeclinedError'; }
    export const handler = async () => { throw new PaymentDeclinedError('no funds'); };`);
  const { functionError, payload } = await invoke();
  expect(functionError).toBe('Unhandled');
  expect(Object.keys(payload)).toEqual(['errorType', 'errorMessage', 'trace']);
  expect(payload).toMatchObject({ errorType: 'PaymentDeclinedError', errorMessage: 'no funds' });
  expect(payload.trace[0]).toBe('PaymentDeclinedError: no funds');
  expect(payload.trace[1]).toMatch(/at .*file:\/\/\/var\/task\/index\.mjs:3:/);
});

test.each([
  ['a text', `throw 'broken'`, { errorType: 'string', errorMessage: 'broken', trace: [] }],
  ['an object', `throw { a: 1 }`, { errorType: 'object', errorMessage: '[object Object]', trace: [] }],
])('%s thrown is reported by its type', async (_what, statement, expected) => {
  const { invoke } = lambda(`export const handler = async () => { ${statement} };`);
  expect((await invoke()).payload).toEqual(expected);
});

test('a result that is not JSON is an error of the function', async () => {
  const { invoke } = lambda('export const handler = async () => 1n;');
  expect((await invoke()).payload).toMatchObject({ errorType: 'TypeError' });
});

test('a function that takes too long is ended, even in an endless loop, and the next invocation starts anew', async () => {
  const { invoke } = lambda(
    'let n = 0; export const handler = async ({ loop }) => { n++; while (loop) {} return n; };',
    { timeout: 0.3 },
  );
  expect((await invoke()).payload).toBe(1);
  const { payload, log } = await invoke({ loop: true });
  expect(payload).toEqual({
    errorType: 'Sandbox.Timedout',
    errorMessage: 'RequestId: request-1 Error: Task timed out after 0.30 seconds',
  });
  expect(log).toContain('2026-03-01T12:00:00.000Z request-1 Task timed out after 0.30 seconds');
  expect((await invoke()).payload).toBe(1);
});

test.each([
  ['exits', 'process.exit(3)', 'exit status 3'],
  ['exits without an error', 'process.exit(0)', 'Runtime exited without providing a reason'],
  [
    'takes too much memory',
    'const all = []; for (;;) all.push(new Array(100_000).fill(Math.random()))',
    'signal: killed',
  ],
])(
  'a function that %s ends with Runtime.ExitError, and the next invocation works',
  async (_what, statement, message) => {
    const { invoke } = lambda(
      `export const handler = async ({ end }) => { if (end) { ${statement} } return 'alive'; };`,
      { timeout: 20 },
    );
    const { payload } = await invoke({ end: true });
    expect(payload).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(payload.errorMessage).toContain(message);
    expect((await invoke()).payload).toBe('alive');
  },
);

test('a rejection that nobody awaits fails the invocation', async () => {
  const { invoke } = lambda(`
    export const handler = async ({ bad }) => {
      if (bad) { Promise.reject(new Error('lost')); await new Promise((resolve) => setTimeout(resolve, 1_000)); }
      return 'fine';
    };`);
  expect((await invoke({ bad: true })).payload).toMatchObject({
    errorType: 'Runtime.UnhandledPromiseRejection',
    errorMessage: 'Error: lost',
  });
  expect((await invoke()).payload).toBe('fine');
});

test.each([
  ['there is no such file', {}, 'other.handler', 'Runtime.ImportModuleError', "Error: Cannot find module 'other'"],
  ['there is no such export', {}, 'index.other', 'Runtime.HandlerNotFound', 'index.other is undefined or not exported'],
  ['the export is no function', {}, 'index.number', 'Runtime.HandlerNotFound', 'index.number is not a function'],
  ['the name has no dot', {}, 'index', 'Runtime.MalformedHandlerName', 'Bad handler index'],
  [
    'a dependency was not bundled',
    { 'a.mjs': 'import "fast-check"' },
    'a.handler',
    'Runtime.ImportModuleError',
    /Cannot find package 'fast-check'/,
  ],
  ['the code is not JavaScript', { 'a.cjs': 'const = 1' }, 'a.handler', 'Runtime.UserCodeSyntaxError', /SyntaxError/],
  [
    'it takes a callback',
    { 'a.cjs': 'exports.handler = (event, context, callback) => {}' },
    'a.handler',
    'Runtime.CallbackHandlerDeprecated',
    /callback/,
  ],
  ['loading throws', { 'a.mjs': 'throw new RangeError("at load")' }, 'a.handler', 'RangeError', 'at load'],
])('when %s, the error says so', async (_what, files, handler, errorType, errorMessage) => {
  const { invoke } = lambda({ 'index.mjs': 'export const number = 1;', ...files }, { handler });
  const { functionError, payload } = await invoke();
  expect(functionError).toBe('Unhandled');
  expect(payload).toMatchObject({ errorType });
  expect(payload.errorMessage).toMatch(errorMessage);
});

test('an answer that is too large is refused', async () => {
  const { invoke } = lambda('export const handler = async () => "a".repeat(2_000);', { maxResponseBytes: 1_000 });
  expect(await invoke()).toMatchObject({
    functionError: 'Unhandled',
    payload: { errorType: 'Function.ResponseSizeTooLarge' },
  });
});

test('more invocations than reserved are throttled', async () => {
  const { invoke } = lambda('export const handler = () => new Promise((resolve) => setTimeout(resolve, 100));', {
    reservedConcurrency: 1,
  });
  const first = invoke();
  await expect(invoke()).rejects.toMatchObject({ code: 'TooManyRequestsException', statusCode: 429 });
  expect((await first).functionError).toBeUndefined();
});

test('invocations beyond the pool wait for a place and lose nothing', async () => {
  const { invoke } = lambda('export const handler = async ({ n }) => n;', { maxPerFunction: 2 });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => invoke({ n })));
  expect(answers.map(({ payload }) => payload)).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

test('an environment has one invocation at a time and is used again', async () => {
  const { invoke } = lambda(COUNTING);
  const parallel = await Promise.all([invoke(1_000), invoke(1_000), invoke(1_000)]);
  expect(parallel.map(({ payload }) => payload)).toEqual([1, 2, 3].map(() => ({ seen: 1, count: 1 })));
  expect((await invoke(20)).payload.count).toBe(2);
});

test('a burst of short invocations does not load the code for each', async () => {
  const { invoke } = lambda(COUNTING);
  const answers = await Promise.all(Array.from({ length: 12 }, () => invoke(1)));
  expect(answers.filter(({ log }) => log.includes('Init Duration'))).toHaveLength(1);
  expect(answers.map(({ payload }) => payload.count)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  expect(new Set(answers.map(({ payload }) => payload.seen))).toEqual(new Set([1]));
});

test('those that have waited for a busy environment in vain do not all load the code at once', async () => {
  const { invoke } = lambda(COUNTING, { maxLoading: 1 });
  const answers = await Promise.all(Array.from({ length: 12 }, () => invoke(400)));
  expect(answers.filter(({ log }) => log.includes('Init Duration')).length).toBeLessThan(8);
});

/** Takes as long as it is told, in milliseconds. */
const COUNTING = `
  let running = 0;
  let count = 0;
  export const handler = async (milliseconds) => {
    running++; count++;
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    const seen = running--;
    return { seen, count };
  };`;

test('only the invocation that loads the code reports a cold start', async () => {
  const { invoke } = lambda('export const handler = async () => 1;');
  expect((await invoke()).log).toMatch(
    /REPORT RequestId: request-1\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tInit Duration: /,
  );
  expect((await invoke()).log).not.toContain('Init Duration');
});

test('functions see the time of the cloud, not of the machine', async () => {
  const { invoke, clock } = lambda(`
    export const handler = async () => [Date.now(), new Date().getTime(), new Date(0).toISOString(), new Date() instanceof Date];`);
  const near = (time: number) => Math.abs(time - clock.now()) < 10_000;
  const [first, second, epoch, isDate] = (await invoke()).payload;
  expect([near(first), near(second), epoch, isDate]).toEqual([true, true, '1970-01-01T00:00:00.000Z', true]);
  await clock.advanceTo(START + 86_400_000);
  expect(near((await invoke()).payload[0])).toBe(true);
});

test('the event is a copy, and the context tells what is invoked', async () => {
  const { invoke } = lambda(
    `export const handler = async (event, context) => ({ event, context, left: context.getRemainingTimeInMillis() });`,
    { memorySize: 256 },
  );
  const { payload } = await invoke({ a: [1, null] }, { clientContext: '{"Custom":{"x":"y"}}' });
  expect(payload.event).toEqual({ a: [1, null] });
  expect(payload.context).toMatchObject({
    functionName: 'f',
    functionVersion: '$LATEST',
    memoryLimitInMB: '256',
    awsRequestId: 'request-1',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
    logGroupName: '/aws/lambda/f',
    clientContext: { Custom: { x: 'y' } },
  });
  expect(payload.left).toBeGreaterThan(2_000);
  expect(payload.left).toBeLessThanOrEqual(3_000);
});

test('each function has an environment of its own', async () => {
  process.env.LEAK = 'from the host';
  try {
    const { invoke } = lambda('export const handler = async () => process.env;', { environment: { TABLE: 'orders' } });
    const { payload } = await invoke();
    expect(payload).toMatchObject({
      TABLE: 'orders',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'f',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    });
    expect(payload.LEAK).toBeUndefined();
  } finally {
    delete process.env.LEAK;
  }
});

test('what is printed is in the log, between START and END', async () => {
  const { invoke } = lambda(`
    export const handler = async () => { console.log('hello %d', 1); console.error({ a: 1 }); process.stdout.write('raw\\n'); };`);
  const { log, payload } = await invoke();
  expect(payload).toBeNull();
  const lines = log.split('\n');
  expect(lines[0]).toBe('START RequestId: request-1 Version: $LATEST');
  expect(lines[1]).toMatch(/^2026-03-01T12:00:\S+Z\trequest-1\tINFO\thello 1$/);
  expect(lines[2]).toMatch(/\tERROR\t\{ a: 1 \}$/);
  expect(lines[3]).toBe('raw');
  expect(lines[4]).toBe('END RequestId: request-1');
});

test('console lines are JSON documents when the function wants them so', async () => {
  const { invoke } = lambda('export const handler = async () => { console.warn("careful"); };', { logFormat: 'JSON' });
  const line = (await invoke()).log.split('\n')[1]!;
  expect(JSON.parse(line)).toMatchObject({ level: 'WARN', requestId: 'request-1', message: 'careful' });
});

test.each([
  ['CommonJS in .js', { 'index.js': 'exports.handler = async () => __filename' }, /index\.js$/],
  [
    'a module in .js with package.json',
    { 'package.json': '{"type":"module"}', 'index.js': 'export const handler = async () => import.meta.url' },
    /index\.js$/,
  ],
  ['.cjs', { 'index.cjs': 'module.exports.handler = () => "plain"' }, /plain/],
])('%s is loaded', async (_what, files, expected) => {
  expect(String((await lambda(files).invoke()).payload)).toMatch(expected);
});

test('an older runtime may answer through the callback', async () => {
  const source = 'exports.handler = (event, context, callback) => setTimeout(() => callback(null, event.a), 5)';
  const { invoke } = lambda({ 'index.js': source }, { runtime: 'nodejs22.x' });
  expect((await invoke({ a: 'called back' })).payload).toBe('called back');
});

test('the handler can be a member of an export', async () => {
  const { invoke } = lambda('export const orders = { handler: async () => "inner" };', {
    handler: 'index.orders.handler',
  });
  expect((await invoke()).payload).toBe('inner');
});
