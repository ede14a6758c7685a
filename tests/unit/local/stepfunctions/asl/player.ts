import { advance } from '../../../../../local/stepfunctions/asl/advance.ts';
import type { StateMachine } from '../../../../../local/stepfunctions/asl/definition.ts';
import { createExecution, type Execution } from '../../../../../local/stepfunctions/asl/execution.ts';
import { eventsOf, type HistoryEvent } from '../../../../../local/stepfunctions/asl/history.ts';
import type { Json, JsonObject } from '../../../../../local/stepfunctions/asl/json.ts';
import { parse } from '../../../../../local/stepfunctions/asl/parse.ts';
import type { Command, ExecutionEvent, TaskCall, TimerKind } from '../../../../../local/stepfunctions/asl/protocol.ts';

type Timer = Extract<Command, { type: 'setTimer' }>;
type Unstamped<T> = T extends unknown ? Omit<T, 'at' | 'seed'> : never;

/** Plays the engine's part for one execution, by hand: time stands still unless it is moved. */
export class Player {
  execution: Execution;
  readonly machine: StateMachine;
  readonly history: HistoryEvent[] = [];
  /** Calls and map runs that nobody has answered or cancelled. */
  readonly calls: Extract<Command, { type: 'call' | 'mapRun' }>[] = [];
  readonly cancelled: string[] = [];
  timers: Timer[] = [];
  at = Date.UTC(2026, 0, 1);
  /** True: the snapshot goes through JSON before each event. */
  readonly reload: boolean;
  #events = 0;

  constructor(definition: object, options: { input?: Json; type?: 'STANDARD' | 'EXPRESS'; reload?: boolean } = {}) {
    const { input = {}, type = 'STANDARD', reload = false } = options;
    const { machine, problems } = parse(JSON.stringify(definition), { type });
    if (!machine) throw new Error(JSON.stringify(problems));
    this.machine = machine;
    this.reload = reload;
    this.execution = createExecution({
      executionArn: 'arn:aws:states:us-east-1:123456789012:execution:machine:run',
      name: 'run',
      input: JSON.stringify(input),
      startedAt: this.at,
      stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:machine',
      stateMachineName: 'machine',
      roleArn: 'arn:aws:iam::123456789012:role/machine',
      type,
    });
  }

  /** Delivers one event. @returns whether it changed anything */
  send(event: Unstamped<ExecutionEvent>): boolean {
    if (this.reload) this.execution = JSON.parse(JSON.stringify(this.execution));
    const seed = String(++this.#events).padStart(64, '0');
    const stamped = { at: this.at, seed, ...event } as ExecutionEvent;
    const { history, commands, changed } = advance(this.machine, this.execution, stamped);
    this.history.push(...eventsOf(history));
    for (const command of commands) this.#obey(command);
    return changed;
  }

  #obey(command: Command): void {
    switch (command.type) {
      case 'call':
      case 'mapRun':
        this.calls.push(command);
        break;
      case 'cancel':
        this.cancelled.push(command.key);
        this.calls.splice(0, Infinity, ...this.calls.filter(({ key }) => key !== command.key));
        break;
      case 'setTimer':
      case 'clearTimer':
        this.timers = this.timers.filter(({ key, timer }) => key !== command.key || timer !== command.timer);
        if (command.type === 'setTimer') this.timers.push(command);
    }
  }

  start(): this {
    this.send({ type: 'start' });
    return this;
  }

  /** The oldest unanswered call of a task. */
  get call(): TaskCall {
    const [call] = this.calls;
    if (call?.type !== 'call') throw new Error('Nothing was called');
    return call;
  }

  succeed(output: Json): this {
    this.send({ type: 'succeeded', key: this.#take().key, output });
    return this;
  }

  fail(error: string, cause = 'because'): this {
    this.send({ type: 'failed', key: this.#take().key, error, cause });
    return this;
  }

  #take(): { key: string } {
    const call = this.calls.shift();
    if (!call) throw new Error('Nothing was called');
    return call;
  }

  /** Moves on to the next timer. @returns the seconds that went by, and what the timer is for */
  skip(): { seconds: number; timer: TimerKind } {
    const next = this.timers.toSorted((a, b) => a.at - b.at)[0];
    if (!next) throw new Error('No timer is set');
    this.timers = this.timers.filter((timer) => timer !== next);
    const seconds = (next.at - this.at) / 1000;
    this.at = next.at;
    this.send({ type: 'timer', key: next.key, timer: next.timer });
    return { seconds, timer: next.timer };
  }

  /** The history in short: `id<previousEventId type`. */
  get trace(): string[] {
    return this.history.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`);
  }

  get types(): string[] {
    return this.history.map(({ type }) => type);
  }

  /** The details of the newest event of a type. */
  details(type: string): JsonObject {
    const event = this.history.findLast((candidate) => candidate.type === type);
    if (!event) throw new Error(`There is no ${type}`);
    const [, details] = Object.entries(event).find(([key]) => key.endsWith('EventDetails')) ?? [];
    return (details ?? {}) as JsonObject;
  }

  get output(): Json {
    if (this.execution.output === undefined) throw new Error(`${this.execution.status}: ${this.execution.cause}`);
    return JSON.parse(this.execution.output);
  }
}

export const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:f';

/** A state machine of one Task state named Work, followed by Done if it says so. */
export const oneTask = (fields: object): object =>
  withDone('Work', { Type: 'Task', Resource: FUNCTION, End: true, ...fields });

/** A state machine of one state, and a state Done if that one goes there. */
export const withDone = (name: string, state: object): object => ({
  StartAt: name,
  States: { [name]: state, ...(JSON.stringify(state).includes('"Done"') && { Done: { Type: 'Pass', End: true } }) },
});
