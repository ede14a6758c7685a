import type { ResourceType } from '../../../aws/service.ts';
import { machineReference } from '../arns.ts';
import { callOwn } from './call-own.ts';
import { Properties } from './properties.ts';
import type { Operations } from './resource-types.ts';

export const aliasResource = (operations: Operations): ResourceType => ({
  supported: ['Name', 'Description', 'RoutingConfiguration', 'DeploymentPreference'],
  apply: async (values, deployment) => {
    const properties = new Properties(values, deployment.logicalId);
    const routingConfiguration = routing(properties);
    const name = properties.requiredText('Name');
    const description = properties.text('Description');
    const arn = `${machineReference(routingConfiguration[0]?.stateMachineVersionArn ?? '').machineArn}:${name}`;
    const members = { routingConfiguration, ...(description !== undefined && { description }) };
    const existing = await callOwn(operations, 'DescribeStateMachineAlias', { stateMachineAliasArn: arn }, deployment, [
      'ResourceNotFound',
    ]);
    if (existing)
      await callOwn(operations, 'UpdateStateMachineAlias', { stateMachineAliasArn: arn, ...members }, deployment);
    else await callOwn(operations, 'CreateStateMachineAlias', { name, ...members }, deployment);
    return { ref: arn, attributes: { Arn: arn } };
  },
});

/** A deployment preference shifts traffic over time; on one machine only all at once makes sense. */
function routing(properties: Properties): { stateMachineVersionArn: string; weight: number }[] {
  const preference = properties.object('DeploymentPreference');
  const routes = properties.list('RoutingConfiguration');
  if ((preference === undefined) === (routes === undefined))
    properties.fail('there must be exactly one of RoutingConfiguration and DeploymentPreference');
  if (preference) {
    if (preference.requiredText('Type') !== 'ALL_AT_ONCE') preference.fail('only the type ALL_AT_ONCE is supported');
    return [{ stateMachineVersionArn: preference.requiredText('StateMachineVersionArn'), weight: 100 }];
  }
  return (routes ?? []).map((route) => ({
    stateMachineVersionArn: route.requiredText('StateMachineVersionArn'),
    weight: route.number('Weight') ?? route.fail('Weight is missing'),
  }));
}
