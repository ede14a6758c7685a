import { expect, test } from '@jest/globals';
import { createApi, createMachine, DEFINITION, MACHINE, START } from './api.ts';

const OTHER = JSON.stringify({ StartAt: 'B', States: { B: { Type: 'Succeed' } } });
const route = (...weights: number[]) =>
  weights.map((weight, index) => ({ stateMachineVersionArn: `${MACHINE}:${index + 1}`, weight }));

test('publishing the same revision again gives the same version; numbers are never used twice', async () => {
  const api = createApi();
  await createMachine(api);
  const publish = () => api.call('PublishStateMachineVersion', { stateMachineArn: MACHINE });
  expect(await publish()).toEqual({ stateMachineVersionArn: `${MACHINE}:1`, creationDate: new Date(START) });
  expect(await publish()).toMatchObject({ stateMachineVersionArn: `${MACHINE}:1` });
  await api.call('UpdateStateMachine', {
    stateMachineArn: MACHINE,
    definition: OTHER,
    publish: true,
    versionDescription: 'second',
  });
  await api.call('DeleteStateMachineVersion', { stateMachineVersionArn: `${MACHINE}:2` });
  expect(await publish()).toMatchObject({ stateMachineVersionArn: `${MACHINE}:3` });
  const { stateMachineVersions } = await api.call('ListStateMachineVersions', { stateMachineArn: MACHINE });
  expect(
    stateMachineVersions.map((version: { stateMachineVersionArn: string }) => version.stateMachineVersionArn),
  ).toEqual([`${MACHINE}:3`, `${MACHINE}:1`]);
});

test('a version keeps the definition that it was published with', async () => {
  const api = createApi();
  await createMachine(api, { publish: true, versionDescription: 'first' });
  await api.call('UpdateStateMachine', { stateMachineArn: MACHINE, definition: OTHER });
  expect(await api.call('DescribeStateMachine', { stateMachineArn: `${MACHINE}:1` })).toMatchObject({
    stateMachineArn: `${MACHINE}:1`,
    definition: DEFINITION,
    description: 'first',
  });
  await api.call('StartExecution', { stateMachineArn: `${MACHINE}:1` });
  expect(api.engine.started[0]?.revision).toMatchObject({
    definition: DEFINITION,
    stateMachineArn: MACHINE,
    versionArn: `${MACHINE}:1`,
  });
});

test('a version cannot be updated, nor deleted while an alias leads to it', async () => {
  const api = createApi();
  await createMachine(api, { publish: true });
  await api.call('CreateStateMachineAlias', { name: 'live', routingConfiguration: route(100) });
  expect(await api.refusal('UpdateStateMachine', { stateMachineArn: `${MACHINE}:1`, definition: OTHER })).toMatch(
    /^StateMachineDoesNotExist/,
  );
  expect(await api.refusal('DeleteStateMachineVersion', { stateMachineVersionArn: `${MACHINE}:1` })).toBe(
    'ConflictException: Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [live]',
  );
  await api.call('DeleteStateMachineAlias', { stateMachineAliasArn: `${MACHINE}:live` });
  expect(await api.call('DeleteStateMachineVersion', { stateMachineVersionArn: `${MACHINE}:1` })).toEqual({});
});

test('an alias is created once, updated, described and deleted', async () => {
  const api = createApi();
  await createMachine(api, { publish: true });
  await api.call('UpdateStateMachine', { stateMachineArn: MACHINE, definition: OTHER, publish: true });
  const input = { name: 'live', description: 'd', routingConfiguration: route(100) };
  const created = await api.call('CreateStateMachineAlias', input);
  expect(await api.call('CreateStateMachineAlias', input)).toEqual(created);
  expect(await api.refusal('CreateStateMachineAlias', { ...input, routingConfiguration: route(50, 50) })).toMatch(
    /^ConflictException/,
  );
  await api.clock.advanceTo(START + 1000);
  await api.call('UpdateStateMachineAlias', {
    stateMachineAliasArn: `${MACHINE}:live`,
    routingConfiguration: route(90, 10),
  });
  expect(await api.call('DescribeStateMachineAlias', { stateMachineAliasArn: `${MACHINE}:live` })).toEqual({
    stateMachineAliasArn: `${MACHINE}:live`,
    name: 'live',
    description: 'd',
    routingConfiguration: route(90, 10),
    creationDate: new Date(START),
    updateDate: new Date(START + 1000),
  });
  const listed = await api.call('ListStateMachineAliases', { stateMachineArn: `${MACHINE}:2` });
  expect(listed.stateMachineAliases).toHaveLength(1);
  await api.call('DeleteStateMachineAlias', { stateMachineAliasArn: `${MACHINE}:live` });
  expect(await api.call('DeleteStateMachineAlias', { stateMachineAliasArn: `${MACHINE}:live` })).toEqual({});
});

test('an alias leads to its versions by their weights', async () => {
  const api = createApi();
  await createMachine(api, { publish: true });
  await api.call('UpdateStateMachine', { stateMachineArn: MACHINE, definition: OTHER, publish: true });
  await api.call('CreateStateMachineAlias', { name: 'live', routingConfiguration: route(0, 100) });
  await api.call('StartExecution', { stateMachineArn: `${MACHINE}:live` });
  expect(api.engine.started[0]?.revision).toMatchObject({
    versionArn: `${MACHINE}:2`,
    aliasArn: `${MACHINE}:live`,
    definition: OTHER,
  });
});
