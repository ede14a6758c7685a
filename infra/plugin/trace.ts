import type { CloudFormationTemplate } from './serverless-host.ts';

interface Policy {
  readonly PolicyName: string;
  readonly PolicyDocument: object;
}

/** X-Ray has no resources to grant on. */
const mayTrace = (...Action: string[]): Policy => ({
  PolicyName: 'trace',
  PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] },
});

const WRITE = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
/** Step Functions asks which executions to trace. */
const SAMPLE = ['xray:GetSamplingRules', 'xray:GetSamplingTargets'];

/**
 * Switches tracing on everywhere: one trace goes from the API's call through state machines and functions. Their roles get the
 * permission to write it.
 */
export function trace({ Resources: resources }: CloudFormationTemplate): void {
  for (const { Type, Properties = {} } of Object.values(resources)) {
    if (Type === 'AWS::ApiGateway::Stage') Properties.TracingEnabled = true;
    // Serverless switches it on for functions: it has to know before it decides whether a new version is published.
    if (Type === 'AWS::Lambda::Function') grant(resources, Properties.Role, mayTrace(...WRITE));
    if (Type === 'AWS::StepFunctions::StateMachine') {
      Properties.TracingConfiguration = { Enabled: true };
      grant(resources, Properties.RoleArn, mayTrace(...WRITE, ...SAMPLE));
    }
  }
}

/** @param role `{ "Fn::GetAtt": ["XRole", "Arn"] }` */
function grant(resources: CloudFormationTemplate['Resources'], role: unknown, policy: Policy): void {
  const [id = ''] = (role as { 'Fn::GetAtt'?: string[] } | undefined)?.['Fn::GetAtt'] ?? [];
  const properties = resources[id]?.Properties;
  const policies = properties?.Policies as Policy[] | undefined;
  if (policies && !policies.some(({ PolicyName }) => PolicyName === policy.PolicyName)) policies.push(policy);
}
