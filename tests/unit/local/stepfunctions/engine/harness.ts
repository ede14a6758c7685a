import type { AdjustableClock } from '../../../../../local/clock.ts';
import { createManualClock } from '../../../../../local/manual-clock.ts';
import type { StateMachine } from '../../../../../local/stepfunctions/asl/definition.ts';
import type { Json } from '../../../../../local/stepfunctions/asl/json.ts';
import { parse } from '../../../../../local/stepfunctions/asl/parse.ts';
import type { TaskCall } from '../../../../../local/stepfunctions/asl/protocol.ts';
import { createEngine, type EngineOptions } from '../../../../../local/stepfunctions/engine/engine.ts';
import type {
  Engine,
  Revision,
  TaskContext,
  TaskOutcome,
  TaskRunner,
} from '../../../../../local/stepfunctions/engine/ports.ts';
import { createMemoryStore } from '../../../../../local/stepfunctions/engine/store/memory-store.ts';
import type { ExecutionStore, StoredExecution } from '../../../../../local/stepfunctions/engine/store/store.ts';

export const START = Date.UTC(2026, 0, 1);
export const ACCOUNT = '123456789012';
export const REGION = 'eu-west-1';

/** A call that the engine made, to be answered by the test. */
export interface OpenCall {
  readonly kind: 'call' | 'completion';
  readonly call: TaskCall;
  readonly context: TaskContext;
  readonly submitted?: Json;
  readonly succeed: (output: Json) => void;
  readonly fail: (error: string, cause?: string) => void;
  readonly explode: (error: Error) => void;
}

export interface ScriptedTasks extends TaskRunner {
  /** Calls that were not answered yet, in order. */
  readonly open: OpenCall[];
  /** Keys of all calls ever made. */
  readonly made: string[];
  readonly cancelled: { readonly key: string; readonly submitted: Json }[];
  /** Takes the next call; with a name, the next whose parameters or resource contain it. */
  next(name?: string): OpenCall;
}

export function createScriptedTasks(): ScriptedTasks {
  const open: OpenCall[] = [];
  const made: string[] = [];
  const cancelled: { key: string; submitted: Json }[] = [];

  function wait(kind: OpenCall['kind'], call: TaskCall, context: TaskContext, submitted?: Json): Promise<TaskOutcome> {
    made.push(`${kind} ${call.key}`);
    const { promise, resolve, reject } = Promise.withResolvers<TaskOutcome>();
    open.push({
      kind,
      call,
      context,
      ...(submitted !== undefined && { submitted }),
      succeed: (output) => resolve({ ok: true, output }),
      fail: (error, cause = '') => resolve({ ok: false, error, cause }),
      explode: reject,
    });
    return promise;
  }

  return {
    open,
    made,
    cancelled,
    next(name = '') {
      const index = open.findIndex(({ call }) => JSON.stringify(call).includes(name));
      const [found] = index < 0 ? [] : open.splice(index, 1);
      if (!found) throw new Error(`There is no open call '${name}' among ${open.length}`);
      return found;
    },
    refusal: () => undefined,
    call: (call, context) => wait('call', call, context),
    completion: (call, submitted, context) => wait('completion', call, context, submitted),
    async cancel(call, submitted) {
      cancelled.push({ key: call.key, submitted });
    },
  };
}

export interface TestEngine {
  readonly engine: Engine;
  readonly store: ExecutionStore;
  readonly clock: AdjustableClock;
  readonly tasks: ScriptedTasks;
  readonly errors: Error[];
  /** Lets everything happen that can happen without time going by. */
  settle(): Promise<void>;
  skip(seconds: number): Promise<void>;
}

let seeds = 0;

export async function createTestEngine(
  options: Partial<EngineOptions> & { clock?: AdjustableClock } = {},
): Promise<TestEngine> {
  const clock = options.clock ?? createManualClock(START);
  const store = options.store ?? createMemoryStore();
  const tasks = (options.tasks as ScriptedTasks | undefined) ?? createScriptedTasks();
  const errors: Error[] = [];
  const engine = await createEngine({
    parse: parseRevision,
    seed: () => (++seeds).toString(16).padStart(64, '0'),
    account: ACCOUNT,
    region: REGION,
    report: (error) => errors.push(error),
    ...options,
    store,
    clock,
    tasks,
  });
  const settle = () => clock.advanceTo(clock.now());
  return {
    engine,
    store,
    clock,
    tasks,
    errors,
    settle,
    skip: (seconds) => clock.advanceTo(clock.now() + seconds * 1000),
  };
}

export function parseRevision(revision: Revision): StateMachine {
  const { machine, problems } = parse(revision.definition, { type: revision.type });
  if (!machine) throw new Error(JSON.stringify(problems));
  return machine;
}

/** An execution that has just started, as a store keeps it. */
export function storedExecution(id: number, revision: Revision, input = '{}'): StoredExecution {
  return {
    id,
    executionArn: `arn:aws:states:${REGION}:${ACCOUNT}:execution:${revision.name}:${id}`,
    name: `${id}`,
    revision,
    status: 'RUNNING',
    startedAt: id,
    input,
    redriveCount: 0,
  };
}

/** @param definition ASL; or states, of which the first is the start */
export function revisionOf(definition: object, more: Partial<Revision> = {}): Revision {
  const name = more.name ?? 'machine';
  const whole = 'States' in definition ? definition : { StartAt: Object.keys(definition)[0], States: definition };
  return {
    stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}`,
    name,
    type: 'STANDARD',
    definition: JSON.stringify(whole),
    roleArn: `arn:aws:iam::${ACCOUNT}:role/role`,
    revisionId: 'r1',
    ...more,
  };
}

export const functionArn = (name: string): string => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
export const activityArn = (name: string): string => `arn:aws:states:${REGION}:${ACCOUNT}:activity:${name}`;

export const task = (name: string, more: object = { End: true }): object => ({
  Type: 'Task',
  Resource: functionArn(name),
  ...more,
});
/** A state that sends its token away and waits for it to come back. */
export const callback = (more: object = { End: true }): object => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: { FunctionName: 'callback', Payload: { 'token.$': '$$.Task.Token' } },
  ...more,
});

export const pass = (result: Json): object => ({ Type: 'Pass', Result: result, End: true });

export const historyOf = ({ engine }: Pick<TestEngine, 'engine'>, executionArn: string): string[] =>
  engine.history(executionArn, { maxResults: 1000, reverse: false }).items.map(({ type }) => type);
