import type { CloudFormationTemplate } from './serverless-host.ts';

/**
 * Makes each state machine call published function versions in place of the latest code, so that an execution that waits
 * for weeks goes on with the functions it was written against, whatever was deployed meanwhile.
 * Serverless publishes a version of each function and tells its name in the output `<X>LambdaFunctionQualifiedArn`.
 */
export function pinFunctions(template: CloudFormationTemplate): void {
  for (const resource of Object.values(template.Resources)) {
    if (resource.Type !== 'AWS::StepFunctions::StateMachine') continue;
    const substitutions = (resource.Properties?.DefinitionSubstitutions ?? {}) as Record<string, unknown>;
    for (const [name, value] of Object.entries(substitutions)) {
      const logicalId = functionNamedBy(value);
      const version = logicalId === undefined ? undefined : template.Outputs?.[`${logicalId}QualifiedArn`]?.Value;
      if (version !== undefined) substitutions[name] = version;
    }
  }
}

/** The logical id in `{ "Fn::GetAtt": ["XLambdaFunction", "Arn"] }`. */
function functionNamedBy(value: unknown): string | undefined {
  const attribute = (value as { 'Fn::GetAtt'?: unknown } | null)?.['Fn::GetAtt'];
  const [logicalId, name] =
    typeof attribute === 'string' ? attribute.split('.') : Array.isArray(attribute) ? attribute : [];
  return name === 'Arn' && typeof logicalId === 'string' && logicalId.endsWith('LambdaFunction')
    ? logicalId
    : undefined;
}
