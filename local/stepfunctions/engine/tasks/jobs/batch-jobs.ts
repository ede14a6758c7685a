import { isJsonObject, type JsonObject } from '../../../asl/json.ts';
import type { OptimizedIntegration } from '../integration.ts';
import { described, jobAction } from './job-action.ts';

const BATCH = {
  service: 'batch',
  contentType: 'application/json',
  names: { errorPrefix: 'Batch', serviceName: 'AWSBatch', fallback: 'AWSBatchException' },
};

export const batchIntegration: OptimizedIntegration = {
  service: 'batch',
  actions: {
    submitJob: jobAction(
      { ...BATCH, action: 'submitJob', prepare: markAsManaged },
      {
        async outcome(ask, { JobId }) {
          const { Jobs } = (await ask('DescribeJobs', { jobs: [JobId] })) as { Jobs: JsonObject[] };
          const [job] = Jobs;
          if (!job) throw new Error(`There is no job ${JobId}.`);
          return job.Status === 'SUCCEEDED' || job.Status === 'FAILED'
            ? described(job.Status === 'SUCCEEDED', job)
            : undefined;
        },
        stop: (ask, { JobId }) => ask('TerminateJob', { jobId: JobId, reason: 'Stopped by AWS Step Functions' }),
      },
    ),
  },
};

/** Step Functions tells a job by a variable who started it. */
function markAsManaged(parameters: JsonObject): JsonObject {
  const overrides = isJsonObject(parameters.ContainerOverrides) ? parameters.ContainerOverrides : {};
  const variables = Array.isArray(overrides.Environment) ? overrides.Environment : [];
  const Environment = [...variables, { Name: 'MANAGED_BY_AWS', Value: 'STARTED_BY_STEP_FUNCTIONS' }];
  return { ...parameters, ContainerOverrides: { ...overrides, Environment } };
}
