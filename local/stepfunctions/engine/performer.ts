import type { AttemptKey, TaskCall } from '../asl/protocol.ts';
import type { Actor } from './actor.ts';
import type { TaskContext, TaskOutcome, TaskRunner } from './ports.ts';
import type { Happening, Runtime } from './runtime.ts';

/** A call on its way. */
interface InFlight {
  readonly controller: AbortController;
  readonly call: TaskCall;
  readonly context: TaskContext;
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

/** Makes the calls of Task states and brings back their outcome as events. */
export function createPerformer(options: PerformerOptions) {
  const { runtime, tasks, account, region } = options;
  const inFlight = new Set<InFlight>();

  /** Makes the call, or follows it if it was submitted before a restart. Returns at once. */
  function perform(actor: Actor, call: TaskCall): void {
    if (call.resource.type === 'activity') {
      schedule(actor, call, call.resource.arn);
      return;
    }
    const controller = new AbortController();
    const { executionArn, revision } = actor.description;
    const context: TaskContext = { executionArn, revision, account, region, signal: controller.signal };
    const flight: InFlight = { controller, call, context };
    inFlight.add(flight);
    actor.inFlight.set(call.key, flight);
    void run(actor, flight).finally(() => {
      inFlight.delete(flight);
      if (actor.inFlight.get(call.key) === flight) runtime.release(actor, call.key);
    });
  }

  function schedule(actor: Actor, { key }: TaskCall, activityArn: string): void {
    if (!options.activityExists(activityArn)) {
      const cause = `The activity ${activityArn} does not exist.`;
      void tell(actor, { type: 'failed', key, cause, failure: 'runtime' });
      return;
    }
    const scheduled = tell(actor, { type: 'submitted', key, output: null }, { scheduledFor: activityArn });
    void scheduled.then(() => options.activityScheduled(activityArn));
  }

  async function run(actor: Actor, flight: InFlight): Promise<void> {
    const { call, context } = flight;
    const { key } = call;
    const pattern = 'pattern' in call.resource ? call.resource.pattern : 'requestResponse';
    let { submitted } = call;
    if (submitted === undefined) {
      const outcome = await settled(() => tasks.call(call, context));
      if (context.signal.aborted) {
        // The job was started while the state gave up on it.
        if (outcome.ok && pattern.startsWith('sync')) await cancelJob(flight, outcome.output);
        return;
      }
      if (!outcome.ok) {
        const failure = pattern === 'requestResponse' ? 'task' : 'submit';
        return tell(actor, { type: 'failed', key, error: outcome.error, cause: outcome.cause, failure });
      }
      if (pattern === 'requestResponse') return tell(actor, { type: 'succeeded', key, output: outcome.output });
      await tell(actor, { type: 'submitted', key, output: outcome.output });
      if (pattern === 'waitForTaskToken') return;
      submitted = outcome.output;
    }
    const job = submitted;
    context.signal.addEventListener('abort', () => void cancelJob(flight, job));
    if (context.signal.aborted) return cancelJob(flight, job);
    const outcome = await settled(() => tasks.completion(call, job, context));
    if (context.signal.aborted) return;
    return outcome.ok
      ? tell(actor, { type: 'succeeded', key, output: outcome.output })
      : tell(actor, { type: 'failed', key, error: outcome.error, cause: outcome.cause });
  }

  /** A runner that throws is one that failed; only what it says itself is an outcome. */
  async function settled(work: () => Promise<TaskOutcome>): Promise<TaskOutcome> {
    try {
      return await work();
    } catch (error) {
      return { ok: false, error: 'States.Runtime', cause: (error as Error).message };
    }
  }

  async function cancelJob({ call, context }: InFlight, submitted: TaskCall['submitted']): Promise<void> {
    // Not when the engine stops: then the job goes on, and is followed again after the restart.
    if (runtime.isStopped || submitted === undefined) return;
    try {
      await tasks.cancel(call, submitted, context);
    } catch (error) {
      options.report(error as Error);
    }
  }

  /** After the engine stopped there is nobody to tell: the call is made again after a restart. */
  async function tell(actor: Actor, happening: Happening, more?: { scheduledFor: string }): Promise<void> {
    if (runtime.isStopped) return;
    const { description } = actor;
    // Meanwhile the execution may have been put away, and may be in memory as another object.
    const current = actor.durable ? runtime.load(description.executionArn) : actor;
    if (current && current.description.status === 'RUNNING')
      await runtime.deliver(current, happening, more).catch(() => {});
  }

  return {
    perform,

    /** Gives up on a call: the state timed out, or the execution was stopped. */
    cancel(actor: Actor, key: AttemptKey): void {
      const flight = actor.inFlight.get(key) as InFlight | undefined;
      if (!flight) return;
      runtime.release(actor, key);
      flight.controller.abort();
    },

    /** Lets go of everything that is on its way, without stopping any job. The runtime has to be stopped before. */
    close(): void {
      for (const { controller } of inFlight) controller.abort();
    },
  };
}
