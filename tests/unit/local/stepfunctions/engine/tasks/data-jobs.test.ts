import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type JobCloud, NOW, openJobCloud, putScript } from '../../../services/jobs/job-cloud.ts';
import { causeOf, type JobTasks, jobTasks, outputOf } from './job-tasks.ts';

const START_RUN = 'arn:aws:states:::glue:startJobRun';
const TRAIN = 'arn:aws:states:::sagemaker:createTrainingJob';
const PROCESS = 'arn:aws:states:::sagemaker:createProcessingJob';
const EMR = 'arn:aws:states:::elasticmapreduce';

let cloud: JobCloud;
let tasks: JobTasks;
beforeEach(() => {
  cloud = openJobCloud();
  tasks = jobTasks(cloud);
});
afterEach(() => cloud.close());

async function glueJob(script: string): Promise<void> {
  const ScriptLocation = await putScript(cloud, script);
  await cloud.call('glue', 'CreateJob', { Name: 'ledger', Role: 'r', Command: { Name: 'glueetl', ScriptLocation } });
}

const training = (TrainingImage: string) => ({
  TrainingJobName: 'forecast',
  AlgorithmSpecification: { TrainingImage, TrainingInputMode: 'File' },
  RoleArn: 'arn:aws:iam::111111111111:role/r',
  OutputDataConfig: { S3OutputPath: 's3://models/out' },
  ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 },
  StoppingCondition: { MaxRuntimeInSeconds: 600 },
});

const processing = (ImageUri: string) => ({
  ProcessingJobName: 'clean',
  AppSpecification: { ImageUri },
  ProcessingResources: { ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.t3.medium', VolumeSizeInGB: 1 } },
  RoleArn: 'arn:aws:iam::111111111111:role/processing',
});

const step = (location: string) => ({
  Name: 'ledger',
  ActionOnFailure: 'CONTINUE',
  HadoopJarStep: { Jar: 'command-runner.jar', Args: ['spark-submit', location] },
});

/** An idle cluster, made by a task. */
async function clusterId(): Promise<string> {
  const parameters = { Name: 'closing', Instances: { KeepJobFlowAliveWhenNoSteps: true } };
  const output = outputOf(await tasks.task(`${EMR}:createCluster.sync`, parameters).outcome());
  return String(output.ClusterId);
}

test('what Glue, SageMaker and EMR refuse fails the task with their names', async () => {
  expect(await tasks.task(`${START_RUN}.sync`, { JobName: 'none' }).outcome()).toMatchObject({
    error: 'Glue.EntityNotFoundException',
    cause: expect.stringMatching(/missing metadata \(Service: AWSGlue; Status Code: 400; /),
  });
  outputOf(await tasks.task(PROCESS, processing('quick'), 'First#1').submit());
  expect(await tasks.task(`${PROCESS}.sync`, processing('quick'), 'Second#1').outcome()).toMatchObject({
    error: 'SageMaker.ResourceInUseException',
    cause: expect.stringMatching(/\(Service: AmazonSageMaker; /),
  });
  expect(
    await tasks.task(`${EMR}:addStep.sync`, { ClusterId: 'j-NONE', Step: step('s3://a/b.py') }).outcome(),
  ).toMatchObject({
    error: 'EMR.InvalidRequestException',
    cause: expect.stringMatching(/^Cluster id 'j-NONE' is not valid\. \(Service: AmazonElasticMapReduce; /),
  });
});

test('a Glue run gives its description, as output or as cause', async () => {
  await glueJob('process.exit(process.argv.includes("--bad") ? 2 : 0)');
  const good = outputOf(await tasks.task(`${START_RUN}.sync`, { JobName: 'ledger' }).outcome());
  expect(good).toMatchObject({ JobName: 'ledger', JobRunState: 'SUCCEEDED', StartedOn: NOW, CompletedOn: NOW });
  const parameters = { JobName: 'ledger', Arguments: { '--bad': 'yes' } };
  const bad = await tasks.task(`${START_RUN}.sync`, parameters, 'Work#2').outcome();
  expect(bad).toMatchObject({ ok: false, error: 'States.TaskFailed' });
  expect(causeOf(bad)).toMatchObject({ JobRunState: 'FAILED', ErrorMessage: 'Command failed with exit code 2' });
});

test('a training job gives its description, as output or as cause', async () => {
  const failed = await tasks.task(`${TRAIN}.sync`, training('fail')).outcome();
  expect(failed).toMatchObject({ error: 'States.TaskFailed' });
  expect(causeOf(failed)).toMatchObject({ TrainingJobStatus: 'Failed', FailureReason: expect.stringContaining('3') });
  await cloud.call('s3', 'CreateBucket', { Bucket: 'models' });
  const again = { ...training('model'), TrainingJobName: 'forecast-2', HyperParameters: { 'learning-rate': '1' } };
  expect(outputOf(await tasks.task(`${TRAIN}.sync`, again, 'Work#2').outcome())).toMatchObject({
    TrainingJobStatus: 'Completed',
    CreationTime: NOW,
    ModelArtifacts: { S3ModelArtifacts: 's3://models/out/forecast-2/output/model.tar.gz' },
  });
});

test('a cluster can be made, used and terminated', async () => {
  const ClusterId = await clusterId();
  const location = await putScript(cloud, 'process.exit(process.argv.length - 2)');
  const good = outputOf(await tasks.task(`${EMR}:addStep.sync`, { ClusterId, Step: step(location) }).outcome());
  expect(good).toMatchObject({ StepId: expect.any(String), Step: { Status: { State: 'COMPLETED' } } });
  const failing = {
    ...step(location),
    HadoopJarStep: { Jar: 'command-runner.jar', Args: ['spark-submit', location, 'a'] },
  };
  const bad = await tasks.task(`${EMR}:addStep.sync`, { ClusterId, Step: failing }, 'Work#2').outcome();
  expect(causeOf(bad)).toMatchObject({ Status: { State: 'FAILED', FailureDetails: { Message: 'Exit code 1' } } });
  const end = tasks.task(`${EMR}:terminateCluster.sync`, { ClusterId }, 'Work#3');
  expect(await end.submit()).toEqual({ ok: true, output: null });
  expect(outputOf(await end.outcome())).toMatchObject({ Cluster: { Status: { State: 'TERMINATED' } } });
});

test('a cluster that cannot run its first step fails the task that made it', async () => {
  const parameters = {
    Name: 'closing',
    Instances: {},
    Steps: [{ ...step('s3://none/none.py'), ActionOnFailure: 'TERMINATE_CLUSTER' }],
  };
  const outcome = await tasks.task(`${EMR}:createCluster.sync`, parameters).outcome();
  expect(causeOf(outcome)).toMatchObject({ Cluster: { Status: { StateChangeReason: { Code: 'STEP_FAILURE' } } } });
});

test('one step is cancelled by its own action', async () => {
  const ClusterId = await clusterId();
  const location = await putScript(cloud, 'setInterval(() => {}, 1000)');
  const { StepId } = outputOf(await tasks.task(`${EMR}:addStep`, { ClusterId, Step: step(location) }).submit());
  const cancel = tasks.task(`${EMR}:cancelStep`, { ClusterId, StepId: String(StepId) }, 'Work#2');
  expect(outputOf(await cancel.submit())).toMatchObject({ CancelStepsInfo: { Status: 'SUBMITTED', StepId } });
});

test('a call delivered twice starts one job', async () => {
  await glueJob('setInterval(() => {}, 1000)');
  const ClusterId = await clusterId();
  const calls: [string, object][] = [
    [START_RUN, { JobName: 'ledger' }],
    [TRAIN, training('wait')],
    [`${EMR}:addStep`, { ClusterId, Step: step('s3://a/b.scala') }],
    [`${EMR}:createCluster`, { Name: 'other', Instances: {} }],
  ];
  for (const [arn, parameters] of calls) {
    const submit = async () => {
      const { SdkHttpMetadata, SdkResponseMetadata, ...output } = outputOf(
        await tasks.task(arn, parameters as never).submit(),
      );
      return output;
    };
    expect(await submit()).toEqual(await submit());
  }
  expect((await cloud.call('glue', 'GetJobRuns', { JobName: 'ledger' })).JobRuns).toHaveLength(1);
  expect((await cloud.call('elasticmapreduce', 'ListSteps', { ClusterId })).Steps).toHaveLength(1);
});

test('giving up on a task stops its job', async () => {
  await glueJob('setInterval(() => {}, 1000)');
  const ClusterId = await clusterId();
  const location = await putScript(cloud, 'setInterval(() => {}, 1000)');
  const calls: [string, object, RegExp][] = [
    [START_RUN, { JobName: 'ledger' }, /"JobRunState":"STOPPED"/],
    [TRAIN, training('wait'), /"TrainingJobStatus":"Stopped"/],
    [PROCESS, processing('wait'), /"ProcessingJobStatus":"Stopped"/],
    [`${EMR}:addStep`, { ClusterId, Step: step(location) }, /"State":"CANCELLED"/],
  ];
  for (const [arn, parameters, cause] of calls) {
    const { call, context, submit } = tasks.task(`${arn}.sync`, parameters as never);
    const submitted = outputOf(await submit()) as never;
    await tasks.runner.cancel(call, submitted, context);
    const outcome = await tasks.runner.completion(call, submitted, context);
    expect(outcome).toMatchObject({ ok: false, cause: expect.stringMatching(cause) });
  }
});
