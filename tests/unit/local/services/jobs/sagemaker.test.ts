import { gunzipSync } from 'node:zlib';
import { CreateProcessingJobCommand, DescribeProcessingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openStorage } from '../../../../../local/storage/open-storage.ts';
import { caller, type JobCloud, NOW, openJobCloud } from './job-cloud.ts';

let cloud: JobCloud;
beforeEach(() => {
  cloud = openJobCloud();
});
afterEach(() => cloud.close());

const train = (TrainingImage: string, more: object = {}, on = cloud) =>
  on.call('sagemaker', 'CreateTrainingJob', {
    TrainingJobName: 'forecast',
    AlgorithmSpecification: { TrainingImage, TrainingInputMode: 'File' },
    RoleArn: 'arn:aws:iam::111111111111:role/r',
    OutputDataConfig: { S3OutputPath: 's3://models/out/' },
    ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
    ...more,
  });

const process = (name: string, image: string) => ({
  ProcessingJobName: name,
  AppSpecification: { ImageUri: image },
  ProcessingResources: {
    ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.t3.medium' as const, VolumeSizeInGB: 1 },
  },
  RoleArn: 'arn:aws:iam::111111111111:role/processing',
});

const training = (on = cloud) => on.call('sagemaker', 'DescribeTrainingJob', { TrainingJobName: 'forecast' });

const reaches = (status: string, on = cloud) =>
  on.until(
    () => training(on),
    (job) => job.TrainingJobStatus === status,
  );

test('what the local SageMaker lacks is refused by name', async () => {
  await expect(train('greet', { InputDataConfig: [{ ChannelName: 'train', DataSource: {} }] })).rejects.toThrow(
    'InputDataConfig',
  );
  await expect(
    train('greet', { AlgorithmSpecification: { AlgorithmName: 'xgboost', TrainingInputMode: 'File' } }),
  ).rejects.toThrow('AlgorithmName');
  await expect(train('greet', { TrainingJobName: 'no_underscore' })).rejects.toMatchObject({
    code: 'ValidationException',
  });
  await expect(training()).rejects.toThrow('Requested resource not found.');
  const processing = { ...process('p', 'greet'), ProcessingInputs: [{ InputName: 'orders' }] };
  await expect(cloud.call('sagemaker', 'CreateProcessingJob', processing)).rejects.toThrow('ProcessingInputs');
});

test('a name is taken once, except by the same call delivered again', async () => {
  await train('wait');
  await expect(train('wait')).rejects.toMatchObject({ code: 'ResourceInUse' });
  const input = process('p', 'quick');
  const create = (idempotencyKey: string) => cloud.call('sagemaker', 'CreateProcessingJob', input, { idempotencyKey });
  expect(await create('a')).toEqual(await create('a'));
  await expect(create('b')).rejects.toMatchObject({ code: 'ResourceInUse' });
});

test.each([
  ['absent', /^ClientError: CannotPullContainerError/],
  ['fail', /^AlgorithmError: .*exit code: 3$/],
])('a training job of the image %s fails', async (image, reason) => {
  await train(image);
  expect(await reaches('Failed')).toMatchObject({
    FailureReason: expect.stringMatching(reason),
    SecondaryStatus: 'Failed',
    TrainingEndTime: new Date(NOW),
  });
});

test('a training job whose model cannot be stored fails', async () => {
  await train('model');
  expect(await reaches('Failed')).toMatchObject({
    FailureReason: expect.stringMatching(/^ClientError: Artifact upload failed: /),
  });
});

test('a training job sees its hyperparameters and leaves its model in S3', async () => {
  await cloud.call('s3', 'CreateBucket', { Bucket: 'models' });
  await train('model', { HyperParameters: { 'learning-rate': '0.1' }, Environment: { SEASON: 'winter' } });
  const job = await reaches('Completed');
  expect(job).toMatchObject({
    ModelArtifacts: { S3ModelArtifacts: 's3://models/out/forecast/output/model.tar.gz' },
    HyperParameters: { 'learning-rate': '0.1' },
  });
  const { Body } = await cloud.call('s3', 'GetObject', { Bucket: 'models', Key: 'out/forecast/output/model.tar.gz' });
  const archive = gunzipSync(Body).toString();
  expect(archive).toMatch(/^weights\.json\0/);
  expect(archive.slice(512)).toMatch(/^\["train","0\.1","0\.1","winter"\]/);
});

test('a stopped training job is stopped, one over its time as well, and neither can be stopped again', async () => {
  await train('wait');
  await reaches('InProgress');
  await cloud.until(training, (job) => job.SecondaryStatus === 'Training');
  await cloud.call('sagemaker', 'StopTrainingJob', { TrainingJobName: 'forecast' });
  expect(await reaches('Stopped')).toMatchObject({ SecondaryStatus: 'Stopped' });
  await expect(cloud.call('sagemaker', 'StopTrainingJob', { TrainingJobName: 'forecast' })).rejects.toThrow('Stopped');
});

test('a training job over its time is stopped', async () => {
  await train('wait');
  await cloud.until(training, (job) => job.SecondaryStatus === 'Training');
  await cloud.clock.advanceTo(NOW + 600_000);
  expect(await reaches('Stopped')).toMatchObject({ SecondaryStatus: 'MaxRuntimeExceeded' });
});

test('a training job that ran when the cloud was lost failed', async () => {
  const storage = openStorage();
  const before = openJobCloud({ storage });
  await train('wait', {}, before);
  await before.until(
    () => training(before),
    (job) => job.SecondaryStatus === 'Training',
  );
  await before.close();
  const after = openJobCloud({ storage });
  expect(await training(after)).toMatchObject({
    TrainingJobStatus: 'Failed',
    FailureReason: expect.stringMatching(/^InternalServerError/),
  });
  await after.close();
  storage.close();
});

test('the AWS SDK runs a processing job with its entry point and arguments', async () => {
  const { url } = await cloud.endpoint();
  const client = new SageMakerClient({
    endpoint: url,
    region: caller.region,
    credentials: { accessKeyId: caller.account, secretAccessKey: 'local' },
  });
  await client.send(
    new CreateProcessingJobCommand({
      ...process('clean', 'greet'),
      AppSpecification: {
        ImageUri: 'greet',
        ContainerEntrypoint: ['node', 'entrypoint.mjs', 'first'],
        ContainerArguments: ['second'],
      },
      Environment: { GREETING: 'in red' },
    }),
  );
  const describe = () => client.send(new DescribeProcessingJobCommand({ ProcessingJobName: 'clean' }));
  const job = await cloud.until(describe, ({ ProcessingJobStatus }) => ProcessingJobStatus === 'Completed');
  expect(job).toMatchObject({ CreationTime: new Date(NOW), AppSpecification: { ImageUri: 'greet' } });
  const lines = await cloud.log('/aws/sagemaker/ProcessingJobs', `clean/algo-1-${NOW}`);
  expect(lines.sort()).toEqual(['hello first second', 'in red']);
  client.destroy();
});
