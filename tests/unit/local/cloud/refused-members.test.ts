import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, startCloud } from '../../../../local/cloud.ts';
import { CALLER } from './operations.ts';

// What an operation would otherwise ignore.

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud.close());

const Bucket = 'bucket';
const upload = { Bucket, Key: 'key', UploadId: 'upload' };
const part = { ...upload, PartNumber: 1 };
const Role = 'arn:aws:iam::000000000000:role/role';

test.each([
  ['apigateway', 'CreateUsagePlan', 'offset', { name: 'plan', quota: { limit: 1, period: 'WEEK', offset: 1 } }],
  ['apigateway', 'GetApiKeys', 'customerId', { customerId: 'c' }],
  ['cloudformation', 'DescribeChangeSet', 'IncludePropertyValues', { ChangeSetName: 'c', IncludePropertyValues: true }],
  ['cloudformation', 'GetTemplate', 'ChangeSetName', { StackName: 's', ChangeSetName: 'c' }],
  ['elasticmapreduce', 'RunJobFlow', 'StepMonitoringConfiguration', steps({ StepMonitoringConfiguration: {} })],
  ['iam', 'ListPolicies', 'PolicyUsageFilter', { PolicyUsageFilter: 'PermissionsBoundary' }],
  ['kms', 'GenerateDataKey', 'DryRun', { KeyId: 'k', DryRun: true }],
  ['kms', 'GenerateDataKeyWithoutPlaintext', 'DryRun', { KeyId: 'k', DryRun: true }],
  ['kms', 'GenerateRandom', 'Recipient', { Recipient: {} }],
  ['lambda', 'CreateFunction', 'S3ObjectVersion', { FunctionName: 'f', Role, Code: { S3ObjectVersion: '1' } }],
  ['lambda', 'Invoke', 'TenantId', { FunctionName: 'f', TenantId: 't' }],
  ['lambda', 'ListFunctions', 'MasterRegion', { MasterRegion: 'ALL' }],
  ['lambda', 'PublishVersion', 'PublishTo', { FunctionName: 'f', PublishTo: 'LATEST_PUBLISHED' }],
  ['lambda', 'RemovePermission', 'RevisionId', { FunctionName: 'f', StatementId: 's', RevisionId: 'r' }],
  ['logs', 'DescribeLogGroups', 'logGroupIdentifiers', { logGroupIdentifiers: ['g'] }],
  ['monitoring', 'GetMetricData', 'AccountId', metrics({ AccountId: '1' })],
  ['s3', 'AbortMultipartUpload', 'IfMatchInitiatedTime', { ...upload, IfMatchInitiatedTime: new Date(0) }],
  ['s3', 'CompleteMultipartUpload', 'SSECustomerKey', { ...upload, SSECustomerKey: 'k' }],
  ['s3', 'CreateBucket', 'Location', { Bucket, CreateBucketConfiguration: { Location: {} } }],
  ['s3', 'DeleteObject', 'IfMatch', { Bucket, Key: 'key', IfMatch: 'e' }],
  ['s3', 'DeleteObjects', 'MFA', { Bucket, Delete: { Objects: [] }, MFA: 'm' }],
  ['s3', 'UploadPart', 'SSECustomerKey', { ...part, SSECustomerKey: 'k' }],
  ['s3', 'UploadPartCopy', 'CopySourceIfMatch', { ...part, CopySource: 'a/b', CopySourceIfMatch: 'e' }],
  ['sagemaker', 'ListTrainingJobs', 'NameContains', { NameContains: 'n' }],
  ['ses', 'SendEmail', 'Attachments', { Content: { Simple: { Subject: { Data: 's' }, Body: {}, Attachments: [] } } }],
])('%s:%s refuses %s by name', async (service, operation, member, input) => {
  await expect(cloud.call(service, operation, input, CALLER)).rejects.toMatchObject({
    code: 'UnsupportedParameterException',
    message: expect.stringContaining(`does not support ${member} of `),
  });
});

function steps(more: object) {
  return {
    Name: 'flow',
    Instances: {},
    Steps: [{ Name: 'step', HadoopJarStep: { Jar: 'command-runner.jar' }, ...more }],
  };
}

function metrics(more: object) {
  const MetricStat = { Metric: { Namespace: 'n', MetricName: 'm' }, Period: 60, Stat: 'Sum' };
  return { StartTime: new Date(0), EndTime: new Date(1), MetricDataQueries: [{ Id: 'q', MetricStat, ...more }] };
}

test('a condition on one of several objects to delete is refused, and none is deleted', async () => {
  await cloud.call('s3', 'CreateBucket', { Bucket }, CALLER);
  for (const Key of ['one', 'two']) await cloud.call('s3', 'PutObject', { Bucket, Key, Body: 'x' }, CALLER);
  const Objects = [{ Key: 'one' }, { Key: 'two', ETag: 'e' }];
  await expect(cloud.call('s3', 'DeleteObjects', { Bucket, Delete: { Objects } }, CALLER)).rejects.toMatchObject({
    code: 'UnsupportedParameterException',
  });
  expect((await cloud.call('s3', 'ListObjectsV2', { Bucket }, CALLER)).Contents).toHaveLength(2);
});
