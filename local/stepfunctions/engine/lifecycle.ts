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

/** Redrives are possible for 14 days. */
const REDRIVABLE = 14 * 24 * 3600_000;

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
  function arnOf({ revision, name = uuidOfSeed(seed(), clock.now()) }: StartRequest): string {
    return revision.type === 'STANDARD'
      ? executionArn(revision, name)
      : expressArn(revision, name, uuidOfSeed(seed(), clock.now()));
  }

  /** @param arn of a child execution; others get one here */
  function newActor(request: ChildRequest, arn = arnOf(request)): Actor {
    const { revision, input, mapRunArn, traceHeader, startedBy } = request;
    const description: StoredExecution = {
      id: revision.type === 'STANDARD' ? store.nextId() : 0,
      executionArn: arn,
      name: request.name ?? (arn.split(':')[7] as string),
      revision,
      status: 'RUNNING',
      startedAt: clock.now(),
      input,
      redriveCount: 0,
      ...(mapRunArn !== undefined && { mapRunArn }),
      ...(traceHeader !== undefined && { traceHeader }),
      ...(startedBy !== undefined && { startedBy }),
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
    await runtime.start(actor);
    return { executionArn: arn, startedAt };
  };

  const startSync: Engine['startSync'] = async (request) => {
    const actor = newActor(request);
    const ended = waiters.wait(actor.description.executionArn);
    await runtime.start(actor);
    const description = await ended;
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
