import { type Caller, type CallService, ServiceError } from '../../aws/service.ts';
import type { StackResource } from './stack-record.ts';

type Call = readonly [service: string, operation: string, input: object];
type Removal = (resource: StackResource) => readonly Call[];

const NOTHING: Removal = () => [];

/** How what a resource type made is removed: the calls of its service, in this order. */
export const REMOVALS: Readonly<Record<string, Removal>> = {
  'AWS::ApiGateway::Account': NOTHING,
  'AWS::ApiGateway::ApiKey': ({ physicalId }) => [['apigateway', 'DeleteApiKey', { apiKey: physicalId }]],
  'AWS::ApiGateway::Authorizer': NOTHING,
  'AWS::ApiGateway::Deployment': ({ physicalId, properties: { RestApiId } }) => [
    ['apigateway', 'DeleteDeployment', { restApiId: RestApiId, deploymentId: physicalId }],
  ],
  'AWS::ApiGateway::GatewayResponse': NOTHING,
  'AWS::ApiGateway::Method': NOTHING,
  'AWS::ApiGateway::Model': NOTHING,
  'AWS::ApiGateway::RequestValidator': NOTHING,
  'AWS::ApiGateway::Resource': NOTHING,
  'AWS::ApiGateway::RestApi': ({ physicalId }) => [['apigateway', 'DeleteRestApi', { restApiId: physicalId }]],
  'AWS::ApiGateway::Stage': ({ physicalId, properties }) => [
    ['apigateway', 'DeleteStage', { restApiId: properties.RestApiId, stageName: physicalId }],
  ],
  'AWS::ApiGateway::UsagePlan': ({ physicalId }) => [['apigateway', 'DeleteUsagePlan', { usagePlanId: physicalId }]],
  'AWS::ApiGateway::UsagePlanKey': ({ properties }) => [
    ['apigateway', 'DeleteUsagePlanKey', { usagePlanId: properties.UsagePlanId, keyId: properties.KeyId }],
  ],
  'AWS::Batch::ComputeEnvironment': ({ physicalId }) => [
    ['batch', 'DeleteComputeEnvironment', { computeEnvironment: physicalId }],
  ],
  'AWS::Batch::JobDefinition': ({ physicalId }) => [
    ['batch', 'DeregisterJobDefinition', { jobDefinition: physicalId }],
  ],
  'AWS::Batch::JobQueue': ({ physicalId }) => [['batch', 'DeleteJobQueue', { jobQueue: physicalId }]],
  'AWS::CloudWatch::Alarm': ({ physicalId }) => [['monitoring', 'DeleteAlarms', { AlarmNames: [physicalId] }]],
  'AWS::CloudWatch::Dashboard': ({ physicalId }) => [
    ['monitoring', 'DeleteDashboards', { DashboardNames: [physicalId] }],
  ],
  'AWS::DynamoDB::Table': ({ physicalId }) => [['dynamodb', 'DeleteTable', { TableName: physicalId }]],
  'AWS::ECS::Cluster': ({ physicalId }) => [['ecs', 'DeleteCluster', { cluster: physicalId }]],
  'AWS::ECS::TaskDefinition': ({ physicalId }) => [['ecs', 'DeregisterTaskDefinition', { taskDefinition: physicalId }]],
  'AWS::Events::Connection': ({ physicalId }) => [['events', 'DeleteConnection', { Name: physicalId }]],
  'AWS::Events::EventBus': ({ physicalId }) => [['events', 'DeleteEventBus', { Name: physicalId }]],
  'AWS::Events::EventBusPolicy': NOTHING,
  'AWS::Events::Rule': ({ physicalId, properties: { EventBusName, Targets = [] } }) => [
    [
      'events',
      'RemoveTargets',
      { Rule: physicalId, EventBusName, Ids: (Targets as { Id: string }[]).map(({ Id }) => Id) },
    ],
    ['events', 'DeleteRule', { Name: physicalId, EventBusName }],
  ],
  'AWS::Glue::Job': ({ physicalId }) => [['glue', 'DeleteJob', { JobName: physicalId }]],
  'AWS::IAM::ManagedPolicy': ({ physicalId, properties: { Roles = [] } }) => [
    ...(Roles as string[]).map((RoleName): Call => ['iam', 'DetachRolePolicy', { RoleName, PolicyArn: physicalId }]),
    ['iam', 'DeletePolicy', { PolicyArn: physicalId }],
  ],
  'AWS::IAM::Policy': ({ properties: { PolicyName, Roles = [] } }) =>
    (Roles as string[]).map((RoleName): Call => ['iam', 'DeleteRolePolicy', { RoleName, PolicyName }]),
  'AWS::IAM::Role': ({ physicalId: RoleName, properties: { Policies = [], ManagedPolicyArns = [] } }) => [
    ...(Policies as { PolicyName: string }[]).map(
      ({ PolicyName }): Call => ['iam', 'DeleteRolePolicy', { RoleName, PolicyName }],
    ),
    ...(ManagedPolicyArns as string[]).map((PolicyArn): Call => ['iam', 'DetachRolePolicy', { RoleName, PolicyArn }]),
    ['iam', 'DeleteRole', { RoleName }],
  ],
  'AWS::KMS::Alias': ({ physicalId }) => [['kms', 'DeleteAlias', { AliasName: physicalId }]],
  'AWS::KMS::Key': ({ physicalId }) => [['kms', 'ScheduleKeyDeletion', { KeyId: physicalId }]],
  'AWS::Lambda::Alias': ({ properties: { FunctionName, Name } }) => [['lambda', 'DeleteAlias', { FunctionName, Name }]],
  'AWS::Lambda::EventInvokeConfig': ({ properties: { FunctionName, Qualifier } }) => [
    ['lambda', 'DeleteFunctionEventInvokeConfig', { FunctionName, Qualifier }],
  ],
  'AWS::Lambda::EventSourceMapping': ({ physicalId }) => [['lambda', 'DeleteEventSourceMapping', { UUID: physicalId }]],
  'AWS::Lambda::Function': ({ physicalId }) => [['lambda', 'DeleteFunction', { FunctionName: physicalId }]],
  'AWS::Lambda::Permission': ({ physicalId, properties: { FunctionName } }) => [
    ['lambda', 'RemovePermission', { FunctionName, StatementId: physicalId }],
  ],
  'AWS::Lambda::Version': ({ physicalId }) => [['lambda', 'DeleteFunction', { FunctionName: physicalId }]],
  'AWS::Logs::LogGroup': ({ physicalId }) => [['logs', 'DeleteLogGroup', { logGroupName: physicalId }]],
  'AWS::S3::Bucket': ({ physicalId }) => [['s3', 'DeleteBucket', { Bucket: physicalId }]],
  'AWS::S3::BucketPolicy': ({ physicalId }) => [['s3', 'DeleteBucketPolicy', { Bucket: physicalId }]],
  // Any sender may send here: there is nothing to forget.
  'AWS::SES::EmailIdentity': ({ physicalId }) => [['ses', 'DeleteEmailIdentity', { EmailIdentity: physicalId }]],
  'AWS::SNS::Subscription': ({ physicalId }) => [['sns', 'Unsubscribe', { SubscriptionArn: physicalId }]],
  'AWS::SNS::Topic': ({ physicalId }) => [['sns', 'DeleteTopic', { TopicArn: physicalId }]],
  'AWS::SNS::TopicPolicy': NOTHING,
  'AWS::SQS::Queue': ({ physicalId }) => [['sqs', 'DeleteQueue', { QueueUrl: physicalId }]],
  'AWS::SQS::QueuePolicy': ({ properties: { Queues = [] } }) =>
    (Queues as string[]).map(
      (QueueUrl): Call => ['sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy: '' } }],
    ),
  'AWS::SSM::Parameter': ({ physicalId }) => [['ssm', 'DeleteParameter', { Name: physicalId }]],
  'AWS::Scheduler::Schedule': ({ physicalId, properties: { GroupName } }) => [
    ['scheduler', 'DeleteSchedule', { Name: physicalId, GroupName }],
  ],
  'AWS::Scheduler::ScheduleGroup': ({ physicalId }) => [['scheduler', 'DeleteScheduleGroup', { Name: physicalId }]],
  'AWS::SecretsManager::Secret': ({ physicalId }) => [
    ['secretsmanager', 'DeleteSecret', { SecretId: physicalId, ForceDeleteWithoutRecovery: true }],
  ],
  'AWS::StepFunctions::Activity': ({ physicalId }) => [['states', 'DeleteActivity', { activityArn: physicalId }]],
  'AWS::StepFunctions::StateMachine': ({ physicalId }) => [
    ['states', 'DeleteStateMachine', { stateMachineArn: physicalId }],
  ],
  'AWS::StepFunctions::StateMachineAlias': ({ physicalId }) => [
    ['states', 'DeleteStateMachineAlias', { stateMachineAliasArn: physicalId }],
  ],
  'AWS::StepFunctions::StateMachineVersion': ({ physicalId }) => [
    ['states', 'DeleteStateMachineVersion', { stateMachineVersionArn: physicalId }],
  ],
};

const GONE = /NotFound|NoSuch|NonExistent|DoesNotExist/;

/**
 * Removes what a resource made. What is gone already is no failure.
 * @throws ServiceError if its service refuses
 */
export async function removeResource(resource: StackResource, call: CallService, caller: Caller): Promise<void> {
  const removal = REMOVALS[resource.type];
  if (!removal)
    throw new ServiceError('ValidationError', `This local cloud does not know how to remove ${resource.type}.`);
  for (const [service, operation, input] of removal(resource)) {
    try {
      await call(service, operation, input, caller);
    } catch (error) {
      if (!(error instanceof ServiceError && GONE.test(error.code))) throw error;
    }
  }
}
