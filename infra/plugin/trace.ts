import type { CloudFormationTemplate } from './serverless-host.ts';

/** X-Ray has no resources to grant on. */
const MAY_TRACE = {
  PolicyName: 'trace',
  PolicyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' }],
  },
};

/** With X-Ray's sampling rules, Step Functions asks which executions to trace. */
const MAY_SAMPLE = {
  PolicyName: 'trace',
  PolicyDocument: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: [
          'xray:PutTraceSegments',
          'xray:PutTelemetryRecords',
          'xray:GetSamplingRules',
          'xray:GetSamplingTargets',
        ],
        Resource: '*',
      },
    ],
  },
};

/**
 * Switches tracing on everywhere: one trace goes from the API's call through state machines and functions. Their roles get the
 * permission to write it.
 */
export function trace({ Resources: resources }: CloudFormationTemplate): void {
  for (const { Type, Properties = {} } of Object.values(resources)) {
    if (Type === 'AWS::ApiGateway::Stage') Properties.TracingEnabled = true;
    // Serverless switches it on for functions: it has to know before it decides whether a new version is published.
    if (Type === 'AWS::Lambda::Function') grant(resources, Properties.Role, MAY_TRACE);
    if (Type === 'AWS::StepFunctions::StateMachine') {
      Properties.TracingConfiguration = { Enabled: true };
      grant(resources, Properties.RoleArn, MAY_SAMPLE);
    }
  }
}

/** @param role `{ "Fn::GetAtt": ["XRole", "Arn"] }` */
function grant(resources: CloudFormationTemplate['Resources'], role: unknown, policy: typeof MAY_TRACE): void {
  const [id = ''] = (role as { 'Fn::GetAtt'?: string[] } | undefined)?.['Fn::GetAtt'] ?? [];
  const properties = resources[id]?.Properties;
  const policies = properties?.Policies as (typeof MAY_TRACE)[] | undefined;
  if (policies && !policies.some(({ PolicyName }) => PolicyName === policy.PolicyName)) policies.push(policy);
}
