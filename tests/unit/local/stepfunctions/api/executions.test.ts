import { expect, test } from '@jest/globals';
import type { MapRunDescription } from '../../../../../local/stepfunctions/engine/ports.ts';
import { CALLER, createApi, createMachine, DEFINITION, MACHINE, ROLE, START } from './api.ts';

const EXECUTION = 'arn:aws:states:eu-west-1:123456789012:execution:orders:run';

test('an execution is started with the current revision, and described while it runs', async () => {
  const api = createApi();
  await createMachine(api);
  expect(
    await api.call('StartExecution', { stateMachineArn: MACHINE, name: 'run', input: '{"a":1}', traceHeader: 't' }),
  ).toEqual({
    executionArn: EXECUTION,
    startDate: new Date(START),
  });
  expect(api.engine.started).toEqual([
    {
      revision: {
        stateMachineArn: MACHINE,
        name: 'orders',
        type: 'STANDARD',
        definition: DEFINITION,
        roleArn: ROLE,
        revisionId: 'INITIAL',
        logging: { level: 'OFF', includeExecutionData: false, logGroupArns: [] },
      },
      name: 'run',
      input: '{"a":1}',
      traceHeader: 't',
    },
  ]);
  expect(await api.call('DescribeExecution', { executionArn: EXECUTION })).toEqual({
    executionArn: EXECUTION,
    stateMachineArn: MACHINE,
    name: 'run',
    status: 'RUNNING',
    startDate: new Date(START),
    input: '{"a":1}',
    inputDetails: { included: true },
    redriveCount: 0,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution is RUNNING',
  });
});

test.each([
  ['SUCCEEDED', 'NOT_REDRIVABLE', 'Execution is SUCCEEDED'],
  ['FAILED', 'REDRIVABLE', undefined],
] as const)('an execution that is %s is %s', async (status, redriveStatus, redriveStatusReason) => {
  const api = createApi();
  await createMachine(api);
  await api.call('StartExecution', { stateMachineArn: MACHINE, name: 'run' });
  api.engine.end(EXECUTION, { status });
  const described = await api.call('DescribeExecution', { executionArn: EXECUTION });
  expect([described.redriveStatus, described.redriveStatusReason]).toEqual([redriveStatus, redriveStatusReason]);
});

test('an execution that timed out as a whole has no error', async () => {
  const api = createApi();
  await createMachine(api);
  await api.call('StartExecution', { stateMachineArn: MACHINE, name: 'run' });
  api.engine.end(EXECUTION, { status: 'TIMED_OUT', error: 'States.Timeout' });
  expect(await api.call('DescribeExecution', { executionArn: EXECUTION })).not.toHaveProperty('error');
});

test('what an execution worked on can be left out', async () => {
  const api = createApi();
  await createMachine(api);
  await api.call('StartExecution', { stateMachineArn: MACHINE, name: 'run', input: '{"secret":1}' });
  api.engine.end(EXECUTION, { status: 'SUCCEEDED', output: '"secret"' });
  api.engine.events.push({
    id: 1,
    previousEventId: 0,
    type: 'ExecutionStarted',
    timestamp: START,
    executionStartedEventDetails: { input: '{"secret":1}', inputDetails: { truncated: false }, roleArn: ROLE },
  });
  const described = await api.call('DescribeExecution', { executionArn: EXECUTION, includedData: 'METADATA_ONLY' });
  expect(JSON.stringify(described)).not.toContain('secret');
  const history = await api.call('GetExecutionHistory', { executionArn: EXECUTION, includeExecutionData: false });
  expect(history.events).toEqual([
    {
      id: 1,
      previousEventId: 0,
      type: 'ExecutionStarted',
      timestamp: new Date(START),
      executionStartedEventDetails: { roleArn: ROLE },
    },
  ]);
});

test('a history is asked for page by page, forward or backward', async () => {
  const api = createApi();
  await createMachine(api);
  await api.call('StartExecution', { stateMachineArn: MACHINE, name: 'run' });
  const answer = await api.call('GetExecutionHistory', {
    executionArn: EXECUTION,
    maxResults: 5,
    nextToken: 't',
    reverseOrder: true,
  });
  expect(answer.nextToken).toBe('more');
  expect(api.engine.calls.at(-1)).toEqual(['history', EXECUTION, { maxResults: 5, nextToken: 't', reverse: true }]);
});

test('a synchronous run answers with its outcome and what it is billed', async () => {
  const api = createApi();
  await createMachine(api, { type: 'EXPRESS' });
  expect(await api.call('StartSyncExecution', { stateMachineArn: MACHINE, name: 'run', input: '[1]' })).toMatchObject({
    name: 'run',
    status: 'SUCCEEDED',
    output: '[1]',
    outputDetails: { included: true },
    billingDetails: { billedDurationInMilliseconds: 200, billedMemoryUsedInMB: 64 },
  });
  expect(await api.refusal('ListExecutions', { stateMachineArn: MACHINE })).toMatch(/^StateMachineTypeNotSupported/);
});

test('executions are listed by what is asked for', async () => {
  const api = createApi();
  await createMachine(api, { publish: true });
  await api.call('StartExecution', { stateMachineArn: `${MACHINE}:1`, name: 'run' });
  const { executions } = await api.call('ListExecutions', {
    stateMachineArn: `${MACHINE}:1`,
    statusFilter: 'RUNNING',
    redriveFilter: 'NOT_REDRIVEN',
    maxResults: 7,
  });
  expect(executions).toEqual([
    {
      executionArn: EXECUTION,
      stateMachineArn: MACHINE,
      name: 'run',
      status: 'RUNNING',
      startDate: new Date(START),
      stateMachineVersionArn: `${MACHINE}:1`,
      redriveCount: 0,
    },
  ]);
  expect(api.engine.calls.at(-1)).toEqual([
    'list',
    { stateMachineArn: MACHINE, qualifiedArn: `${MACHINE}:1`, status: 'RUNNING', redrive: 'NOT_REDRIVEN' },
    { maxResults: 7 },
  ]);
});

test('the machine of an execution is described as it was when that started', async () => {
  const api = createApi();
  await createMachine(api);
  await api.call('StartExecution', { stateMachineArn: MACHINE, name: 'run' });
  await api.clock.advanceTo(START + 1000);
  await api.call('UpdateStateMachine', { stateMachineArn: MACHINE, roleArn: `${ROLE}-2` });
  const described = await api.call('DescribeStateMachineForExecution', { executionArn: EXECUTION });
  expect(described).toMatchObject({
    name: 'orders',
    roleArn: ROLE,
    definition: DEFINITION,
    updateDate: new Date(START),
  });
  expect(described).not.toHaveProperty('revisionId');
});

test('stopping, redriving and callbacks reach the engine', async () => {
  const api = createApi();
  await createMachine(api);
  await api.call('StartExecution', { stateMachineArn: MACHINE, name: 'run' });
  expect(await api.call('StopExecution', { executionArn: EXECUTION, error: 'E', cause: 'C' })).toEqual({
    stopDate: new Date(START),
  });
  expect(await api.call('RedriveExecution', { executionArn: EXECUTION })).toEqual({ redriveDate: new Date(START) });
  expect(await api.call('SendTaskSuccess', { taskToken: 't', output: '{"a":1}' })).toEqual({});
  expect(await api.call('SendTaskFailure', { taskToken: 't', error: 'E' })).toEqual({});
  expect(await api.call('SendTaskHeartbeat', { taskToken: 't' })).toEqual({});
  expect(api.engine.calls).toEqual([
    ['stop', EXECUTION, { error: 'E', cause: 'C' }],
    ['redrive', EXECUTION],
    ['taskSucceeded', 't', '{"a":1}'],
    ['taskFailed', 't', { error: 'E' }],
    ['taskHeartbeat', 't'],
  ]);
});

test('an activity is created once, polled for tasks, listed and deleted', async () => {
  const api = createApi();
  const activityArn = 'arn:aws:states:eu-west-1:123456789012:activity:pick';
  const created = await api.call('CreateActivity', { name: 'pick', tags: [{ key: 'a', value: 'b' }] });
  expect(created).toEqual({ activityArn, creationDate: new Date(START) });
  expect(await api.call('CreateActivity', { name: 'pick' })).toEqual(created);
  expect(await api.call('GetActivityTask', { activityArn, workerName: 'w' })).toEqual({});
  api.engine.activityAnswer = { taskToken: 't', input: '{}' };
  const { signal } = new AbortController();
  expect(await api.call('GetActivityTask', { activityArn, workerName: 'w' }, { ...CALLER, signal })).toEqual({
    taskToken: 't',
    input: '{}',
  });
  expect(api.engine.calls.at(-1)).toEqual(['activityTask', activityArn, 'w', signal]);
  expect(await api.call('ListActivities')).toEqual({
    activities: [{ activityArn, name: 'pick', creationDate: new Date(START) }],
  });
  await api.call('DeleteActivity', { activityArn });
  expect(await api.refusal('DescribeActivity', { activityArn })).toMatch(/^ActivityDoesNotExist/);
});

test('map runs are described, listed and updated', async () => {
  const api = createApi();
  const mapRunArn = 'arn:aws:states:eu-west-1:123456789012:mapRun:orders/each:x';
  const counts = {
    pending: 0,
    running: 1,
    succeeded: 2,
    failed: 0,
    timedOut: 0,
    aborted: 0,
    total: 3,
    resultsWritten: 0,
    failuresNotRedrivable: 0,
    pendingRedrive: 0,
  };
  const run: MapRunDescription = {
    mapRunArn,
    executionArn: EXECUTION,
    stateMachineArn: MACHINE,
    status: 'RUNNING',
    startedAt: START,
    redriveCount: 0,
    itemCounts: counts,
    executionCounts: counts,
    maxConcurrency: 5,
    toleratedFailureCount: 1,
    toleratedFailurePercentage: 0,
  };
  api.engine.mapRunAnswer = run;
  expect(await api.call('DescribeMapRun', { mapRunArn })).toEqual({
    mapRunArn,
    executionArn: EXECUTION,
    status: 'RUNNING',
    startDate: new Date(START),
    maxConcurrency: 5,
    toleratedFailureCount: 1,
    toleratedFailurePercentage: 0,
    redriveCount: 0,
    itemCounts: counts,
    executionCounts: counts,
  });
  expect(await api.call('ListMapRuns', { executionArn: EXECUTION })).toEqual({
    mapRuns: [{ executionArn: EXECUTION, mapRunArn, stateMachineArn: MACHINE, startDate: new Date(START) }],
  });
  await api.call('UpdateMapRun', { mapRunArn, maxConcurrency: 9 });
  expect(api.engine.calls).toEqual([['updateMapRun', mapRunArn, { maxConcurrency: 9 }]]);
});
