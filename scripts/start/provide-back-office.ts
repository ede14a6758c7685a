import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '../../local/cloud.ts';

const IMAGE = 'sum-ledger:1';
const SCRIPTS = 'back-office-scripts';
const SCRIPT = 'load-ledger.mjs';

/**
 * Creates what the jobs of `jobs/close-of-day.json` run on: a queue, a cluster, a script and so on. Again it changes nothing.
 * @param folder `jobs/`, or one like it
 */
export async function provideBackOffice(
  { call, account, region }: Pick<Cloud, 'call' | 'account' | 'region'>,
  folder: string,
) {
  const ask = (service: string, operation: string, input: object, idempotencyKey?: string) =>
    call(service, operation, input, { account, region, ...(idempotencyKey !== undefined && { idempotencyKey }) });

  const { jobQueues } = await ask('batch', 'DescribeJobQueues', { jobQueues: ['back-office'] });
  if (jobQueues.length === 0) {
    await ask('batch', 'CreateJobQueue', { jobQueueName: 'back-office', priority: 1 });
    const containerProperties = { image: IMAGE };
    await ask('batch', 'RegisterJobDefinition', {
      jobDefinitionName: 'sum-ledger',
      type: 'container',
      containerProperties,
    });
    await ask('ecs', 'CreateCluster', { clusterName: 'back-office' });
    const containerDefinitions = [{ name: 'main', image: IMAGE }];
    await ask('ecs', 'RegisterTaskDefinition', { family: 'sum-ledger', containerDefinitions });
    await ask('s3', 'CreateBucket', { Bucket: SCRIPTS });
    const ScriptLocation = `s3://${SCRIPTS}/${SCRIPT}`;
    await ask('glue', 'CreateJob', {
      Name: 'load-ledger',
      Role: 'back-office',
      Command: { Name: 'glueetl', ScriptLocation },
    });
  }
  await ask('s3', 'PutObject', { Bucket: SCRIPTS, Key: SCRIPT, Body: readFileSync(join(folder, 'scripts', SCRIPT)) });
  // The key gives the cluster the id by which the list of jobs names it.
  const Instances = { KeepJobFlowAliveWhenNoSteps: true };
  await ask('elasticmapreduce', 'RunJobFlow', { Name: 'back-office', Instances }, 'back-office');
}
