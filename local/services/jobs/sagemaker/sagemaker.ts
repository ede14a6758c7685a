import type { Service } from '../../../aws/service.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { jobOperations } from './job-operations.ts';
import { PROCESSING_JOBS } from './processing-jobs.ts';
import { createSageMakerRuns } from './run-jobs.ts';
import { TRAINING_JOBS } from './training-jobs.ts';

/** SageMaker: training and processing jobs, whose containers run as local processes. */
export function createSageMaker(environment: JobEnvironment): Service {
  const runs = createSageMakerRuns(environment);
  return {
    name: 'sagemaker',
    operations: {
      ...jobOperations(environment, runs, TRAINING_JOBS),
      ...jobOperations(environment, runs, PROCESSING_JOBS),
    },
    start: runs.resume,
    async close() {
      await environment.processes.close();
      await runs.close();
    },
  };
}
