import { arnOf } from '../../../aws/arn.ts';
import { refuseOthers, type Service } from '../../../aws/service.ts';
import { type JobEnvironment, lasting, newJobId } from '../job-environment.ts';
import { pageOf } from '../resource-scope.ts';
import { type ClusterRecord, clusterStatus, describeCluster, isTerminated, type StepConfig } from './cluster-record.ts';
import type { Clusters } from './clusters.ts';
import type { StepRuns } from './run-steps.ts';
import { addSteps, emrId, validation } from './step-operations.ts';

interface RunJobFlow {
  readonly Name: string;
  readonly Instances?: { readonly KeepJobFlowAliveWhenNoSteps?: boolean; readonly TerminationProtected?: boolean };
  readonly Steps?: readonly StepConfig[];
  readonly StepConcurrencyLevel?: number;
}

/** What DescribeCluster tells again, though it has no meaning here. */
const DESCRIBED = ['ReleaseLabel', 'Applications', 'LogUri', 'ServiceRole', 'Tags', 'ScaleDownBehavior'];
const ACCEPTED = [
  ...DESCRIBED,
  'AutoScalingRole',
  'Configurations',
  'CustomAmiId',
  'EbsRootVolumeIops',
  'EbsRootVolumeSize',
  'EbsRootVolumeThroughput',
  'JobFlowRole',
  'ManagedScalingPolicy',
  'OSReleaseLabel',
  'RepoUpgradeOnBoot',
  'SecurityConfiguration',
  'VisibleToAllUsers',
];

export function clusterOperations(
  environment: JobEnvironment,
  clusters: Clusters,
  runs: StepRuns,
): Service['operations'] {
  return {
    RunJobFlow(input: RunJobFlow, caller) {
      refuseOthers(
        'elasticmapreduce:RunJobFlow',
        input,
        ['Name', 'Instances', 'Steps', 'StepConcurrencyLevel'],
        ACCEPTED,
      );
      const id = emrId('j', newJobId(environment, caller));
      const known = clusters.ofCaller(caller).find((each) => each.id === id);
      if (known) return { JobFlowId: id, ClusterArn: known.arn };
      const described = Object.entries(input).filter(([name]) => DESCRIBED.includes(name));
      const cluster: ClusterRecord = {
        id,
        name: input.Name,
        arn: arnOf('elasticmapreduce', caller, `cluster/${id}`),
        state: 'STARTING',
        reason: {},
        createdAt: environment.clock.now(),
        keepsAlive: input.Instances?.KeepJobFlowAliveWhenNoSteps ?? false,
        terminationProtected: input.Instances?.TerminationProtected ?? false,
        stepConcurrency: input.StepConcurrencyLevel ?? 1,
        described: Object.fromEntries(described),
        caller: lasting(caller),
        stepCount: 0,
      };
      environment.storage.transaction(() => {
        clusters.put(cluster);
        addSteps(environment, clusters, cluster, input.Steps ?? [], caller);
      });
      runs.wake(id, cluster.caller);
      return { JobFlowId: id, ClusterArn: cluster.arn };
    },
    DescribeCluster({ ClusterId }: { ClusterId: string }, caller) {
      return { Cluster: describeCluster(clusters.find(ClusterId, caller)) };
    },
    ListClusters(input: { ClusterStates?: readonly string[]; Marker?: string }, caller) {
      refuseOthers('elasticmapreduce:ListClusters', input, ['ClusterStates', 'Marker']);
      const wanted = clusters
        .ofCaller(caller)
        .filter(({ state }) => !input.ClusterStates || input.ClusterStates.includes(state))
        .sort((a, b) => b.createdAt - a.createdAt);
      const { items, nextToken } = pageOf(wanted, input.Marker, 50);
      const Clusters = items.map((each) => ({
        Id: each.id,
        Name: each.name,
        ClusterArn: each.arn,
        Status: clusterStatus(each),
      }));
      return { Clusters, Marker: nextToken };
    },
    TerminateJobFlows({ JobFlowIds }: { JobFlowIds: readonly string[] }, caller) {
      const found = JobFlowIds.map((id) => clusters.find(id, caller));
      if (found.some(({ terminationProtected }) => terminationProtected)) {
        throw validation('Could not shut down one or more job flows since they are termination protected.');
      }
      for (const cluster of found) {
        if (isTerminated(cluster)) continue;
        runs.terminate(cluster.id, cluster.caller, { Code: 'USER_REQUEST', Message: 'Terminated by user request' });
      }
      return {};
    },
    SetTerminationProtection(input: { JobFlowIds: readonly string[]; TerminationProtected: boolean }, caller) {
      for (const id of input.JobFlowIds) {
        clusters.put({ ...clusters.find(id, caller), terminationProtected: input.TerminationProtected });
      }
      return {};
    },
  };
}
