import { advance } from '../../local/stepfunctions/asl/advance.ts';
import type { StateMachine } from '../../local/stepfunctions/asl/definition.ts';
import { createExecution } from '../../local/stepfunctions/asl/execution.ts';
import { eventsOf, type HistoryEvent } from '../../local/stepfunctions/asl/history.ts';
import type { Json, JsonObject } from '../../local/stepfunctions/asl/json.ts';
import { parse } from '../../local/stepfunctions/asl/parse.ts';
import type { Command, ExecutionEvent, MapRunCall, TaskCall } from '../../local/stepfunctions/asl/protocol.ts';
import { definitionText, type Machine } from '../asl/machines.ts';

/** A call of a Task state, as a script sees it. */
export interface Call {
  readonly state: string;
  /** `lambda:invoke`, `dynamodb:putItem`, … */
  readonly action: string;
  /** Of a Lambda: the placeholder, without `${` and `}`. */
  readonly target: string | undefined;
  readonly parameters: JsonObject;
  readonly taskToken: string | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** 1 for the first call of this state, then counting. */
  readonly count: number;
}

/** Without an answer the call stays open until the state times out. */
export type Reply =
  /** `endedAt`: when, if the call itself took time. */
  | { readonly output: Json; readonly endedAt?: number }
  | { readonly error: string; readonly cause?: string }
  | 'silence'
  /** An activity that no worker takes: its own time doesn't begin. */
  | 'untaken';

export interface Run {
  readonly status: string;
  readonly output: Json | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** States in the order in which they were entered. */
  readonly states: readonly string[];
  /** `A → B` for every state that was left for another. */
  readonly transitions: readonly string[];
  readonly calls: readonly Call[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly history: readonly HistoryEvent[];
}

export interface RunOptions {
  readonly reply: (call: Call) => Reply | Promise<Reply>;
  /** Performs a Distributed Map: the machine's core only asks for it. */
  readonly mapRun?: (call: MapRunCall) => Promise<Json>;
  /** The machine's definition, where it isn't the file as it is: with what packaging adds, or the flow of a map. */
  readonly definition?: object;
  readonly startedAt?: number;
  readonly name?: string;
  /** Called with the time before every event, so that whatever the replies use sees the same clock. */
  readonly onTime?: (at: number) => void;
}

type Untimed<T> = T extends ExecutionEvent ? Omit<T, 'at' | 'seed'> : never;

export const NOON = 1_795_348_800_000;

const ACCOUNT = 'arn:aws:states:eu-central-1:123456789012';
const EXPRESS: readonly Machine[] = ['place-order', 'recover'];

/** Runs one of our definitions on the engine's core, with a clock that jumps to the next timer when nothing else is left to do. */
export async function runMachine(machineName: Machine, input: Json, options: RunOptions): Promise<Run> {
  const type = EXPRESS.includes(machineName) ? 'EXPRESS' : 'STANDARD';
  const machine = options.definition
    ? parsed(JSON.stringify(options.definition), type)
    : parsedMachine(machineName, type);
  const { startedAt = NOON, name = 'run' } = options;
  const execution = createExecution({
    executionArn: `${ACCOUNT}:execution:${machineName}:${name}`,
    name,
    input: JSON.stringify(input),
    startedAt,
    stateMachineArn: `${ACCOUNT}:stateMachine:${machineName}`,
    stateMachineName: machineName,
    roleArn: 'arn:aws:iam::123456789012:role/test',
    type,
  });
  const history: HistoryEvent[] = [];
  const calls: Call[] = [];
  const counts = new Map<string, number>();
  const timers = new Map<string, Extract<Command, { type: 'setTimer' }>>();
  const due: Untimed<ExecutionEvent>[] = [{ type: 'start' }];
  let now = startedAt;

  const perform = async (call: TaskCall): Promise<void> => {
    const state = execution.scopes[Number(call.key.split('.')[0])]?.state ?? '';
    const count = (counts.get(state) ?? 0) + 1;
    counts.set(state, count);
    const seen = toCall(call, state, count, now);
    calls.push(seen);
    const reply = await options.reply(seen);
    const isActivity = call.resource.type === 'activity';
    if (isActivity || (call.resource.type === 'optimized' && call.resource.pattern !== 'requestResponse')) {
      due.push({ type: 'submitted', key: call.key, output: isActivity ? null : {} });
    }
    if (reply === 'untaken') return;
    if (isActivity) due.push({ type: 'activityStarted', key: call.key, workerName: 'test' });
    if (reply === 'silence') return;
    if ('endedAt' in reply) now = Math.max(now, reply.endedAt ?? now);
    if ('output' in reply) due.push({ type: 'succeeded', key: call.key, output: shaped(seen, reply.output) });
    else due.push({ type: 'failed', key: call.key, error: reply.error, cause: reply.cause ?? '' });
  };

  const performMap = async (call: MapRunCall): Promise<void> => {
    if (!options.mapRun) throw new Error(`The scenario can't perform the map ${call.stateName}.`);
    due.push({
      type: 'mapRunStarted',
      key: call.key,
      mapRunArn: `${ACCOUNT}:mapRun:${machineName}/${call.stateName}:1`,
    });
    const result = await options.mapRun(call).then(
      (output) => ({ ok: true as const, output }),
      (error) => ({ ok: false as const, error: String(error.name), cause: String(error.message) }),
    );
    due.push({ type: 'mapRunEnded', key: call.key, result });
  };

  const obey = async (command: Command): Promise<void> => {
    if (command.type === 'call') await perform(command);
    else if (command.type === 'mapRun') await performMap(command);
    else if (command.type === 'setTimer') timers.set(`${command.key}/${command.timer}`, command);
    else if (command.type === 'clearTimer') timers.delete(`${command.key}/${command.timer}`);
  };

  for (let events = 0; execution.status === 'RUNNING'; events++) {
    if (events > 1_000) throw new Error(`${machineName} does not end: ${history.slice(-5).map((e) => e.type)}`);
    let event = due.shift();
    if (!event) {
      const [id, timer] = [...timers].sort(([, a], [, b]) => a.at - b.at)[0] ?? [];
      if (!id || !timer) throw new Error(`${machineName} waits for ever, after ${statesOf(history).at(-1)}`);
      timers.delete(id);
      now = Math.max(now, timer.at);
      event = { type: 'timer', key: timer.key, timer: timer.timer };
    }
    options.onTime?.(now);
    const advanced = advance(machine, execution, { ...event, at: now, seed: `${events}` } as ExecutionEvent);
    history.push(...eventsOf(advanced.history));
    for (const command of advanced.commands) await obey(command);
  }
  return {
    status: execution.status,
    output: execution.output === undefined ? undefined : JSON.parse(execution.output),
    error: execution.error,
    cause: execution.cause,
    states: statesOf(history),
    transitions: transitionsOf(history),
    calls,
    startedAt,
    endedAt: now,
    history,
  };
}

const parsedMachines = new Map<Machine, StateMachine>();

function parsedMachine(name: Machine, type: 'STANDARD' | 'EXPRESS'): StateMachine {
  const known = parsedMachines.get(name);
  if (known) return known;
  const machine = parsed(definitionText(name), type);
  parsedMachines.set(name, machine);
  return machine;
}

function parsed(text: string, type: 'STANDARD' | 'EXPRESS'): StateMachine {
  const { machine, problems } = parse(withActivities(text), { type });
  if (!machine) throw new Error(JSON.stringify(problems));
  return machine;
}

/** An activity's ARN is what tells it from a function: a placeholder won't do. */
const withActivities = (text: string): string => text.replaceAll(/\$\{(\w+Activity)\}/g, `${ACCOUNT}:activity:$1`);

function toCall({ resource, parameters, taskToken }: TaskCall, state: string, count: number, at: number): Call {
  const given = parameters as JsonObject;
  if (resource.type === 'activity') {
    return { state, action: 'activity', target: resource.arn, parameters: given, taskToken, at, count };
  }
  if (resource.type === 'sdk') {
    const action = `${resource.service}:${resource.action}`;
    return { state, action, target: undefined, parameters: given, taskToken, at, count };
  }
  if (resource.type !== 'optimized') throw new Error(`${state} calls ${resource.arn}`);
  const target = typeof given.FunctionName === 'string' ? given.FunctionName.slice(2, -1) : undefined;
  const action = `${resource.service}:${resource.action}`;
  return { state, action, target, parameters: given, taskToken, at, count };
}

/** A Lambda's result comes in an envelope; a callback's doesn't. */
const shaped = ({ action, taskToken }: Call, output: Json): Json =>
  action === 'lambda:invoke' && taskToken === undefined ? { Payload: output, StatusCode: 200 } : output;

const nameOf = (event: HistoryEvent | undefined, kind: 'stateEnteredEventDetails' | 'stateExitedEventDetails') =>
  event?.[kind]?.name as string | undefined;

const statesOf = (history: readonly HistoryEvent[]): readonly string[] =>
  history.flatMap((event) => nameOf(event, 'stateEnteredEventDetails') ?? []);

function transitionsOf(history: readonly HistoryEvent[]): readonly string[] {
  const byId = new Map(history.map((event) => [event.id, event]));
  return history.flatMap((event) => {
    const to = nameOf(event, 'stateEnteredEventDetails');
    const from = nameOf(byId.get(event.previousEventId), 'stateExitedEventDetails');
    return to && from ? [`${from} → ${to}`] : [];
  });
}
