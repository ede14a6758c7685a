import { brokenMessage, brokenText } from '../../../aws/constraints.ts';
import type { Service } from '../../../aws/service.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { clientException } from './client-exception.ts';
import { createJobDefinitions } from './definition-operations.ts';
import { jobOperations } from './job-operations.ts';
import { createJobQueues } from './queue-operations.ts';
import { batchResources } from './resources.ts';
import { createJobRuns } from './run-jobs.ts';

/** AWS Batch: container jobs, which run as local processes. */
export function createBatch(environment: JobEnvironment): Service {
  const queues = createJobQueues(environment);
  const definitions = createJobDefinitions(environment);
  const runs = createJobRuns(environment);
  const operations = {
    ...queues.operations,
    ...definitions.operations,
    ...jobOperations(environment, { queues, definitions, runs }),
  };
  return {
    name: 'batch',
    refuse: (broken) => clientException(brokenMessage(broken.map(brokenText))),
    operations,
    resources: batchResources(operations),
    start: runs.resume,
    async close() {
      await environment.processes.close();
      await runs.close();
    },
  };
}
