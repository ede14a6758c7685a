import type { Clock } from '../../clock.ts';
import { advance } from '../asl/advance.ts';
import type { StateMachine } from '../asl/definition.ts';
import { eventsOf, type History, type HistoryEvent } from '../asl/history.ts';
import type { Command } from '../asl/protocol.ts';
import { createActivities } from './activities.ts';
import type { Actor } from './actor.ts';
import { createCallbacks } from './callbacks.ts';
import { EngineHaltedError } from './errors.ts';
import { type ExecutionLog, logHistory } from './execution-log.ts';
import { createLifecycle } from './lifecycle.ts';
import { createMachines } from './machines.ts';
import { createMapRuns } from './map-run/map-runs.ts';
import type { MapStorage } from './map-run/map-storage.ts';
import { prepareMapRun } from './map-run/prepare-map-run.ts';
import { openCalls } from './open-attempts.ts';
import { createPerformer } from './performer.ts';
import type { Engine, ExecutionDescription, Revision, TaskRunner } from './ports.ts';
import { createQueries } from './queries.ts';
import { Runtime } from './runtime.ts';
import { createSeeds } from './seeds.ts';
import type { ExecutionStore, StoredExecution } from './store/store.ts';
import { createTimers } from './timers.ts';
import { createWaiters } from './waiters.ts';

export interface EngineOptions {
  readonly store: ExecutionStore;
  readonly clock: Clock;
  readonly tasks: TaskRunner;
  /** Parses the definition of a revision that was accepted before. @throws if it cannot: the execution is not started */
  readonly parse: (revision: Revision) => StateMachine;
  /** @returns 32 random bytes in hexadecimal, new ones each time; real ones by default */
  readonly seed?: () => string;
  readonly account: string;
  readonly region: string;
  /** Whether there is such an activity; by default all exist. */
  readonly activityExists?: (activityArn: string) => boolean;
  /** Where the log events go that logging configurations ask for. */
  readonly log?: ExecutionLog;
  /** S3, for Distributed Maps that read their items from there or write their results to it. */
  readonly mapStorage?: MapStorage;
  /** Told of every durable change of an execution's status, also of the start. Express executions are included. */
  readonly onStatusChange?: (execution: ExecutionDescription) => void;
  /** Told of every step, once it is durable: what was added to the history of an execution, and how it stands now. */
  readonly onProgress?: (execution: StoredExecution, history: readonly HistoryEvent[]) => void;
  /** What ran before goes on with `resume()` only: for callers whose tasks need something that is not there yet. */
  readonly resumeLater?: boolean;
  /** Told of what goes wrong inside: the store failed, a job could not be stopped. */
  readonly report?: (error: Error) => void;
}

/**
 * Starts the engine on a store: goes on with whatever ran when it was closed or lost. Nothing is aborted; calls whose
 * outcome is not known are made again, with the same attempt key.
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { store, clock } = options;
  const report = (error: Error): void => {
    // Those who wait would wait forever.
    if (error instanceof EngineHaltedError) waiters.close(error);
    options.report?.(error);
  };
  const machineOf = createMachines(options.parse);
  const waiters = createWaiters();
  const seed = options.seed ?? createSeeds();

  const runtime = new Runtime({
    store,
    clock,
    seed,
    advance,
    machineOf,
    mapRunOf: (actor, call, seed) => prepareMapRun({ store, clock }, actor, call, seed),
    perform,
    committed,
    report,
  });
  const timers = createTimers(store, clock, runtime);
  const activities = createActivities(store, clock, runtime);
  const callbacks = createCallbacks(store, runtime, isTaskToken);
  const queries = createQueries(store, clock);
  const lifecycle = createLifecycle({ store, clock, seed, machineOf, runtime, queries, waiters });
  const performer = createPerformer({
    runtime,
    tasks: options.tasks,
    account: options.account,
    region: options.region,
    activityExists: options.activityExists ?? (() => true),
    activityScheduled: activities.scheduled,
    report,
  });

  const mapRuns = createMapRuns({
    runtime,
    store,
    clock,
    storage: options.mapStorage ?? NO_STORAGE,
    machineOf,
    startChild: lifecycle.startChild,
    report,
  });

  function perform(actor: Actor, commands: readonly Command[]): void {
    let timersChanged = false;
    for (const command of commands) {
      switch (command.type) {
        case 'call':
          performer.perform(actor, command);
          break;
        case 'cancel':
          performer.cancel(actor, command.key);
          mapRuns.abort(actor.description.executionArn, command.key);
          break;
        case 'setTimer':
        case 'clearTimer':
          if (command.type === 'setTimer' && command.timer === 'continue') timers.goOn(actor, command);
          else if (actor.durable) timersChanged = true;
          else timers.setExpress(actor, command);
          break;
        case 'mapRun':
          for (const mapRun of store.mapRuns(actor.description.id)) {
            if (mapRun.key === command.key) mapRuns.begin(mapRun, false);
          }
          break;
      }
    }
    if (timersChanged) timers.arm();
  }

  function committed(
    actor: Actor,
    history: History | undefined,
    started: StoredExecution | undefined,
    status: StoredExecution | undefined,
  ): void {
    if (options.log && history) logHistory(options.log, actor.description, history);
    options.onProgress?.(actor.description, history ? eventsOf(history) : []);
    if (started) options.onStatusChange?.(started);
    if (status) options.onStatusChange?.(status);
    const latest = status ?? started;
    if (latest?.status === 'RUNNING' && actor.durable) timers.watchAge(latest.startedAt);
    if (!latest || latest.status === 'RUNNING') return;
    if (!actor.durable) timers.clearExpress(actor);
    if (latest.mapRunArn !== undefined) {
      if (!actor.durable) void runtime.saveEnded(latest);
      mapRuns.childEnded(latest);
    }
    waiters.ended(latest);
  }

  let resumed = false;
  function resume(): void {
    if (resumed) return;
    resumed = true;
    for (const id of store.dueExecutions()) {
      const actor = runtime.loadById(id);
      if (!actor) continue;
      for (const call of openCalls(actor.machine, actor.execution)) {
        // What was started before the engine resumed is on its way already.
        if (!actor.inFlight.has(call.key)) performer.perform(actor, call);
      }
    }
    for (const mapRun of store.runningMapRuns()) mapRuns.begin(mapRun, true);
    timers.resume();
  }
  if (!options.resumeLater) resume();

  return {
    resume,

    start: lifecycle.start,
    startSync: lifecycle.startSync,
    stop: lifecycle.stop,
    async redrive(arn) {
      await mapRuns.closed(arn);
      return lifecycle.redrive(arn);
    },
    whyNotRedrivable: queries.whyNotRedrivable,
    ended: lifecycle.ended,
    describe: queries.find,
    list: queries.list,
    history: queries.history,

    taskSucceeded: callbacks.succeeded,
    taskFailed: callbacks.failed,
    taskHeartbeat: callbacks.heartbeat,
    activityTask: activities.poll,

    mapRun: mapRuns.describe,
    mapRuns: (arn, page) => mapRuns.list(queries.find(arn).id, page),
    updateMapRun: mapRuns.update,

    async close() {
      await runtime.close();
      timers.close();
      activities.close();
      performer.close();
      waiters.close();
      await store.close();
    },
  };
}

/** As the core makes them; whether one was really given out only matters as long as its task is open. */
const isTaskToken = (text: string): boolean => /^[A-Za-z0-9_-]{86}$/.test(text);

const noStorage = (): Promise<never> => Promise.reject(new Error('The engine was started without access to S3'));
const NO_STORAGE: MapStorage = { read: noStorage, list: noStorage, write: noStorage };
