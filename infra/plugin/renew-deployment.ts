import { createHash } from 'node:crypto';
import type { CloudFormationTemplate } from './serverless-host.ts';

/**
 * Gives the API's deployment a logical id of its own for each version of the API. A deployment is a snapshot that never
 * changes: under a constant name, CloudFormation would keep serving the first one for ever.
 */
export function renewDeployment(template: CloudFormationTemplate): CloudFormationTemplate {
  const bodies = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::ApiGateway::RestApi' || Type === 'AWS::ApiGateway::GatewayResponse')
    .map(({ Properties }) => Properties);
  // What the API is may depend on parameters, by conditions.
  const version = createHash('sha256')
    .update(JSON.stringify([bodies, template.Parameters]))
    .digest('hex')
    .slice(0, 12);
  const renamed = Object.entries(template.Resources).map(([logicalId, resource]) =>
    resource.Type === 'AWS::ApiGateway::Deployment' ? [logicalId, `${logicalId}${version}`] : [logicalId, logicalId],
  );
  const newName = new Map(renamed.filter(([before, after]) => before !== after) as [string, string][]);
  const resources = Object.entries(template.Resources).map(([logicalId, resource]) => [
    newName.get(logicalId) ?? logicalId,
    follow(resource, newName),
  ]);
  return { ...template, Resources: Object.fromEntries(resources) };
}

/** Replaces `Ref` and `DependsOn` to renamed resources. */
function follow(value: unknown, newName: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((member) => follow(member, newName));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const target = key === 'Ref' || key === 'DependsOn' ? newName.get(String(member)) : undefined;
      return [key, target ?? follow(member, newName)];
    }),
  );
}
