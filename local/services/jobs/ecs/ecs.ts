import { type BrokenConstraint, brokenText, pascalName } from '../../../aws/constraints.ts';
import { type Service, ServiceError } from '../../../aws/service.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { createClusters } from './clusters.ts';
import { ecsResources } from './resources.ts';
import { createTaskRuns } from './run-tasks.ts';
import { createTaskDefinitions } from './task-definitions.ts';
import { taskOperations } from './task-operations.ts';

const refuse = ([first]: readonly BrokenConstraint[]): ServiceError =>
  new ServiceError(
    'InvalidParameterException',
    first!.value === null ? `${pascalName(first!)} can not be blank.` : brokenText(first!),
  );

/** ECS: tasks, whose containers run as local processes. There are no services and no container instances. */
export function createEcs(environment: JobEnvironment): Service {
  const clusters = createClusters(environment);
  const definitions = createTaskDefinitions(environment);
  const runs = createTaskRuns(environment);
  const operations = {
    ...clusters.operations,
    ...definitions.operations,
    ...taskOperations(environment, { clusters, definitions, runs }),
  };
  return {
    name: 'ecs',
    refuse,
    operations,
    resources: ecsResources(operations),
    start: runs.resume,
    async close() {
      await environment.processes.close();
      await runs.close();
    },
  };
}
