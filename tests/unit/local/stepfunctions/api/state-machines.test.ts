import { expect, test } from '@jest/globals';
import { createApi, createMachine, DEFINITION, MACHINE, ROLE, START } from './api.ts';

const OTHER = JSON.stringify({ StartAt: 'B', States: { B: { Type: 'Succeed' } } });

test('creating the same machine again gives the one that is there, whatever its role and tags', async () => {
  const api = createApi();
  const created = await createMachine(api, { tags: [{ key: 'team', value: 'a' }] });
  await api.clock.advanceTo(START + 1000);
  expect(await createMachine(api, { roleArn: `${ROLE}-2`, tags: [] })).toEqual(created);
  expect(await api.call('DescribeStateMachine', { stateMachineArn: MACHINE })).toMatchObject({ roleArn: ROLE });
  expect(await api.call('ListTagsForResource', { resourceArn: MACHINE })).toEqual({
    tags: [{ key: 'team', value: 'a' }],
  });
});

test.each([
  ['another definition', { definition: OTHER }],
  ['another type', { type: 'EXPRESS' }],
  ['tracing', { tracingConfiguration: { enabled: true } }],
  ['a version', { publish: true }],
])('creating a machine of the same name with %s is refused', async (_, more) => {
  const api = createApi();
  await createMachine(api);
  const input = { name: 'orders', definition: DEFINITION, roleArn: ROLE, ...more };
  expect(await api.refusal('CreateStateMachine', input)).toBe(
    `StateMachineAlreadyExists: State Machine Already Exists: '${MACHINE}'`,
  );
});

test('a machine is described as it was created', async () => {
  const api = createApi();
  await createMachine(api);
  expect(await api.call('DescribeStateMachine', { stateMachineArn: MACHINE })).toEqual({
    stateMachineArn: MACHINE,
    name: 'orders',
    status: 'ACTIVE',
    type: 'STANDARD',
    creationDate: new Date(START),
    definition: DEFINITION,
    roleArn: ROLE,
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
    encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
  });
  expect(
    await api.call('DescribeStateMachine', { stateMachineArn: MACHINE, includedData: 'METADATA_ONLY' }),
  ).toMatchObject({ definition: '' });
});

test('which variables a state reads is told by state, also of states inside others', async () => {
  const api = createApi();
  const definition = JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Set',
    States: {
      Set: { Type: 'Pass', Assign: { a: 1 }, Next: 'Each' },
      Each: {
        Type: 'Map',
        Items: '{% [$b, $a] %}',
        ItemProcessor: {
          StartAt: 'Use',
          States: { Use: { Type: 'Pass', Output: '{% $a + $sum([$c]) %}', End: true } },
        },
        End: true,
      },
    },
  });
  await createMachine(api, { definition });
  const { variableReferences } = await api.call('DescribeStateMachine', { stateMachineArn: MACHINE });
  expect(variableReferences).toEqual({ Each: ['a', 'b'], Use: ['a', 'c'] });
});

test.each(['constructor', '__proto__'])('a state can have the name %s', async (name) => {
  const api = createApi();
  const state = '{"Type":"Pass","Parameters":{"a.$":"$a"},"End":true}';
  const definition = `{"StartAt":"${name}","States":{"${name}":${state}}}`;
  await createMachine(api, { definition });
  const { variableReferences } = await api.call('DescribeStateMachine', { stateMachineArn: MACHINE });
  expect(Object.entries(variableReferences)).toEqual([[name, ['a']]]);
});

test('an update makes a new revision only if it changes something', async () => {
  const api = createApi();
  await createMachine(api);
  await api.clock.advanceTo(START + 1000);
  const first = await api.call('UpdateStateMachine', { stateMachineArn: MACHINE, definition: OTHER });
  expect(first).toEqual({ updateDate: new Date(START + 1000), revisionId: expect.any(String) });
  expect(await api.call('UpdateStateMachine', { stateMachineArn: MACHINE, definition: OTHER })).toEqual(first);
  const second = await api.call('UpdateStateMachine', { stateMachineArn: MACHINE, roleArn: `${ROLE}-2` });
  expect(second.revisionId).not.toBe(first.revisionId);
  expect(await api.call('DescribeStateMachine', { stateMachineArn: MACHINE })).toMatchObject({
    definition: OTHER,
    roleArn: `${ROLE}-2`,
    revisionId: second.revisionId,
  });
});

test('a refused update changes nothing', async () => {
  const api = createApi();
  await createMachine(api);
  const input = { stateMachineArn: MACHINE, definition: OTHER, loggingConfiguration: { level: 'ALL' } };
  expect(await api.refusal('UpdateStateMachine', input)).toMatch(/^InvalidLoggingConfiguration/);
  expect(await api.call('DescribeStateMachine', { stateMachineArn: MACHINE })).toMatchObject({
    definition: DEFINITION,
  });
});

test('a deleted machine stays until its executions have ended, and starts none', async () => {
  const api = createApi();
  await createMachine(api);
  const { executionArn } = await api.call('StartExecution', { stateMachineArn: MACHINE });
  expect(await api.call('DeleteStateMachine', { stateMachineArn: MACHINE })).toEqual({});
  expect(await api.call('DescribeStateMachine', { stateMachineArn: MACHINE })).toMatchObject({ status: 'DELETING' });
  expect(await api.refusal('StartExecution', { stateMachineArn: MACHINE })).toBe(
    `StateMachineDeleting: State Machine is being deleted: '${MACHINE}'`,
  );
  api.engine.end(executionArn, { status: 'SUCCEEDED' });
  expect(await api.refusal('DescribeStateMachine', { stateMachineArn: MACHINE })).toMatch(/^StateMachineDoesNotExist/);
});

test('deleting a machine takes its versions, aliases and tags along; one that does not exist is no error', async () => {
  const api = createApi();
  await createMachine(api, { publish: true, tags: [{ key: 'a', value: 'b' }] });
  await api.call('CreateStateMachineAlias', {
    name: 'live',
    routingConfiguration: [{ stateMachineVersionArn: `${MACHINE}:1`, weight: 100 }],
  });
  await api.call('DeleteStateMachine', { stateMachineArn: MACHINE });
  expect(await api.call('DeleteStateMachine', { stateMachineArn: MACHINE })).toEqual({});
  await createMachine(api);
  expect(await api.call('ListStateMachineVersions', { stateMachineArn: MACHINE })).toEqual({
    stateMachineVersions: [],
  });
  expect(await api.call('ListStateMachineAliases', { stateMachineArn: MACHINE })).toEqual({ stateMachineAliases: [] });
  expect(await api.call('ListTagsForResource', { resourceArn: MACHINE })).toEqual({ tags: [] });
});

test('machines are listed page by page, those of other accounts and regions apart', async () => {
  const api = createApi();
  for (const name of ['a', 'b', 'c']) await createMachine(api, { name });
  await api.call('CreateStateMachine', { name: 'd', definition: DEFINITION, roleArn: ROLE }, { region: 'us-east-1' });
  const first = await api.call('ListStateMachines', { maxResults: 2 });
  const second = await api.call('ListStateMachines', { maxResults: 2, nextToken: first.nextToken });
  const names = [...first.stateMachines, ...second.stateMachines].map(({ name }: { name: string }) => name);
  expect(names).toEqual(['a', 'b', 'c']);
  expect(second).not.toHaveProperty('nextToken');
});

test('a definition is validated without creating anything', async () => {
  const api = createApi();
  const bad = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', X: 1, Y: 2, End: true } } });
  expect(await api.call('ValidateStateMachineDefinition', { definition: DEFINITION })).toEqual({
    result: 'OK',
    diagnostics: [],
    truncated: false,
  });
  expect(await api.call('ValidateStateMachineDefinition', { definition: bad, maxResults: 1 })).toEqual({
    result: 'FAIL',
    diagnostics: [
      {
        severity: 'ERROR',
        code: 'SCHEMA_VALIDATION_FAILED',
        message: "Field 'X' is not supported",
        location: '/States/A',
      },
    ],
    truncated: true,
  });
  expect(await api.call('ListStateMachines')).toEqual({ stateMachines: [] });
});

test('tags are added, replaced and removed', async () => {
  const api = createApi();
  await createMachine(api);
  await api.call('TagResource', {
    resourceArn: MACHINE,
    tags: [
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ],
  });
  await api.call('TagResource', { resourceArn: MACHINE, tags: [{ key: 'a', value: '3' }] });
  await api.call('UntagResource', { resourceArn: MACHINE, tagKeys: ['b', 'c'] });
  expect(await api.call('ListTagsForResource', { resourceArn: MACHINE })).toEqual({ tags: [{ key: 'a', value: '3' }] });
});
