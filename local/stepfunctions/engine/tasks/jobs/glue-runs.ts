import type { JsonObject } from '../../../asl/json.ts';
import type { OptimizedIntegration } from '../integration.ts';
import { described, jobAction } from './job-action.ts';

const GLUE = {
  service: 'glue',
  contentType: 'application/x-amz-json-1.1',
  names: { errorPrefix: 'Glue', serviceName: 'AWSGlue', fallback: 'AWSGlueException' },
};
const OVER = ['SUCCEEDED', 'FAILED', 'STOPPED', 'TIMEOUT', 'ERROR', 'EXPIRED'];

export const glueIntegration: OptimizedIntegration = {
  service: 'glue',
  actions: {
    startJobRun: jobAction(
      { ...GLUE, action: 'startJobRun' },
      {
        async outcome(ask, { JobRunId }, { JobName }) {
          const { JobRun } = (await ask('GetJobRun', { JobName, RunId: JobRunId })) as { JobRun: JsonObject };
          const state = String(JobRun.JobRunState);
          return OVER.includes(state) ? described(state === 'SUCCEEDED', JobRun) : undefined;
        },
        stop: (ask, { JobRunId }, { JobName }) => ask('BatchStopJobRun', { JobName, JobRunIds: [JobRunId] }),
      },
    ),
  },
};
