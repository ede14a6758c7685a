import type { CallService } from '../../../../local/aws/service.ts';
import { CALLER } from './operations.ts';

const ROLE = 'arn:aws:iam::000000000000:role/one';
const DOCUMENT = JSON.stringify({ Version: '2012-10-17', Statement: [] });
const DEFINITION = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });

/** Makes two of most things that there are, and tells what their listings are asked with. */
export async function makeTwoOfEach(callService: CallService): Promise<Readonly<Record<string, object>>> {
  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the operation.
  const call = (service: string, operation: string, input: object): Promise<any> =>
    callService(service, operation, input, CALLER);
  const DeadLetters = 'arn:aws:sqs:us-east-1:000000000000:dead';
  await call('sqs', 'CreateQueue', { QueueName: 'dead' });
  await call('events', 'PutRule', { Name: 'targets', ScheduleExpression: 'rate(1 day)' });
  await call('iam', 'CreateRole', { RoleName: 'role', AssumeRolePolicyDocument: DOCUMENT });
  await call('iam', 'CreatePolicy', { PolicyName: 'versions', PolicyDocument: DOCUMENT });
  const versions = 'arn:aws:iam::000000000000:policy/versions';
  await call('iam', 'CreatePolicyVersion', { PolicyArn: versions, PolicyDocument: DOCUMENT, SetAsDefault: true });
  await call('logs', 'CreateLogGroup', { logGroupName: 'streams' });
  await call('ecs', 'CreateCluster', {});
  const plan = await call('apigateway', 'CreateUsagePlan', { name: 'keys' });
  const machine = await call('states', 'CreateStateMachine', {
    name: 'machine',
    definition: DEFINITION,
    roleArn: ROLE,
  });
  const { stateMachineArn } = machine;

  for (const name of ['one', 'two']) {
    const key = await call('apigateway', 'CreateApiKey', { name });
    await call('apigateway', 'CreateUsagePlan', { name });
    await call('apigateway', 'CreateUsagePlanKey', { usagePlanId: plan.id, keyId: key.id, keyType: 'API_KEY' });
    await call('batch', 'CreateComputeEnvironment', { computeEnvironmentName: name, type: 'UNMANAGED' });
    await call('batch', 'CreateJobQueue', { jobQueueName: name, priority: 1 });
    const containerProperties = { image: 'image' };
    await call('batch', 'RegisterJobDefinition', { jobDefinitionName: name, type: 'container', containerProperties });
    await call('dynamodb', 'CreateTable', {
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    });
    await call('dynamodb', 'PutItem', { TableName: 'one', Item: { id: { S: name } } }).catch(() => {});
    await call('ecs', 'CreateCluster', { clusterName: name });
    await call('ecs', 'RegisterTaskDefinition', { family: name, containerDefinitions: [{ name, image: 'image' }] });
    const ApiKeyAuthParameters = { ApiKeyName: 'key', ApiKeyValue: 'value' };
    const connection = { AuthorizationType: 'API_KEY', AuthParameters: { ApiKeyAuthParameters } };
    await call('events', 'CreateConnection', { Name: name, ...connection });
    await call('events', 'CreateEventBus', { Name: name });
    await call('events', 'PutRule', { Name: name, ScheduleExpression: 'rate(1 day)' });
    await call('events', 'PutTargets', { Rule: 'targets', Targets: [{ Id: name, Arn: DeadLetters }] });
    await call('events', 'PutTargets', { Rule: name, Targets: [{ Id: name, Arn: DeadLetters }] });
    await call('glue', 'CreateJob', {
      Name: name,
      Role: 'r',
      Command: { Name: 'glueetl', ScriptLocation: 's3://a/b.mjs' },
    });
    await call('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: DOCUMENT });
    await call('iam', 'CreatePolicy', { PolicyName: name, PolicyDocument: DOCUMENT });
    await call('iam', 'AttachRolePolicy', { RoleName: 'role', PolicyArn: `arn:aws:iam::000000000000:policy/${name}` });
    await call('iam', 'PutRolePolicy', { RoleName: 'role', PolicyName: name, PolicyDocument: DOCUMENT });
    await call('iam', 'TagRole', { RoleName: 'role', Tags: [{ Key: name, Value: name }] });
    const { KeyMetadata } = await call('kms', 'CreateKey', {});
    await call('kms', 'CreateAlias', { AliasName: `alias/${name}`, TargetKeyId: KeyMetadata.KeyId });
    await call('logs', 'CreateLogGroup', { logGroupName: name });
    await call('logs', 'CreateLogStream', { logGroupName: 'streams', logStreamName: name });
    const logEvents = [{ timestamp: Date.now(), message: name }];
    await call('logs', 'PutLogEvents', { logGroupName: 'streams', logStreamName: 'one', logEvents });
    await call('monitoring', 'PutMetricAlarm', {
      AlarmName: name,
      Namespace: 'shop',
      MetricName: 'orders',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    await call('s3', 'CreateBucket', { Bucket: `bucket-${name}` });
    await call('s3', 'PutObject', { Bucket: 'bucket-one', Key: name, Body: new Uint8Array() });
    await call('scheduler', 'CreateScheduleGroup', { Name: name });
    await call('scheduler', 'CreateSchedule', {
      Name: name,
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: DeadLetters, RoleArn: ROLE },
    });
    await call('secretsmanager', 'CreateSecret', { Name: name });
    await call('ses', 'CreateEmailIdentity', { EmailIdentity: `${name}@example.com` });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: DeadLetters, maxReceiveCount: 1 });
    await call('sqs', 'CreateQueue', { QueueName: name, Attributes: { RedrivePolicy } });
    await call('ssm', 'PutParameter', { Name: `/path/${name}`, Value: name, Type: 'String' });
    await call('states', 'CreateActivity', { name });
    await call('states', 'CreateStateMachine', { name, definition: DEFINITION, roleArn: ROLE });
    await call('states', 'StartExecution', { stateMachineArn, name });
    const definition = JSON.stringify({ Comment: name, ...JSON.parse(DEFINITION) });
    await call('states', 'UpdateStateMachine', { stateMachineArn, definition, publish: true });
  }

  return {
    'apigateway:GetUsagePlanKeys': { usagePlanId: plan.id },
    'dynamodb:Scan': { TableName: 'one' },
    'events:ListRuleNamesByTarget': { TargetArn: DeadLetters },
    'events:ListTargetsByRule': { Rule: 'targets' },
    'iam:ListAttachedRolePolicies': { RoleName: 'role' },
    'iam:ListPolicyVersions': { PolicyArn: versions },
    'iam:ListRolePolicies': { RoleName: 'role' },
    'iam:ListRoleTags': { RoleName: 'role' },
    'logs:DescribeLogStreams': { logGroupName: 'streams' },
    'logs:FilterLogEvents': { logGroupName: 'streams' },
    's3:ListObjectsV2': { Bucket: 'bucket-one' },
    'sqs:ListDeadLetterSourceQueues': { QueueUrl: 'dead' },
    'ssm:GetParametersByPath': { Path: '/path' },
    'states:ListExecutions': { stateMachineArn },
    'states:ListStateMachineVersions': { stateMachineArn },
  };
}
