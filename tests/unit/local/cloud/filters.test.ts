import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, startCloud } from '../../../../local/cloud.ts';
import { CALLER } from './operations.ts';

// What a listing is narrowed by, and what an operation is held to.

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud.close());

// biome-ignore lint/suspicious/noExplicitAny: the shape depends on the operation.
const call = (service: string, operation: string, input: object): Promise<any> =>
  cloud.call(service, operation, input, CALLER);

const DOCUMENT = JSON.stringify({ Version: '2012-10-17', Statement: [] });

test('policies are listed by path, by whom they are attached to, and by who manages them', async () => {
  for (const [PolicyName, Path] of [
    ['plain', '/'],
    ['team', '/team/'],
  ])
    await call('iam', 'CreatePolicy', { PolicyName, Path, PolicyDocument: DOCUMENT });
  await call('iam', 'CreateRole', { RoleName: 'role', AssumeRolePolicyDocument: DOCUMENT });
  for (const PolicyArn of ['arn:aws:iam::000000000000:policy/team/team', 'arn:aws:iam::aws:policy/AdministratorAccess'])
    await call('iam', 'AttachRolePolicy', { RoleName: 'role', PolicyArn });
  const names = (list: readonly { PolicyName: string }[]) => list.map(({ PolicyName }) => PolicyName);
  const policies = async (input: object) => names((await call('iam', 'ListPolicies', input)).Policies);
  expect(await policies({})).toEqual(['plain', 'team']);
  expect(await policies({ PathPrefix: '/team/' })).toEqual(['team']);
  expect(await policies({ OnlyAttached: true })).toEqual(['team']);
  expect([await policies({ Scope: 'Local' }), await policies({ Scope: 'AWS' })]).toEqual([['plain', 'team'], []]);
  const attached = async (input: object) =>
    names((await call('iam', 'ListAttachedRolePolicies', { RoleName: 'role', ...input })).AttachedPolicies);
  expect(await attached({})).toEqual(['team', 'AdministratorAccess']);
  expect(await attached({ PathPrefix: '/team/' })).toEqual(['team']);
});

test('aliases of keys are listed by the key', async () => {
  const keys: string[] = [];
  for (const name of ['one', 'two']) {
    const { KeyMetadata } = await call('kms', 'CreateKey', {});
    keys.push(KeyMetadata.KeyId);
    await call('kms', 'CreateAlias', { AliasName: `alias/${name}`, TargetKeyId: KeyMetadata.KeyId });
  }
  const { Aliases } = await call('kms', 'ListAliases', { KeyId: keys[1] });
  expect(Aliases).toEqual([expect.objectContaining({ AliasName: 'alias/two', TargetKeyId: keys[1] })]);
});

test('usage plans are listed by key, and their keys by name', async () => {
  const keys: string[] = [];
  const plans: string[] = [];
  for (const name of ['one', 'two']) {
    const { id: keyId } = await call('apigateway', 'CreateApiKey', { name });
    const { id: usagePlanId } = await call('apigateway', 'CreateUsagePlan', { name });
    await call('apigateway', 'CreateUsagePlanKey', { usagePlanId, keyId, keyType: 'API_KEY' });
    keys.push(keyId);
    plans.push(usagePlanId);
  }
  await call('apigateway', 'CreateUsagePlanKey', { usagePlanId: plans[0], keyId: keys[1], keyType: 'API_KEY' });
  const ids = async (operation: string, input: object) =>
    (await call('apigateway', operation, input)).items.map(({ id }: { id: string }) => id);
  expect(await ids('GetUsagePlans', { keyId: keys[0] })).toEqual([plans[0]]);
  expect(await ids('GetUsagePlans', { keyId: keys[1] })).toEqual(plans);
  expect(await ids('GetUsagePlanKeys', { usagePlanId: plans[0], nameQuery: 'tw' })).toEqual([keys[1]]);
  const key = { usagePlanId: plans[1], keyId: keys[0], keyType: 'OTHER' };
  await expect(call('apigateway', 'CreateUsagePlanKey', key)).rejects.toMatchObject({ code: 'BadRequestException' });
});

test('buckets are listed by region', async () => {
  await call('s3', 'CreateBucket', { Bucket: 'here' });
  const there = { Bucket: 'there', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } };
  await call('s3', 'CreateBucket', there);
  const { Buckets } = await call('s3', 'ListBuckets', { BucketRegion: 'eu-west-1' });
  expect(Buckets).toEqual([expect.objectContaining({ Name: 'there' })]);
});

test('an upload in parts becomes an object only if it is as large as said, and as its conditions want', async () => {
  const object = { Bucket: 'uploads', Key: 'key' };
  await call('s3', 'CreateBucket', { Bucket: 'uploads' });
  await call('s3', 'PutObject', { ...object, Body: 'first' });
  const { UploadId } = await call('s3', 'CreateMultipartUpload', object);
  const { ETag } = await call('s3', 'UploadPart', { ...object, UploadId, PartNumber: 1, Body: Buffer.from('second') });
  const complete = (more: object) =>
    call('s3', 'CompleteMultipartUpload', {
      ...object,
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      ...more,
    });
  await expect(complete({ IfNoneMatch: '*' })).rejects.toMatchObject({ code: 'PreconditionFailed' });
  await expect(complete({ MpuObjectSize: 7 })).rejects.toMatchObject({ code: 'InvalidRequest' });
  expect(await call('s3', 'HeadObject', object)).toMatchObject({ ContentLength: 5 });
  await complete({ MpuObjectSize: 6 });
  expect(await call('s3', 'HeadObject', object)).toMatchObject({ ContentLength: 6 });
});
