import type { Service } from '../../../aws/service.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { clusterOperations } from './cluster-operations.ts';
import { openClusters } from './clusters.ts';
import { createStepRuns } from './run-steps.ts';
import { stepOperations } from './step-operations.ts';

/** EMR: clusters, whose steps run scripts as local processes. */
export function createEmr(environment: JobEnvironment): Service {
  const clusters = openClusters(environment.storage);
  const runs = createStepRuns(environment, clusters);
  return {
    name: 'elasticmapreduce',
    operations: {
      ...clusterOperations(environment, clusters, runs),
      ...stepOperations(environment, clusters, runs),
    },
    start: runs.resume,
    async close() {
      await environment.processes.close();
      await runs.close();
    },
  };
}
