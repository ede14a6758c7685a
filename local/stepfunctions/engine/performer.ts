import type { Json } from '../asl/json.ts';
import type { AttemptKey, TaskCall } from '../asl/protocol.ts';
import type { Actor } from './actor.ts';
import type { ExecutionDescription, Revision, TaskContext, TaskOutcome, TaskRunner } from './ports.ts';
import type { Happening, Runtime } from './runtime.ts';

/** A call on its way, and what it is made for. */
class Flight implements TaskContext {
  readonly call: TaskCall;
  readonly executionArn: string;
  readonly revision: Revision;
  readonly account: string;
  readonly region: string;
  readonly traceHeader?: string;
  isAborted = false;
  #controller: AbortController | undefined;

  constructor(call: TaskCall, about: ExecutionDescription, account: string, region: string) {
    const { executionArn, revision, traceHeader } = about;
    this.call = call;
    this.executionArn = executionArn;
    this.revision = revision;
    this.account = account;
    this.region = region;
    if (traceHeader !== undefined) this.traceHeader = traceHeader;
  }

  /** Made when somebody asks: signals are costly, and many calls are over before. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.isAborted) this.#controller.abort();
    return this.#controller.signal;
  }

  abort(): void {
    this.isAborted = true;
    this.#controller?.abort();
  }
}

export interface PerformerOptions {
  readonly runtime: Runtime;
  readonly tasks: TaskRunner;
  readonly account: string;
  readonly region: string;
  readonly activityExists: (activityArn: string) => boolean;
  /** An activity task is there for a worker. */
  readonly activityScheduled: (activityArn: string) => void;
  readonly report: (error: Error) => void;
}

const TOLD = Promise.resolve();

/** Makes the calls of Task states and brings back their outcome as events. */
export function createPerformer(options: PerformerOptions) {
  const { runtime, tasks, account, region } = options;
  const inFlight = new Set<Flight>();

  /** Makes the call, or follows it if it was submitted before a restart. Returns at once. */
  function perform(actor: Actor, call: TaskCall): void {
    if (call.resource.type === 'activity') {
      const { arn } = call.resource;
      // After the other commands of this step, one of which may be to give up on this.
      queueMicrotask(() => schedule(actor, call, arn));
      return;
    }
    const flight = new Flight(call, actor.description, account, region);
    inFlight.add(flight);
    actor.inFlight.set(call.key, flight);
    if (call.submitted !== undefined) land(actor, flight, follow(actor, flight, call.submitted));
    else start(actor, flight);
  }

  function start(actor: Actor, flight: Flight): void {
    settled(() => tasks.call(flight.call, flight)).then((outcome) =>
      land(actor, flight, answered(actor, flight, outcome)),
    );
  }

  /** @param over resolves when nothing more is to be done about the call; undefined: it is */
  function land(actor: Actor, flight: Flight, over: Promise<void> | undefined): void {
    if (over) {
      void over.finally(() => land(actor, flight, undefined));
      return;
    }
    inFlight.delete(flight);
    if (actor.inFlight.get(flight.call.key) === flight) runtime.release(actor, flight.call.key);
  }

  function schedule(actor: Actor, { key }: TaskCall, activityArn: string): void {
    if (!options.activityExists(activityArn)) {
      const cause = `The activity ${activityArn} does not exist.`;
      void tell(actor, { type: 'failed', key, cause, failure: 'runtime' });
      return;
    }
    const scheduled = tell(actor, { type: 'submitted', key, output: null }, { scheduledFor: activityArn });
    void scheduled.then(
      () => options.activityScheduled(activityArn),
      () => {},
    );
  }

  /** The service has answered the call itself. */
  function answered(actor: Actor, flight: Flight, outcome: TaskOutcome): Promise<void> | undefined {
    const { call } = flight;
    const { key } = call;
    const pattern = 'pattern' in call.resource ? call.resource.pattern : 'requestResponse';
    if (flight.isAborted) {
      // The job was started while the state gave up on it.
      return outcome.ok && pattern.startsWith('sync') ? cancelJob(flight, outcome.output) : undefined;
    }
    if (!outcome.ok) {
      const failure = pattern === 'requestResponse' ? 'task' : 'submit';
      void tell(actor, { type: 'failed', key, error: outcome.error, cause: outcome.cause, failure });
      return undefined;
    }
    if (pattern === 'requestResponse') {
      void tell(actor, { type: 'succeeded', key, output: outcome.output });
      return undefined;
    }
    const submitted = tell(actor, { type: 'submitted', key, output: outcome.output });
    if (pattern === 'waitForTaskToken') return undefined;
    return submitted.then(
      () => follow(actor, flight, outcome.output),
      () => {},
    );
  }

  /** Waits for the end of a job that was submitted. */
  async function follow(actor: Actor, flight: Flight, job: Json): Promise<void> {
    const { call, signal } = flight;
    const { key } = call;
    signal.addEventListener('abort', () => void cancelJob(flight, job));
    if (flight.isAborted) return cancelJob(flight, job);
    const outcome = await settled(() => tasks.completion(call, job, flight));
    if (flight.isAborted) return;
    if (outcome.ok) void tell(actor, { type: 'succeeded', key, output: outcome.output });
    else void tell(actor, { type: 'failed', key, error: outcome.error, cause: outcome.cause });
  }

  /** A runner that throws is one that failed; only what it says itself is an outcome. */
  async function settled(work: () => Promise<TaskOutcome>): Promise<TaskOutcome> {
    try {
      return await work();
    } catch (error) {
      return { ok: false, error: 'States.Runtime', cause: (error as Error).message };
    }
  }

  async function cancelJob(flight: Flight, submitted: Json): Promise<void> {
    // Not when the engine stops: then the job goes on, and is followed again after the restart.
    if (runtime.isStopped) return;
    try {
      await tasks.cancel(flight.call, submitted, flight);
    } catch (error) {
      options.report(error as Error);
    }
  }

  /** After the engine stopped there is nobody to tell: the call is made again after a restart. @returns as `deliver` */
  function tell(actor: Actor, happening: Happening, more?: { scheduledFor: string }): Promise<void> {
    if (runtime.isStopped) return TOLD;
    // Meanwhile the execution may have been put away, and may be in memory as another object.
    const current = actor.durable ? runtime.load(actor.description.executionArn) : actor;
    if (current?.description.status !== 'RUNNING') return TOLD;
    return runtime.deliver(current, happening, more);
  }

  return {
    perform,

    /** Gives up on a call: the state timed out, or the execution was stopped. */
    cancel(actor: Actor, key: AttemptKey): void {
      const flight = actor.inFlight.get(key) as Flight | undefined;
      if (!flight) return;
      runtime.release(actor, key);
      flight.abort();
    },

    /** Lets go of everything that is on its way, without stopping any job. The runtime has to be stopped before. */
    close(): void {
      for (const flight of inFlight) flight.abort();
    },
  };
}
