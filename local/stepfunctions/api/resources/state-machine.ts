import { isDeepStrictEqual } from 'node:util';
import type { Deployment, ResourceType } from '../../../aws/service.ts';
import { machineArn } from '../arns.ts';
import { callOwn, generatedName } from './call-own.ts';
import { definitionText } from './definition-text.ts';
import { Properties } from './properties.ts';
import type { Operations } from './resource-types.ts';

export const stateMachineResource = (operations: Operations): ResourceType => ({
  supported: [
    'StateMachineName',
    'StateMachineType',
    'RoleArn',
    'Definition',
    'DefinitionString',
    'DefinitionS3Location',
    'DefinitionSubstitutions',
    'LoggingConfiguration',
    'TracingConfiguration',
    'Tags',
  ],
  accepted: ['EncryptionConfiguration'],
  apply: async (values, deployment) => {
    const properties = new Properties(values, deployment.logicalId);
    const name = properties.text('StateMachineName') ?? generatedName(deployment);
    const arn = machineArn(deployment, name);
    await createOrUpdate(name, arn, properties, deployment, operations);
    const { revisionId } =
      (await callOwn(operations, 'DescribeStateMachine', { stateMachineArn: arn }, deployment)) ?? {};
    return {
      ref: arn,
      attributes: {
        Arn: arn,
        Name: name,
        StateMachineRevisionId: typeof revisionId === 'string' ? revisionId : 'INITIAL',
      },
    };
  },
});

async function createOrUpdate(
  name: string,
  arn: string,
  properties: Properties,
  deployment: Deployment,
  operations: Operations,
): Promise<void> {
  const type = properties.text('StateMachineType') ?? 'STANDARD';
  const configuration = {
    definition: definitionText(properties),
    roleArn: properties.requiredText('RoleArn'),
    loggingConfiguration: logging(properties) ?? {},
    tracingConfiguration: { enabled: properties.object('TracingConfiguration')?.boolean('Enabled') ?? false },
  };
  const tags =
    properties.list('Tags')?.map((tag) => ({ key: tag.requiredText('Key'), value: tag.requiredText('Value') })) ?? [];
  const existing = await callOwn(operations, 'DescribeStateMachine', { stateMachineArn: arn }, deployment, [
    'StateMachineDoesNotExist',
  ]);
  if (existing && existing.type !== type)
    properties.fail(
      `StateMachineType cannot change from ${existing.type} to ${type}: give the state machine another name`,
    );
  if (!existing) {
    await callOwn(operations, 'CreateStateMachine', { name, type, ...configuration, tags }, deployment);
    return;
  }
  if (!isUpToDate(existing, configuration))
    await callOwn(operations, 'UpdateStateMachine', { stateMachineArn: arn, ...configuration }, deployment);
  if (tags.length > 0) await callOwn(operations, 'TagResource', { resourceArn: arn, tags }, deployment);
}

/** A template is loaded at every start; a machine that is as it says keeps its revision. */
function isUpToDate(
  existing: Record<string, unknown>,
  wanted: { definition: string; roleArn: string; loggingConfiguration: object; tracingConfiguration: object },
): boolean {
  const logging = { level: 'OFF', includeExecutionData: false, ...wanted.loggingConfiguration };
  return (
    existing.definition === wanted.definition &&
    existing.roleArn === wanted.roleArn &&
    isDeepStrictEqual(existing.loggingConfiguration, logging) &&
    isDeepStrictEqual(existing.tracingConfiguration, wanted.tracingConfiguration)
  );
}

function logging(properties: Properties): object | undefined {
  const given = properties.object('LoggingConfiguration');
  if (!given) return undefined;
  given.only('Level', 'IncludeExecutionData', 'Destinations');
  const level = given.text('Level');
  const includeExecutionData = given.boolean('IncludeExecutionData');
  const destinations = given.list('Destinations')?.map((destination) => ({
    cloudWatchLogsLogGroup: { logGroupArn: destination.object('CloudWatchLogsLogGroup')?.requiredText('LogGroupArn') },
  }));
  return {
    ...(level !== undefined && { level }),
    ...(includeExecutionData !== undefined && { includeExecutionData }),
    ...(destinations && { destinations }),
  };
}
