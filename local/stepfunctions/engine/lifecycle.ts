import type { Clock } from '../../clock.ts';
import type { StateMachine } from '../asl/definition.ts';
import { type Actor, createActor } from './actor.ts';
import { executionArn, expressArn } from './arns.ts';
import { executionAlreadyExists, executionNotRedrivable } from './errors.ts';
import type { Engine, Revision, StartRequest } from './ports.ts';
import type { Queries } from './queries.ts';
import type { Runtime } from './runtime.ts';
import { uuidOfSeed } from './seeds.ts';
import { newExecution } from './snapshot.ts';
import type { ExecutionStore, StoredExecution } from './store/store.ts';
import type { Waiters } from './waiters.ts';

/** What an Express execution is billed by, in milliseconds. */
const BILLED = 100;

export interface LifecycleOptions {
  readonly store: ExecutionStore;
  readonly clock: Clock;
  readonly seed: () => string;
  readonly machineOf: (revision: Revision) => StateMachine;
  readonly runtime: Runtime;
  readonly queries: Queries;
  readonly waiters: Waiters;
}

interface ChildRequest extends StartRequest {
  readonly mapRunArn?: string;
}

/** How executions begin and end: on somebody's wish, or by themselves. */
export function createLifecycle({ store, clock, seed, machineOf, runtime, queries, waiters }: LifecycleOptions) {
  /** @param arn of a child execution; others get one here */
  function newActor(request: ChildRequest, arn?: string): Actor {
    const { revision, input, mapRunArn, traceHeader, startedBy } = request;
    const startedAt = clock.now();
    const isStandard = revision.type === 'STANDARD';
    const name = request.name ?? arn?.split(':')[7] ?? uuidOfSeed(seed(), startedAt);
    const ownArn = () =>
      isStandard ? executionArn(revision, name) : expressArn(revision, name, uuidOfSeed(seed(), startedAt));
    const description: StoredExecution = {
      id: isStandard ? store.nextId() : 0,
      executionArn: arn ?? ownArn(),
      name,
      revision,
      status: 'RUNNING',
      startedAt,
      input,
      redriveCount: 0,
      mapRunArn,
      traceHeader,
      startedBy,
    };
    return createActor(machineOf(revision), description, newExecution(description));
  }

  /** The execution of that name, if there is one. */
  function existing({ revision, name }: StartRequest): StoredExecution | undefined {
    if (name === undefined || revision.type === 'EXPRESS') return undefined;
    const arn = executionArn(revision, name);
    return runtime.load(arn)?.description ?? store.execution(arn);
  }

  const start: Engine['start'] = async (request) => {
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
    const { executionArn: arn, startedAt } = actor.description;
    await runtime.start(actor, request.name === undefined);
    return { executionArn: arn, startedAt };
  };

  const startSync: Engine['startSync'] = async (request) => {
    const actor = newActor(request);
    const started = runtime.start(actor);
    // Many never rest: they are over by now.
    const isOver = actor.description.status !== 'RUNNING';
    const description = isOver ? actor.description : await waiters.wait(actor.description.executionArn);
    await started;
    const milliseconds = (description.stoppedAt ?? clock.now()) - description.startedAt;
    return { ...description, billedDurationMilliseconds: Math.max(Math.ceil(milliseconds / BILLED), 1) * BILLED };
  };

  const stop: Engine['stop'] = async (arn, reason) => {
    runtime.assertRunning();
    const found = queries.find(arn);
    const actor = runtime.load(arn);
    if (actor) await runtime.deliver(actor, { type: 'stop', ...reason });
    return { stoppedAt: actor?.description.stoppedAt ?? found.stoppedAt ?? clock.now() };
  };

  const redrive: Engine['redrive'] = async (arn) => {
    runtime.assertRunning();
    const problem = queries.whyNotRedrivable(arn);
    if (problem !== undefined) throw executionNotRedrivable(problem);
    const description = queries.find(arn);
    const actor = runtime.reopen(description);
    const durable = actor && runtime.deliver(actor, { type: 'redrive' });
    if (actor?.description.redriveCount === description.redriveCount) {
      throw executionNotRedrivable('Execution has no state that it could be redriven from');
    }
    await durable;
    return { redrivenAt: actor?.description.redrivenAt ?? clock.now() };
  };

  const ended: Engine['ended'] = async (arn, signal) => {
    runtime.assertRunning();
    if (runtime.isActive(arn)) return waiters.wait(arn, signal);
    const description = queries.find(arn);
    return description.status === 'RUNNING' ? waiters.wait(arn, signal) : description;
  };

  return {
    start,
    startSync,
    stop,
    redrive,
    ended,
    /** Begins a child execution of a map run. @returns resolves when that is durable */
    startChild: (request: ChildRequest & { readonly executionArn: string }): Promise<void> =>
      runtime.start(newActor(request, request.executionArn)),
  };
}
