import { beforeEach, expect, test } from '@jest/globals';
import { type Api, CALLER, createApi, DEFINITION, ROLE } from './api.ts';

const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:orders';
const MINUTE = 60_000;

let api: Api;

/** Deploys a revision of a state machine, with its version and its alias, as a template has them. */
async function deploy(revision: number, preference: object): Promise<void> {
  const apply = (type: string, logicalId: string, properties: object) =>
    api.service.resources![`AWS::StepFunctions::${type}`]!.apply(properties as Record<string, unknown>, {
      ...CALLER,
      stackName: 'shop',
      logicalId,
      packageFolder: '/',
    });
  const machine = await apply('StateMachine', 'Orders', {
    StateMachineName: 'orders',
    RoleArn: `${ROLE}-${revision}`,
    DefinitionString: DEFINITION,
  });
  const { ref: StateMachineVersionArn } = await apply('StateMachineVersion', 'Version', {
    StateMachineArn: MACHINE,
    StateMachineRevisionId: machine.attributes.StateMachineRevisionId,
  });
  await apply('StateMachineAlias', 'Alias', {
    Name: 'live',
    DeploymentPreference: { StateMachineVersionArn, ...preference },
  });
}

/** What each version gets, by its number: `{ 1: 90, 2: 10 }`. */
async function routing(): Promise<Record<string, number>> {
  const { routingConfiguration } = (await api.call('DescribeStateMachineAlias', {
    stateMachineAliasArn: `${MACHINE}:live`,
  })) as { routingConfiguration: { stateMachineVersionArn: string; weight: number }[] };
  return Object.fromEntries(
    routingConfiguration.map(({ stateMachineVersionArn, weight }) => [
      stateMachineVersionArn.split(':').at(-1),
      weight,
    ]),
  );
}

const later = async (minutes: number): Promise<void> => {
  for (let minute = 0; minute < minutes; minute++) {
    await api.clock.advanceTo(api.clock.now() + MINUTE);
    await new Promise(setImmediate);
  }
};

const LINEAR = { Type: 'LINEAR', Percentage: 40, Interval: 5, Alarms: ['orders-failed'] };

beforeEach(async () => {
  api = createApi();
  await deploy(1, LINEAR);
});

test('a new alias has its version at once', async () => {
  expect(await routing()).toEqual({ 1: 100 });
});

test('LINEAR: the same share goes over at each interval', async () => {
  await deploy(2, LINEAR);
  expect(await routing()).toEqual({ 1: 60, 2: 40 });
  await later(4);
  expect(await routing()).toEqual({ 1: 60, 2: 40 });
  await later(1);
  expect(await routing()).toEqual({ 1: 20, 2: 80 });
  await later(5);
  expect(await routing()).toEqual({ 2: 100 });
});

test('CANARY: a share goes over, and after the interval the rest', async () => {
  await deploy(2, { ...LINEAR, Type: 'CANARY' });
  await later(4);
  expect(await routing()).toEqual({ 1: 60, 2: 40 });
  await later(1);
  expect(await routing()).toEqual({ 2: 100 });
});

test('ALL_AT_ONCE goes over at once', async () => {
  await deploy(2, { Type: 'ALL_AT_ONCE' });
  expect(await routing()).toEqual({ 2: 100 });
});

test('an alarm that rings meanwhile takes everything back within a minute, for good', async () => {
  await deploy(2, LINEAR);
  await later(6);
  expect(await routing()).toEqual({ 1: 20, 2: 80 });
  api.ringing.add('orders-failed');
  await later(1);
  expect(await routing()).toEqual({ 1: 100 });
  api.ringing.clear();
  await later(20);
  expect(await routing()).toEqual({ 1: 100 });
});

test('what an alarm has taken back is not tried again by the same template, but by the next version', async () => {
  await deploy(2, LINEAR);
  api.ringing.add('orders-failed');
  await later(1);
  api.ringing.clear();
  await deploy(2, LINEAR);
  await later(20);
  expect(await routing()).toEqual({ 1: 100 });
  await deploy(3, LINEAR);
  expect(await routing()).toEqual({ 1: 60, 3: 40 });
});

test('an alarm that nobody asked for changes nothing', async () => {
  await deploy(2, LINEAR);
  api.ringing.add('something-else');
  await later(10);
  expect(await routing()).toEqual({ 2: 100 });
});

test('the next deployment starts from the version that had more, and the earlier shift ends', async () => {
  await deploy(2, LINEAR);
  await deploy(3, LINEAR);
  expect(await routing()).toEqual({ 1: 60, 3: 40 });
  await later(5);
  expect(await routing()).toEqual({ 1: 20, 3: 80 });
});

test('the same template again goes on where the shift was', async () => {
  await deploy(2, LINEAR);
  await later(5);
  await deploy(2, LINEAR);
  expect(await routing()).toEqual({ 1: 20, 2: 80 });
  await later(5);
  expect(await routing()).toEqual({ 2: 100 });
});

test('a look that fails is made again a minute later', async () => {
  await deploy(2, LINEAR);
  await later(4);
  api.beforeAlarms = async () => {
    throw new Error('the disk is full');
  };
  await later(2);
  expect(await routing()).toEqual({ 1: 60, 2: 40 });
  api.beforeAlarms = async () => {};
  await later(1);
  expect(await routing()).toEqual({ 1: 20, 2: 80 });
});

test('a deployment that comes while alarms are looked at is not overwritten by the earlier shift', async () => {
  await deploy(2, LINEAR);
  await later(4);
  const { promise, resolve } = Promise.withResolvers<void>();
  api.beforeAlarms = () => promise;
  await later(1);
  await deploy(3, { Type: 'ALL_AT_ONCE' });
  api.beforeAlarms = async () => {};
  resolve();
  await later(20);
  expect(await routing()).toEqual({ 3: 100 });
});

test('a shift ends with its alias', async () => {
  await deploy(2, LINEAR);
  await api.call('DeleteStateMachineAlias', { stateMachineAliasArn: `${MACHINE}:live` });
  await later(5);
  let looks = 0;
  api.beforeAlarms = async () => void looks++;
  await later(5);
  expect(looks).toBe(0);
});
