import type { Caller } from '../../../aws/service.ts';
import { ServiceError } from '../../../aws/service.ts';
import type { Storage } from '../../../storage.ts';
import { scopeOf } from '../resource-scope.ts';
import type { ClusterRecord, StepRecord } from './cluster-record.ts';

/** The clusters of EMR and their steps, as they are kept. */
export interface Clusters {
  /** @throws ServiceError InvalidRequestException */
  find(id: string, caller: Caller): ClusterRecord;
  ofCaller(caller: Caller): ClusterRecord[];
  all(): ClusterRecord[];
  put(cluster: ClusterRecord): void;
  /** In the order in which they were added. */
  steps(cluster: ClusterRecord): StepRecord[];
  /** @throws ServiceError InvalidRequestException */
  step(cluster: ClusterRecord, id: string): StepRecord;
  addStep(cluster: ClusterRecord, step: StepRecord): ClusterRecord;
  putStep(cluster: ClusterRecord, step: StepRecord): void;
}

export function openClusters(storage: Storage): Clusters {
  const clusters = storage.table<ClusterRecord>('emr/clusters');
  const steps = storage.table<StepRecord>('emr/steps');
  const order = storage.table<string>('emr/stepOrder');

  const stepsOf = ({ id }: ClusterRecord): StepRecord[] =>
    [...order.entries(`${id}/`)].map(([, stepId]) => steps.get(`${id}/${stepId}`)!);

  return {
    find(id, caller) {
      const cluster = clusters.get(scopeOf(caller) + id);
      if (!cluster) throw new ServiceError('InvalidRequestException', `Cluster id '${id}' is not valid.`);
      return cluster;
    },
    ofCaller: (caller) => [...clusters.entries(scopeOf(caller))].map(([, cluster]) => cluster),
    all: () => [...clusters.entries()].map(([, cluster]) => cluster),
    put: (cluster) => clusters.put(scopeOf(cluster.caller) + cluster.id, cluster),
    steps: stepsOf,
    step(cluster, id) {
      const step = steps.get(`${cluster.id}/${id}`);
      if (!step) throw new ServiceError('InvalidRequestException', `Step id '${id}' is not valid.`);
      return step;
    },
    addStep(cluster, step) {
      const grown = { ...cluster, stepCount: cluster.stepCount + 1 };
      storage.transaction(() => {
        order.put(`${cluster.id}/${String(cluster.stepCount).padStart(9, '0')}`, step.id);
        steps.put(`${cluster.id}/${step.id}`, step);
        clusters.put(scopeOf(cluster.caller) + cluster.id, grown);
      });
      return grown;
    },
    putStep: (cluster, step) => steps.put(`${cluster.id}/${step.id}`, step),
  };
}
