import type { ResourceType } from '../../../aws/service.ts';
import { machineReference } from '../arns.ts';
import { callOwn } from './call-own.ts';
import { GradualShifts, type Preference, type Routing, readPreference, type ShiftPorts } from './gradual-shift.ts';
import { Properties } from './properties.ts';
import type { Operations } from './resource-types.ts';

export const aliasResource = (operations: Operations, ports: ShiftPorts): ResourceType => {
  const shifts = new GradualShifts(ports);
  return {
    supported: ['Name', 'Description', 'RoutingConfiguration', 'DeploymentPreference'],
    apply: async (values, deployment) => {
      const properties = new Properties(values, deployment.logicalId);
      const wanted = readWanted(properties);
      const name = properties.requiredText('Name');
      const description = properties.text('Description');
      const version = 'target' in wanted ? wanted.target : (wanted[0]?.stateMachineVersionArn ?? '');
      const arn = `${machineReference(version).machineArn}:${name}`;
      const existing = (await callOwn(
        operations,
        'DescribeStateMachineAlias',
        { stateMachineAliasArn: arn },
        deployment,
        ['ResourceNotFound'],
      )) as { routingConfiguration: Routing } | undefined;
      const route = (routingConfiguration: Routing) =>
        callOwn(operations, 'UpdateStateMachineAlias', { stateMachineAliasArn: arn, routingConfiguration }, deployment);
      const routingConfiguration =
        'target' in wanted
          ? shifts.start(arn, existing?.routingConfiguration, wanted, deployment, route)
          : (wanted satisfies Routing);
      const members = { routingConfiguration, ...(description !== undefined && { description }) };
      if (existing)
        await callOwn(operations, 'UpdateStateMachineAlias', { stateMachineAliasArn: arn, ...members }, deployment);
      else await callOwn(operations, 'CreateStateMachineAlias', { name, ...members }, deployment);
      return { ref: arn, attributes: { Arn: arn } };
    },
  };
};

function readWanted(properties: Properties): Preference | Routing {
  const preference = properties.object('DeploymentPreference');
  const routes = properties.list('RoutingConfiguration');
  if ((preference === undefined) === (routes === undefined))
    properties.fail('there must be exactly one of RoutingConfiguration and DeploymentPreference');
  if (preference) return readPreference(preference);
  return (routes ?? []).map((route) => ({
    stateMachineVersionArn: route.requiredText('StateMachineVersionArn'),
    weight: route.number('Weight') ?? route.fail('Weight is missing'),
  }));
}
