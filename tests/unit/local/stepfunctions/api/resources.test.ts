import { describe, expect, test } from '@jest/globals';
import { type Api, CALLER, createApi, DEFINITION, ROLE } from './api.ts';

const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:shop-Orders';

const apply = async (api: Api, type: string, properties: object) => {
  const deployment = { ...CALLER, stackName: 'shop', logicalId: 'Orders', packageFolder: '/' };
  const resource = api.service.resources?.[`AWS::StepFunctions::${type}`];
  if (!resource) throw new Error(`no type ${type}`);
  return resource.apply(properties as Record<string, unknown>, deployment);
};

const definition = { StartAt: 'A', States: { A: { Type: 'Pass', Result: '${Text} at ${Place}', End: true } } };

describe('a state machine of a template', () => {
  test('gets its substitutions, which may hold quotes', async () => {
    const api = createApi();
    const DefinitionSubstitutions = { Text: 'say "hi"', Place: 7 };
    const identity = await apply(api, 'StateMachine', {
      RoleArn: ROLE,
      Definition: definition,
      DefinitionSubstitutions,
    });
    expect(identity).toEqual({
      ref: MACHINE,
      attributes: { Arn: MACHINE, Name: 'shop-Orders', StateMachineRevisionId: 'INITIAL' },
    });
    const described = await api.call('DescribeStateMachine', { stateMachineArn: MACHINE });
    expect(JSON.parse(described.definition).States.A.Result).toBe('say "hi" at 7');
  });

  test.each([
    [
      'a placeholder is left',
      { Definition: definition, DefinitionSubstitutions: { Text: 'a' } },
      'Orders: the definition has no substitution for ${Place}',
    ],
    [
      'there is no definition',
      {},
      'Orders: there must be exactly one of Definition, DefinitionString and DefinitionS3Location',
    ],
    [
      'the definition is in S3',
      { DefinitionS3Location: {} },
      'Orders: DefinitionS3Location is not supported: put the definition into Definition',
    ],
    [
      'the definition is wrong',
      { DefinitionString: '{}' },
      "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [StartAt, States] at /'",
    ],
    [
      'a property has the wrong type',
      { DefinitionString: DEFINITION, TracingConfiguration: 'on' },
      'Orders: TracingConfiguration must be an object',
    ],
  ])('is refused if %s', async (_, properties, message) => {
    await expect(apply(createApi(), 'StateMachine', { RoleArn: ROLE, ...properties })).rejects.toThrow(message);
  });

  test('keeps its revision when the template is loaded again, and gets a new one when it changed', async () => {
    const api = createApi();
    const properties = {
      RoleArn: ROLE,
      DefinitionString: DEFINITION,
      LoggingConfiguration: {
        Level: 'ALL',
        IncludeExecutionData: 'true',
        Destinations: [
          { CloudWatchLogsLogGroup: { LogGroupArn: 'arn:aws:logs:eu-west-1:123456789012:log-group:known:*' } },
        ],
      },
      TracingConfiguration: { Enabled: true },
      Tags: [{ Key: 'a', Value: 'b' }],
    };
    const first = await apply(api, 'StateMachine', properties);
    expect(await apply(api, 'StateMachine', properties)).toEqual(first);
    const changed = await apply(api, 'StateMachine', { ...properties, RoleArn: `${ROLE}-2` });
    expect(changed.attributes.StateMachineRevisionId).not.toBe('INITIAL');
    expect(await apply(api, 'StateMachine', { ...properties, RoleArn: `${ROLE}-2` })).toEqual(changed);
  });

  test('cannot change its type', async () => {
    const api = createApi();
    await apply(api, 'StateMachine', { RoleArn: ROLE, DefinitionString: DEFINITION });
    const express = { RoleArn: ROLE, DefinitionString: DEFINITION, StateMachineType: 'EXPRESS' };
    await expect(apply(api, 'StateMachine', express)).rejects.toThrow(
      'StateMachineType cannot change from STANDARD to EXPRESS',
    );
  });
});

test('versions and aliases of a template are the same when it is loaded again', async () => {
  const api = createApi();
  for (const _ of [1, 2]) {
    await apply(api, 'StateMachine', { RoleArn: ROLE, DefinitionString: DEFINITION });
    const version = await apply(api, 'StateMachineVersion', {
      StateMachineArn: MACHINE,
      StateMachineRevisionId: 'INITIAL',
    });
    expect(version).toEqual({ ref: `${MACHINE}:1`, attributes: { Arn: `${MACHINE}:1` } });
    const alias = await apply(api, 'StateMachineAlias', {
      Name: 'live',
      DeploymentPreference: { StateMachineVersionArn: version.ref, Type: 'ALL_AT_ONCE' },
    });
    expect(alias.ref).toBe(`${MACHINE}:live`);
  }
  const routed = { Name: 'live', RoutingConfiguration: [{ StateMachineVersionArn: `${MACHINE}:1`, Weight: '100' }] };
  expect(await apply(api, 'StateMachineAlias', routed)).toMatchObject({ ref: `${MACHINE}:live` });
});

test.each([
  [{ Type: 'SOON' }, 'there is no type SOON'],
  [{ Type: 'CANARY', Interval: 5 }, 'Percentage has to be 1 to 99'],
  [{ Type: 'LINEAR', Percentage: 100, Interval: 5 }, 'Percentage has to be 1 to 99'],
  [{ Type: 'LINEAR', Percentage: 10 }, 'Interval has to be 1 to 2100'],
  [{ Type: 'ALL_AT_ONCE', Speed: 1 }, 'Speed is not supported'],
])('the preference %j of an alias is refused', async (more, message) => {
  const DeploymentPreference = { StateMachineVersionArn: `${MACHINE}:1`, ...more };
  await expect(apply(createApi(), 'StateMachineAlias', { Name: 'live', DeploymentPreference })).rejects.toThrow(
    message,
  );
});

test('an activity of a template is there once', async () => {
  const api = createApi();
  const arn = 'arn:aws:states:eu-west-1:123456789012:activity:pick';
  for (const _ of [1, 2])
    expect(await apply(api, 'Activity', { Name: 'pick' })).toEqual({
      ref: arn,
      attributes: { Arn: arn, Name: 'pick' },
    });
});
