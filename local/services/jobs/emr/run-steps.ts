import { setImmediate as turn } from 'node:timers/promises';
import type { Caller } from '../../../aws/service.ts';
import { createBackgroundWork } from '../background-work.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { exitCodeOf, type JobEnd, type JobProcess } from '../job-processes.ts';
import { runScript } from '../script.ts';
import { type ClusterRecord, isTerminated, type Reason, type StepRecord, type StepState } from './cluster-record.ts';
import type { Clusters } from './clusters.ts';
import { stepCommand } from './step-command.ts';

export interface StepRuns {
  /** Starts what can be started, or ends a cluster that has nothing left to do. Returns at once. */
  wake(clusterId: string, caller: Caller): void;
  cancelStep(clusterId: string, stepId: string, caller: Caller): void;
  terminate(clusterId: string, caller: Caller, reason: Reason): void;
  /** Takes up all clusters. One whose step was running when the process was lost has lost its master. */
  resume(): void;
  /** Resolves when nothing goes on any more. The processes have to be closed before. */
  close(): Promise<void>;
}

const LOST: Reason = { Code: 'INSTANCE_FAILURE', Message: 'The master node was terminated' };
const STEP_FAILED: Reason = { Code: 'STEP_FAILURE', Message: 'Shut down as step failed' };
const ALL_DONE: Reason = { Code: 'ALL_STEPS_COMPLETED', Message: 'Steps completed' };

/** Runs the steps of EMR clusters in order, and lets the clusters follow from them. */
export function createStepRuns(environment: JobEnvironment, clusters: Clusters): StepRuns {
  const { clock, changes } = environment;
  /** By step id; undefined while it waits for capacity. */
  const running = new Map<string, JobProcess | undefined>();
  const work = createBackgroundWork('EMR', environment.report);
  let isClosed = false;

  function changeCluster(id: string, caller: Caller, update: Partial<ClusterRecord>): void {
    clusters.put({ ...clusters.find(id, caller), ...update });
    changes.notify();
  }

  function changeStep(clusterId: string, stepId: string, caller: Caller, update: Partial<StepRecord>): void {
    const cluster = clusters.find(clusterId, caller);
    clusters.putStep(cluster, { ...clusters.step(cluster, stepId), ...update });
    changes.notify();
  }

  function advance(id: string, caller: Caller): void {
    const cluster = clusters.find(id, caller);
    if (isTerminated(cluster)) return;
    const steps = clusters.steps(cluster);
    const busy = steps.filter(isBusyStep);
    if (cluster.state === 'TERMINATING') {
      if (busy.length === 0) changeCluster(id, caller, { state: cluster.endsAs!, endedAt: clock.now() });
      return;
    }
    const next = steps.filter(({ state }) => state === 'PENDING').slice(0, cluster.stepConcurrency - busy.length);
    for (const step of next) begin(cluster, step);
    const isBusy = busy.length + next.length > 0;
    if (!isBusy && !cluster.keepsAlive) {
      end(id, caller, 'TERMINATED', ALL_DONE);
      return;
    }
    const readyAt = cluster.readyAt ?? clock.now();
    const state = isBusy ? 'RUNNING' : 'WAITING';
    const reason = isBusy ? { Message: 'Running step' } : { Message: 'Cluster ready to run steps.' };
    if (cluster.state !== state) changeCluster(id, caller, { state, reason, readyAt });
  }

  function begin({ id, caller }: ClusterRecord, step: StepRecord): void {
    running.set(step.id, undefined);
    changeStep(id, step.id, caller, { state: 'RUNNING', startedAt: clock.now() });
    work.begin(`step ${step.id}`, async () => {
      const isOver = await perform(id, step, caller);
      running.delete(step.id);
      if (isOver) advance(id, caller);
    });
  }

  /** @returns false if this cloud is closed meanwhile */
  async function perform(clusterId: string, step: StepRecord, caller: Caller): Promise<boolean> {
    const command = stepCommand(step.config);
    if (command.type === 'unsupported') {
      fail(clusterId, step, caller, command.message);
      return true;
    }
    const giveBack = await environment.processes.room();
    if (!giveBack) return false;
    try {
      const stateOf = () => clusters.step(clusters.find(clusterId, caller), step.id).state;
      if (stateOf() !== 'RUNNING') return settle(clusterId, step, caller, { type: 'killed', signal: 'SIGTERM' });
      const log = { logGroupName: '/aws/emr', logStreamName: `${clusterId}/steps/${step.id}` };
      const process = await runScript(environment, { ...command, log, caller });
      running.set(step.id, process);
      if (stateOf() !== 'RUNNING') process.stop();
      return settle(clusterId, step, caller, await process.ended);
    } finally {
      giveBack();
    }
  }

  /** @returns false if this cloud is closed meanwhile */
  function settle(clusterId: string, step: StepRecord, caller: Caller, jobEnd: JobEnd): boolean {
    if (jobEnd.type === 'abandoned') return false;
    const { state } = clusters.step(clusters.find(clusterId, caller), step.id);
    const exitCode = exitCodeOf(jobEnd);
    if (state !== 'RUNNING') finish(clusterId, step.id, caller, 'CANCELLED');
    else if (exitCode === 0) finish(clusterId, step.id, caller, 'COMPLETED');
    else fail(clusterId, step, caller, jobEnd.type === 'notStarted' ? jobEnd.reason : `Exit code ${exitCode}`);
    return true;
  }

  const finish = (clusterId: string, stepId: string, caller: Caller, state: StepState) =>
    changeStep(clusterId, stepId, caller, { state, endedAt: clock.now() });

  function fail(clusterId: string, { id, config }: StepRecord, caller: Caller, Message: string): void {
    const failure = { Reason: 'Unknown Error.', Message };
    changeStep(clusterId, id, caller, { state: 'FAILED', failure, endedAt: clock.now() });
    const { ActionOnFailure = 'TERMINATE_CLUSTER' } = config;
    if (ActionOnFailure === 'CANCEL_AND_WAIT') cancelPending(clusterId, caller);
    else if (ActionOnFailure !== 'CONTINUE') end(clusterId, caller, 'TERMINATED_WITH_ERRORS', STEP_FAILED);
  }

  function cancelPending(clusterId: string, caller: Caller): void {
    for (const { id, state } of clusters.steps(clusters.find(clusterId, caller))) {
      if (state === 'PENDING') finish(clusterId, id, caller, 'CANCELLED');
    }
  }

  /** The cluster is over as soon as its last step is. */
  function end(clusterId: string, caller: Caller, endsAs: ClusterRecord['endsAs'], reason: Reason): void {
    changeCluster(clusterId, caller, { state: 'TERMINATING', endsAs, reason });
    for (const { id } of clusters.steps(clusters.find(clusterId, caller))) cancelStep(clusterId, id, caller);
    advance(clusterId, caller);
  }

  function cancelStep(clusterId: string, stepId: string, caller: Caller): void {
    const { state } = clusters.step(clusters.find(clusterId, caller), stepId);
    if (state === 'PENDING') finish(clusterId, stepId, caller, 'CANCELLED');
    if (state !== 'RUNNING') return;
    changeStep(clusterId, stepId, caller, { state: 'CANCEL_PENDING' });
    running.get(stepId)?.stop();
  }

  function resumeCluster(cluster: ClusterRecord): void {
    const { id, caller } = cluster;
    const lost = clusters.steps(cluster).filter((step) => isBusyStep(step) && !running.has(step.id));
    for (const step of lost) finish(id, step.id, caller, 'INTERRUPTED');
    if (isTerminated(cluster)) return;
    if (lost.length > 0) end(id, caller, 'TERMINATED_WITH_ERRORS', LOST);
    else advance(id, caller);
  }

  return {
    wake(id, caller) {
      // Not before the call that made the cluster or the step has answered.
      work.begin(`cluster ${id}`, async () => {
        await turn();
        if (!isClosed) advance(id, caller);
      });
    },
    cancelStep,
    async close() {
      isClosed = true;
      await work.done();
    },
    terminate: (id, caller, reason) => end(id, caller, 'TERMINATED', reason),
    resume() {
      for (const cluster of clusters.all()) resumeCluster(cluster);
    },
  };
}

const isBusyStep = ({ state }: StepRecord): boolean => state === 'RUNNING' || state === 'CANCEL_PENDING';
