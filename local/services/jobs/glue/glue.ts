import { physicalName } from '../../../aws/physical-name.ts';
import type { Service } from '../../../aws/service.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { createGlueJobs, type GlueJobs, JOB_ACCEPTED } from './job-operations.ts';
import type { GlueJob } from './job-run-record.ts';
import { createGlueRuns } from './run-job.ts';
import { runOperations } from './run-operations.ts';

/** Glue: jobs whose scripts come from the local S3 and run as local processes. There is no Spark, no catalogue, no crawler. */
export function createGlue(environment: JobEnvironment): Service {
  const jobs = createGlueJobs(environment);
  const runs = createGlueRuns(environment);
  return {
    name: 'glue',
    operations: { ...jobs.operations, ...runOperations(environment, jobs, runs) },
    resources: { 'AWS::Glue::Job': jobResource(jobs) },
    start: runs.resume,
    async close() {
      await environment.processes.close();
      await runs.close();
    },
  };
}

const NUMBERS = ['MaxRetries', 'Timeout'];

const jobResource = (jobs: GlueJobs): NonNullable<Service['resources']>[string] => ({
  supported: [
    'Name',
    'Role',
    'Command',
    'DefaultArguments',
    'NonOverridableArguments',
    'ExecutionProperty',
    ...NUMBERS,
  ],
  accepted: JOB_ACCEPTED,
  apply(properties, deployment) {
    const numbers = NUMBERS.filter((name) => properties[name] !== undefined);
    const input = {
      ...properties,
      ...Object.fromEntries(numbers.map((name) => [name, Number(properties[name])])),
      Name: String(properties.Name ?? physicalName(deployment, 255)),
    };
    jobs.put(input as unknown as GlueJob, deployment);
    return { ref: input.Name, attributes: {} };
  },
});
