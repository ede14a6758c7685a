import type { Clock } from '../../../clock.ts';
import type { StateMachine } from '../../asl/definition.ts';
import { scopeOfKey } from '../../asl/execution.ts';
import type { AttemptKey, MapRunResult } from '../../asl/protocol.ts';
import type { Actor } from '../actor.ts';
import { expressArn, executionArn as standardArn } from '../arns.ts';
import { resourceNotFound } from '../errors.ts';
import { pagePosition, pageToken } from '../pages.ts';
import type { ExecutionDescription, MapRunDescription, MapRunLimits, Page, PageRequest, Revision } from '../ports.ts';
import { pageOf } from '../queries.ts';
import type { Runtime } from '../runtime.ts';
import type { ExecutionStore, StoredExecution, StoredMapRun } from '../store/store.ts';
import { childName, childRevision, uuidOf } from './child-identity.ts';
import { childInputs } from './child-inputs.ts';
import { readItems } from './item-reader.ts';
import { type MapFailure, toMapFailure, tooManyFailures } from './map-failure.ts';
import { describeMapRun, itemsOf, MapRun, type MapRunProgress } from './map-run.ts';
import { createMapScope, mapStateAt } from './map-scope.ts';
import type { MapStorage } from './map-storage.ts';
import { type ChildResult, inlineResult, writeResults } from './result-writer.ts';

/** How many children are started in one turn of the event loop. */
const STARTS = 100;

export interface MapRunsOptions {
  readonly runtime: Runtime;
  readonly store: ExecutionStore;
  readonly clock: Clock;
  readonly storage: MapStorage;
  readonly machineOf: (revision: Revision) => StateMachine;
  readonly startChild: (request: ChildRequest) => Promise<void>;
  readonly report: (error: Error) => void;
}

export interface ChildRequest {
  readonly revision: Revision;
  readonly name: string;
  readonly executionArn: string;
  readonly input: string;
  readonly mapRunArn: string;
}

/** Runs Distributed Maps: reads the items, keeps as many child executions going as allowed, and brings back the result. */
export function createMapRuns(options: MapRunsOptions) {
  const { runtime, store, clock, storage } = options;
  const runs = new Map<string, MapRun>();

  /** Begins a map run, or goes on with it after a restart. */
  function begin(stored: StoredMapRun, isRestart: boolean): void {
    const execution = store.executionById(stored.executionId);
    if (!execution || runs.has(stored.mapRunArn)) return;
    const { call } = stored.progress as MapRunProgress;
    const run = new MapRun(stored, mapStateAt(options.machineOf(execution.revision), call.statePath));
    runs.set(stored.mapRunArn, run);
    const parent = runtime.load(execution.executionArn);
    const isWaitedFor = parent && scopeOfKey(parent.execution, call.key)?.phase.type === 'mapRun';
    if (isWaitedFor) void proceed(run, parent, isRestart).catch((error) => fail(run, toMapFailure(error)));
    else abandon(run);
  }

  /** The process was lost after the state gave up on it, and before it was stopped. */
  function abandon(run: MapRun): void {
    const items = itemsOf(run.progress);
    try {
      if (items) {
        run.setInputs(childInputs(run.state, items, scopeOf(run)));
        takeStock(run, false);
      }
    } catch {
      // Then it was over before any child began.
    }
    stop(run);
  }

  function stop(run: MapRun): void {
    run.closing = true;
    stopChildren(run)
      .then(() => end(run, 'ABORTED'))
      .catch(options.report)
      .finally(run.over.resolve);
  }

  async function proceed(run: MapRun, parent: Actor, isRestart: boolean): Promise<void> {
    const { mapRunArn, key } = run.stored;
    await runtime.deliver(parent, { type: 'mapRunStarted', key, mapRunArn });
    const scope = scopeOf(run);
    let items = itemsOf(run.progress);
    if (!items) {
      if (!run.state.itemReader) throw new Error('A map run without items needs an ItemReader');
      items = await readItems(run.state.itemReader, scope, storage);
      if (run.closing) return;
      // Read once: the object may be another one after a restart.
      const progress: MapRunProgress = { ...run.progress, read: items };
      run.stored = { ...run.stored, progress };
      await runtime.saveMapRun(run.snapshot());
    }
    run.setInputs(childInputs(run.state, items, scope));
    takeStock(run, !isRestart && run.stored.redriveCount === 0);
    await pump(run);
  }

  const scopeOf = (run: MapRun) =>
    createMapScope(run.state, run.progress.call, run.progress.startedAt, run.progress.seed);

  function identityOf(run: MapRun, child: number, redrive: number) {
    const parent = store.executionById(run.stored.executionId) as StoredExecution;
    const revision = childRevision(parent.revision, run.progress.call.statePath, run.state);
    const isExpress = revision.type === 'EXPRESS';
    const name = childName(run.stored.mapRunArn, child, isExpress ? redrive : 0);
    const executionArn = isExpress ? expressArn(revision, name, uuidOf(name)) : standardArn(revision, name);
    return { revision, name, executionArn };
  }

  /** The newest execution of a child, if it was ever started. Express children are known only once they are over. */
  function find(run: MapRun, child: number): StoredExecution | undefined {
    for (let redrive = run.stored.redriveCount; redrive >= 0; redrive--) {
      const found = store.execution(identityOf(run, child, redrive).executionArn);
      if (found || run.state.processor.executionType === 'STANDARD') return found;
    }
    return undefined;
  }

  /** Finds out what there is already: nothing if no child was ever started. */
  function takeStock(run: MapRun, isFresh: boolean): void {
    for (let child = run.inputs!.count - 1; child >= 0; child--) {
      const found = isFresh ? undefined : find(run, child);
      if (found?.status === 'RUNNING') run.noteStarted(child, found.executionArn);
      else if (!found || isOpen(run, found)) run.queue.push(child);
      else run.noteFound(child, found);
    }
  }

  /** A redrive does again what failed before it. */
  const isOpen = ({ stored }: MapRun, { status, stoppedAt = 0 }: StoredExecution): boolean =>
    stored.redrivenAt !== undefined && status !== 'SUCCEEDED' && stoppedAt <= stored.redrivenAt;

  /** Starts what there is room for. Children may end while they are started: then this goes on, instead of once more. */
  async function pump(run: MapRun): Promise<void> {
    if (run.pumping) return;
    run.pumping = true;
    while (run.hasRoom && run.queue.length > 0) {
      for (let starts = 0; starts < STARTS && run.hasRoom && run.queue.length > 0; starts++) startNext(run);
      await runtime.flushed();
    }
    run.pumping = false;
    if (run.isComplete) await complete(run);
  }

  function startNext(run: MapRun): void {
    const child = run.queue.pop()!;
    const { revision, name, executionArn } = identityOf(run, child, run.stored.redriveCount);
    run.noteStarted(child, executionArn);
    const before = run.stored.redriveCount > 0 ? store.execution(executionArn) : undefined;
    const again = before && runtime.reopen(before);
    const started = again
      ? runtime.deliver(again, { type: 'redrive' })
      : options.startChild({
          revision,
          name,
          executionArn,
          input: run.inputs!.inputOf(child),
          mapRunArn: run.stored.mapRunArn,
        });
    // What goes wrong here is that the store failed, and then nothing matters any more.
    started.catch(options.report);
  }

  /** A child is over. */
  function childEnded(execution: ExecutionDescription): void {
    const run = runs.get(execution.mapRunArn ?? '');
    if (!run?.noteEnded(execution) || run.closing) return;
    if (run.isIntolerable) void fail(run, tooManyFailures());
    else void pump(run).catch((error) => fail(run, toMapFailure(error)));
  }

  async function complete(run: MapRun): Promise<void> {
    run.closing = true;
    await runtime.flushed();
    const { resultWriter } = run.state;
    const output = resultWriter?.resource ? await write(run) : inlineResult(resultWriter, resultsOf(run));
    await end(run, 'SUCCEEDED', { ok: true, output });
    run.over.resolve();
  }

  async function write(run: MapRun) {
    const written = await writeResults(
      run.state.resultWriter!,
      scopeOf(run),
      storage,
      run.stored.mapRunArn,
      resultsOf(run),
    );
    run.noteWritten();
    return written;
  }

  function resultsOf(run: MapRun): ChildResult[] {
    const results: ChildResult[] = [];
    for (let child = 0; child < run.inputs!.count; child++) {
      const execution = find(run, child);
      results.push({ input: execution?.input ?? run.inputs!.inputOf(child), ...(execution && { execution }) });
    }
    return results;
  }

  async function fail(run: MapRun, failure: MapFailure): Promise<void> {
    if (runtime.isStopped || run.stored.status !== 'RUNNING') {
      run.over.resolve();
      return;
    }
    run.closing = true;
    try {
      await stopChildren(run);
      if (run.inputs && run.state.resultWriter?.resource && failure.error !== 'States.ResultWriterFailed')
        await write(run);
    } catch (error) {
      options.report(error as Error);
    }
    await end(run, 'FAILED', { ok: false, error: failure.error, cause: failure.message }).catch(options.report);
    run.over.resolve();
  }

  async function stopChildren(run: MapRun): Promise<void> {
    run.queue = [];
    const stops = [...run.running.keys()].map((arn) => {
      const actor = runtime.load(arn);
      return actor && runtime.deliver(actor, { type: 'stop' });
    });
    await Promise.all(stops);
    await runtime.flushed();
  }

  async function end(run: MapRun, status: StoredMapRun['status'], result?: MapRunResult): Promise<void> {
    if (runtime.isStopped || run.stored.status !== 'RUNNING') return;
    run.stored = { ...run.stored, status, stoppedAt: clock.now() };
    const saved = runtime.saveMapRun(run.snapshot());
    const parent = runtime.load(run.stored.executionArn);
    const told = parent && result && runtime.deliver(parent, { type: 'mapRunEnded', key: run.stored.key, result });
    runs.delete(run.stored.mapRunArn);
    await Promise.all([saved, told]);
  }

  function running(mapRunArn: string): StoredMapRun {
    const stored = runs.get(mapRunArn)?.snapshot() ?? store.mapRun(mapRunArn);
    if (!stored) throw resourceNotFound(mapRunArn);
    return stored;
  }

  return {
    begin,
    childEnded,

    /** The Map state gave up: it was aborted, or its execution was. */
    abort(executionArn: string, key: AttemptKey): void {
      for (const run of runs.values()) {
        if (run.stored.executionArn === executionArn && run.stored.key === key && !run.closing) stop(run);
      }
    },

    /** Resolves when no map run of this execution is about to end any more. Only then can one be redriven. */
    async closed(executionArn: string): Promise<void> {
      const own = [...runs.values()].filter((run) => run.closing && run.stored.executionArn === executionArn);
      await Promise.all(own.map((run) => run.over.promise));
    },

    describe: (mapRunArn: string): MapRunDescription => describeMapRun(running(mapRunArn)),

    list(executionId: number, { maxResults, nextToken }: PageRequest): Page<MapRunDescription> {
      const listing = `map runs ${executionId}`;
      const from = nextToken === undefined ? 0 : pagePosition(listing, nextToken);
      const all = store.mapRuns(executionId).map(({ mapRunArn }) => describeMapRun(running(mapRunArn)));
      return pageOf(all.slice(from, from + maxResults + 1), maxResults, () => pageToken(listing, from + maxResults));
    },

    /** @throws ServiceError ResourceNotFound: there is none, or it is over */
    async update(mapRunArn: string, change: MapRunLimits): Promise<void> {
      const run = runs.get(mapRunArn);
      if (!run) throw resourceNotFound(mapRunArn);
      run.limit(change);
      await runtime.saveMapRun(run.snapshot());
      if (run.inputs && !run.closing) await pump(run);
    },
  };
}
