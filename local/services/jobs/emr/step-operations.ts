import { type Caller, refuseOthers, type Service, ServiceError } from '../../../aws/service.ts';
import { type JobEnvironment, newJobId } from '../job-environment.ts';
import { pageOf } from '../resource-scope.ts';
import { type ClusterRecord, describeStep, isTerminated, type StepConfig } from './cluster-record.ts';
import type { Clusters } from './clusters.ts';
import type { StepRuns } from './run-steps.ts';

interface StepQuery {
  readonly ClusterId: string;
  readonly StepStates?: readonly string[];
  readonly StepIds?: readonly string[];
  readonly Marker?: string;
}

const ACTIONS = ['TERMINATE_JOB_FLOW', 'TERMINATE_CLUSTER', 'CANCEL_AND_WAIT', 'CONTINUE'];

/** Adds steps whose ids follow from the call, so that a call delivered twice adds them once. */
export function addSteps(
  environment: JobEnvironment,
  clusters: Clusters,
  cluster: ClusterRecord,
  configs: readonly StepConfig[],
  caller: Caller,
): string[] {
  for (const config of configs) checkStep(config);
  const ids = configs.map((_, index) => emrId('s', newJobId(environment, caller, index)));
  const known = new Set(clusters.steps(cluster).map(({ id }) => id));
  let grown = cluster;
  for (const [index, config] of configs.entries()) {
    const id = ids[index]!;
    if (known.has(id)) continue;
    grown = clusters.addStep(grown, { id, config, state: 'PENDING', createdAt: environment.clock.now() });
  }
  return ids;
}

/** `j-2AXXXXXXGAPLF`: 13 capital letters and digits. */
export const emrId = (kind: 'j' | 's', uuid: string): string =>
  `${kind}-${uuid.replaceAll('-', '').slice(0, 13).toUpperCase()}`;

function checkStep(step: StepConfig): void {
  const { Name, ActionOnFailure, HadoopJarStep } = step;
  refuseOthers('a step of elasticmapreduce', step, ['Name', 'ActionOnFailure', 'HadoopJarStep']);

  if (!Name || !HadoopJarStep?.Jar) throw validation('A step needs a Name and a HadoopJarStep with a Jar.');
  refuseOthers('elasticmapreduce HadoopJarStep', HadoopJarStep, ['Jar', 'Args'], ['MainClass', 'Properties']);
  if (ActionOnFailure !== undefined && !ACTIONS.includes(ActionOnFailure)) {
    throw validation(`ActionOnFailure ${ActionOnFailure} is not one of ${ACTIONS.join(', ')}.`);
  }
}

export const validation = (message: string): ServiceError => new ServiceError('ValidationException', message);

export function stepOperations(environment: JobEnvironment, clusters: Clusters, runs: StepRuns): Service['operations'] {
  return {
    AddJobFlowSteps(input: { JobFlowId: string; Steps: readonly StepConfig[] }, caller) {
      refuseOthers('elasticmapreduce:AddJobFlowSteps', input, ['JobFlowId', 'Steps'], ['ExecutionRoleArn']);
      const cluster = clusters.find(input.JobFlowId, caller);
      if (isTerminated(cluster)) {
        throw validation('A job flow that is shutting down, terminated, or finished may not be modified.');
      }
      const StepIds = addSteps(environment, clusters, cluster, input.Steps, caller);
      runs.wake(cluster.id, cluster.caller);
      return { StepIds };
    },
    DescribeStep({ ClusterId, StepId }: { ClusterId: string; StepId: string }, caller) {
      return { Step: describeStep(clusters.step(clusters.find(ClusterId, caller), StepId)) };
    },
    ListSteps({ ClusterId, StepStates, StepIds, Marker }: StepQuery, caller) {
      const newestFirst = clusters
        .steps(clusters.find(ClusterId, caller))
        .filter(({ id, state }) => (!StepStates || StepStates.includes(state)) && (!StepIds || StepIds.includes(id)))
        .reverse();
      const { items, nextToken } = pageOf(newestFirst, Marker, 50);
      return { Steps: items.map(describeStep), Marker: nextToken };
    },
    CancelSteps(input: { ClusterId: string; StepIds: readonly string[] }, caller) {
      refuseOthers('elasticmapreduce:CancelSteps', input, ['ClusterId', 'StepIds'], ['StepCancellationOption']);
      const { ClusterId, StepIds } = input;
      const cluster = clusters.find(ClusterId, caller);
      const CancelStepsInfoList = StepIds.map((StepId) => {
        const { state } = clusters.step(cluster, StepId);
        if (state !== 'PENDING' && state !== 'RUNNING') {
          return { StepId, Status: 'FAILED', Reason: `Step is in the state ${state} and cannot be cancelled.` };
        }
        runs.cancelStep(cluster.id, StepId, cluster.caller);
        return { StepId, Status: 'SUBMITTED', Reason: '' };
      });
      return { CancelStepsInfoList };
    },
  };
}
