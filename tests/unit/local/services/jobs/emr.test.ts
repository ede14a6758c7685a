import { AddJobFlowStepsCommand, DescribeStepCommand, EMRClient, RunJobFlowCommand } from '@aws-sdk/client-emr';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openStorage } from '../../../../../local/storage/open-storage.ts';
import { caller, type JobCloud, NOW, openJobCloud, putScript } from './job-cloud.ts';

let cloud: JobCloud;
beforeEach(() => {
  cloud = openJobCloud();
});
afterEach(() => cloud.close());

const emr = (operation: string, input: object, on = cloud) => on.call('elasticmapreduce', operation, input);

const run = async (more: object = {}, on = cloud): Promise<string> => {
  const Instances = { KeepJobFlowAliveWhenNoSteps: true, InstanceCount: 1 };
  return (await emr('RunJobFlow', { Name: 'closing', ReleaseLabel: 'emr-7.0.0', Instances, ...more }, on)).JobFlowId;
};

const step = (Args: readonly string[], ActionOnFailure = 'CONTINUE', Jar = 'command-runner.jar') => ({
  Name: 'ledger',
  ActionOnFailure,
  HadoopJarStep: { Jar, Args },
});

const add = async (cluster: string, ...Steps: object[]): Promise<string[]> =>
  (await emr('AddJobFlowSteps', { JobFlowId: cluster, Steps })).StepIds;

const spark = (location: string, ...words: string[]) => [
  'spark-submit',
  '--deploy-mode',
  'cluster',
  location,
  ...words,
];

const clusterIs = (id: string, state: string, on = cloud) =>
  on.until(
    async () => (await emr('DescribeCluster', { ClusterId: id }, on)).Cluster,
    ({ Status }) => Status.State === state,
  );

const stepIs = (cluster: string, id: string, state: string, on = cloud) =>
  on.until(
    async () => (await emr('DescribeStep', { ClusterId: cluster, StepId: id }, on)).Step,
    ({ Status }) => Status.State === state,
  );

const FOREVER = 'setInterval(() => {}, 1000)';

test('an unknown cluster or step, and what the local EMR lacks, is refused', async () => {
  await expect(emr('DescribeCluster', { ClusterId: 'j-NONE' })).rejects.toMatchObject({
    code: 'InvalidRequestException',
    message: "Cluster id 'j-NONE' is not valid.",
  });
  const cluster = await run();
  await expect(emr('DescribeStep', { ClusterId: cluster, StepId: 's-NONE' })).rejects.toThrow("Step id 's-NONE'");
  const script = { Name: 'install', ScriptBootstrapAction: { Path: 's3://scripts/install.sh' } };
  await expect(run({ BootstrapActions: [script] })).rejects.toThrow('BootstrapActions');
  await expect(add(cluster, step([], 'EXPLODE'))).rejects.toThrow('EXPLODE');
});

test.each([
  [step(['hive-script', '--run']), /not hive-script --run/],
  [step(['spark-submit', '--version']), /which has none/],
  [step([], 'CONTINUE', 's3://jars/own.jar'), /not s3:\/\/jars\/own\.jar/],
  [step(spark('s3://scripts/absent.py')), /absent\.py cannot be read/],
  [step(spark('s3://scripts/job.jar')), /not s3:\/\/scripts\/job\.jar/],
])('a step that this machine cannot run fails and says why (%#)', async (config, message) => {
  const cluster = await run();
  const [id = ''] = await add(cluster, config);
  const { Status } = await stepIs(cluster, id, 'FAILED');
  expect(Status.FailureDetails.Message).toMatch(message);
  await clusterIs(cluster, 'WAITING');
});

test('a failed step ends its cluster and the steps after it, if it says so', async () => {
  const location = await putScript(cloud, 'process.exit(5)');
  const cluster = await run({
    Steps: [step(spark(location), 'TERMINATE_CLUSTER'), step(spark(location), 'CONTINUE')],
  });
  const { Status } = await clusterIs(cluster, 'TERMINATED_WITH_ERRORS');
  expect(Status.StateChangeReason).toEqual({ Code: 'STEP_FAILURE', Message: 'Shut down as step failed' });
  const { Steps } = await emr('ListSteps', { ClusterId: cluster });
  expect(Steps).toMatchObject([
    { Status: { State: 'CANCELLED' } },
    { Status: { State: 'FAILED', FailureDetails: { Message: 'Exit code 5' } } },
  ]);
  await expect(add(cluster, step([]))).rejects.toMatchObject({ code: 'ValidationException' });
});

test('a failed step can cancel those after it and leave the cluster waiting', async () => {
  const location = await putScript(cloud, 'process.exit(5)');
  const cluster = await run();
  const [, second = ''] = await add(cluster, step(spark(location), 'CANCEL_AND_WAIT'), step(spark(location)));
  await stepIs(cluster, second, 'CANCELLED');
  await clusterIs(cluster, 'WAITING');
});

test('steps run one after the other, with the words after their script', async () => {
  const location = await putScript(cloud, 'console.log(...process.argv.slice(2))');
  const cluster = await run({
    Instances: { KeepJobFlowAliveWhenNoSteps: false },
    Steps: [step(spark(location, '--day', 'Monday')), step(spark(location, 'two'))],
  });
  const { Status } = await clusterIs(cluster, 'TERMINATED');
  expect(Status.StateChangeReason).toEqual({ Code: 'ALL_STEPS_COMPLETED', Message: 'Steps completed' });
  const { Steps } = await emr('ListSteps', { ClusterId: cluster, StepStates: ['COMPLETED'] });
  const logs = Steps.map(({ Id }: { Id: string }) => cloud.log('/aws/emr', `${cluster}/steps/${Id}`));
  expect(await Promise.all(logs)).toEqual([['two'], ['--day Monday']]);
});

test('waiting and running steps can be cancelled, finished ones cannot', async () => {
  const cluster = await run();
  const location = await putScript(cloud, FOREVER);
  const [first = '', second = ''] = await add(cluster, step(spark(location)), step(spark(location)));
  await stepIs(cluster, first, 'RUNNING');
  const cancel = () => emr('CancelSteps', { ClusterId: cluster, StepIds: [second, first] });
  expect((await cancel()).CancelStepsInfoList).toMatchObject([{ Status: 'SUBMITTED' }, { Status: 'SUBMITTED' }]);
  await stepIs(cluster, second, 'CANCELLED');
  await stepIs(cluster, first, 'CANCELLED');
  expect((await cancel()).CancelStepsInfoList).toMatchObject([{ Status: 'FAILED' }, { Status: 'FAILED' }]);
});

test('a cluster is terminated with its running step, unless it is protected', async () => {
  const location = await putScript(cloud, FOREVER);
  const cluster = await run({ Instances: { KeepJobFlowAliveWhenNoSteps: true, TerminationProtected: true } });
  const [id = ''] = await add(cluster, step(spark(location)));
  await stepIs(cluster, id, 'RUNNING');
  const terminate = () => emr('TerminateJobFlows', { JobFlowIds: [cluster] });
  await expect(terminate()).rejects.toThrow('termination protected');
  await emr('SetTerminationProtection', { JobFlowIds: [cluster], TerminationProtected: false });
  await terminate();
  const { Status } = await clusterIs(cluster, 'TERMINATED');
  expect(Status.StateChangeReason.Code).toBe('USER_REQUEST');
  await stepIs(cluster, id, 'CANCELLED');
});

test('a cluster whose step ran when the cloud was lost has lost its master; an idle one waits on', async () => {
  const storage = openStorage();
  const before = openJobCloud({ storage });
  const location = await putScript(before, FOREVER);
  const [idle, busy] = [await run({}, before), await run({ Steps: [step(spark(location))] }, before)];
  await clusterIs(idle, 'WAITING', before);
  await clusterIs(busy, 'RUNNING', before);
  await before.close();
  const after = openJobCloud({ storage });
  await clusterIs(idle, 'WAITING', after);
  const { Status } = await clusterIs(busy, 'TERMINATED_WITH_ERRORS', after);
  expect(Status.StateChangeReason.Code).toBe('INSTANCE_FAILURE');
  expect((await emr('ListSteps', { ClusterId: busy }, after)).Steps).toMatchObject([
    { Status: { State: 'INTERRUPTED' } },
  ]);
  await after.close();
  storage.close();
});

test('the AWS SDK makes a cluster and adds a step', async () => {
  const { url } = await cloud.endpoint();
  const client = new EMRClient({
    endpoint: url,
    region: caller.region,
    credentials: { accessKeyId: caller.account, secretAccessKey: 'local' },
  });
  const { JobFlowId = '' } = await client.send(
    new RunJobFlowCommand({ Name: 'sdk', Instances: { KeepJobFlowAliveWhenNoSteps: true } }),
  );
  expect(JobFlowId).toMatch(/^j-[0-9A-Z]{13}$/);
  const location = await putScript(cloud, '');
  const Steps = [{ Name: 's', HadoopJarStep: { Jar: 'command-runner.jar', Args: spark(location) } }];
  const { StepIds = [] } = await client.send(new AddJobFlowStepsCommand({ JobFlowId, Steps }));
  await stepIs(JobFlowId, StepIds[0] ?? '', 'COMPLETED');
  const { Step } = await client.send(new DescribeStepCommand({ ClusterId: JobFlowId, StepId: StepIds[0] }));
  expect(Step?.Status?.Timeline?.CreationDateTime).toEqual(new Date(NOW));
  client.destroy();
});
