import type { Clock } from '../../clock.ts';
import { advance } from '../asl/advance.ts';
import type { StateMachine } from '../asl/definition.ts';
import type { HistoryEvent } from '../asl/history.ts';
import type { Command } from '../asl/protocol.ts';
import { createActivities } from './activities.ts';
import { type Actor, createActor } from './actor.ts';
import { executionArn, expressArn } from './arns.ts';
import { createCallbacks } from './callbacks.ts';
import { EngineHaltedError, executionAlreadyExists, executionNotRedrivable } from './errors.ts';
import { type ExecutionLog, logHistory } from './execution-log.ts';
import { createMachines } from './machines.ts';
import { createMapRuns } from './map-run/map-runs.ts';
import type { MapStorage } from './map-run/map-storage.ts';
import { openCalls } from './open-attempts.ts';
import { createPerformer } from './performer.ts';
import type { Engine, ExecutionDescription, Revision, StartRequest, TaskRunner } from './ports.ts';
import { createQueries } from './queries.ts';
import { Runtime } from './runtime.ts';
import { createSeeds, uuidOfSeed } from './seeds.ts';
import { newExecution } from './snapshot.ts';
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

/** Redrives are possible for 14 days. */
const REDRIVABLE = 14 * 24 * 3600_000;

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
    mapRunOf,
    perform,
    committed,
    report,
  });
  const timers = createTimers(store, clock, runtime);
  const activities = createActivities(store, clock, runtime);
  const callbacks = createCallbacks(store, runtime, isTaskToken);
  const queries = createQueries(store);
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
    startChild: ({ executionArn, ...request }) => runtime.start(newActor(request, executionArn)),
    report,
  });

  function mapRunOf(...args: Parameters<typeof mapRuns.prepare>) {
    return mapRuns.prepare(...args);
  }

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
          if (actor.durable) timersChanged = true;
          else timers.setExpress(actor, command);
          break;
        case 'mapRun':
          for (const mapRun of store.mapRuns(actor.description.id)) {
            if (mapRun.key === command.key) mapRuns.begin(mapRun);
          }
          break;
      }
    }
    if (timersChanged) timers.arm();
  }

  function committed(actor: Actor, history: readonly HistoryEvent[], changes: readonly StoredExecution[]): void {
    if (options.log) logHistory(options.log, actor.description, history);
    options.onProgress?.(actor.description, history);
    if (options.onStatusChange) for (const change of changes) options.onStatusChange(change);
    const latest = changes.at(-1);
    if (latest && actor.durable) queries.note(latest);
    if (latest?.status === 'RUNNING' && actor.durable) timers.watchAge(latest.startedAt);
    if (!latest || latest.status === 'RUNNING') return;
    if (!actor.durable) timers.clearExpress(actor);
    if (latest.mapRunArn !== undefined) {
      if (!actor.durable) void runtime.saveEnded(latest);
      mapRuns.childEnded(latest);
    }
    waiters.ended(latest);
  }

  /** @param arn of a child execution; others get one here */
  function newActor(request: StartRequest & { mapRunArn?: string }, arn = arnOf(request)): Actor {
    const { revision, input } = request;
    const durable = revision.type === 'STANDARD';
    const name = request.name ?? (arn.split(':')[7] as string);
    const startedAt = clock.now();
    const description: StoredExecution = {
      id: durable ? store.nextId() : 0,
      executionArn: arn,
      name,
      revision,
      status: 'RUNNING',
      startedAt,
      input,
      redriveCount: 0,
      ...(request.mapRunArn !== undefined && { mapRunArn: request.mapRunArn }),
      ...(request.traceHeader !== undefined && { traceHeader: request.traceHeader }),
      ...(request.startedBy !== undefined && { startedBy: request.startedBy }),
    };
    return createActor(machineOf(revision), description, newExecution(description));
  }

  function arnOf({ revision, name }: StartRequest): string {
    const given = name ?? uuidOfSeed(seed(), clock.now());
    return revision.type === 'STANDARD'
      ? executionArn(revision, given)
      : expressArn(revision, given, uuidOfSeed(seed(), clock.now()));
  }

  /** The execution of that name, if there is one. */
  function existing({ revision, name }: StartRequest): StoredExecution | undefined {
    if (name === undefined || revision.type === 'EXPRESS') return undefined;
    const arn = executionArn(revision, name);
    return runtime.load(arn)?.description ?? store.execution(arn);
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
    for (const mapRun of store.runningMapRuns()) mapRuns.begin(mapRun);
    timers.resume();
  }
  if (!options.resumeLater) resume();

  return {
    resume,

    async start(request) {
      runtime.assertRunning();
      const before = existing(request);
      if (before) {
        const isRepeated = request.startedBy !== undefined && request.startedBy === before.startedBy;
        const isSame = before.status === 'RUNNING' && before.input === request.input;
        if (!isRepeated && !isSame) throw executionAlreadyExists(before.executionArn);
        await runtime.flushed();
        return { executionArn: before.executionArn, startedAt: before.startedAt };
      }
      const actor = newActor(request);
      const { executionArn, startedAt } = actor.description;
      await runtime.start(actor);
      return { executionArn, startedAt };
    },

    async startSync(request) {
      const actor = newActor(request);
      const ended = waiters.wait(actor.description.executionArn);
      await runtime.start(actor);
      const description = await ended;
      const milliseconds = (description.stoppedAt ?? clock.now()) - description.startedAt;
      return { ...description, billedDurationMilliseconds: Math.max(Math.ceil(milliseconds / 100), 1) * 100 };
    },

    async stop(arn, reason) {
      runtime.assertRunning();
      const found = queries.find(arn);
      const actor = runtime.load(arn);
      if (actor) await runtime.deliver(actor, { type: 'stop', ...reason });
      return { stoppedAt: actor?.description.stoppedAt ?? found.stoppedAt ?? clock.now() };
    },

    async redrive(arn) {
      runtime.assertRunning();
      const description = queries.find(arn);
      const { status, stoppedAt = 0 } = description;
      if (status === 'RUNNING' || status === 'SUCCEEDED') {
        throw executionNotRedrivable(`Execution is ${status} and cannot be redriven`);
      }
      if (clock.now() - stoppedAt > REDRIVABLE) {
        throw executionNotRedrivable('Execution has exceeded the redrivable period of 14 days and cannot be redriven');
      }
      const actor = runtime.reopen(description);
      const durable = actor && runtime.deliver(actor, { type: 'redrive' });
      if (actor?.description.redrivenAt === description.redrivenAt) {
        throw executionNotRedrivable('Execution has no state that it could be redriven from');
      }
      await durable;
      return { redrivenAt: actor?.description.redrivenAt ?? clock.now() };
    },

    describe: queries.find,
    list: queries.list,
    history: queries.history,

    async ended(arn, signal) {
      runtime.assertRunning();
      if (runtime.isActive(arn)) return waiters.wait(arn, signal);
      const description = queries.find(arn);
      return description.status === 'RUNNING' ? waiters.wait(arn, signal) : description;
    },

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
