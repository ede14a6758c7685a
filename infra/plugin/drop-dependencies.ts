import type { CloudFormationTemplate } from './serverless-host.ts';

/**
 * Takes away what Serverless says twice: that a function depends on its role, whose ARN it is given anyway. CloudFormation
 * does not mind; cfn-lint does, and moto with it.
 */
export function dropDependencies(template: CloudFormationTemplate): void {
  for (const resource of Object.values(template.Resources)) {
    if (resource.Type !== 'AWS::Lambda::Function' || !Array.isArray(resource.DependsOn)) continue;
    const role = (resource.Properties?.Role as { 'Fn::GetAtt'?: readonly string[] } | undefined)?.['Fn::GetAtt']?.[0];
    resource.DependsOn = resource.DependsOn.filter((each) => each !== role);
  }
}
