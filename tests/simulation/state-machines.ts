import { advance } from '../../local/stepfunctions/asl/advance.ts';
import { createExecution, type Execution } from '../../local/stepfunctions/asl/execution.ts';
import { eventsOf } from '../../local/stepfunctions/asl/history.ts';
import type { Json } from '../../local/stepfunctions/asl/json.ts';
import type { Command, ExecutionEvent, TaskCall } from '../../local/stepfunctions/asl/protocol.ts';
import type { Machine } from '../asl/machines.ts';
import { type Agenda, cancel, type Due } from './agenda.ts';
import { ACCOUNT, type Definitions, executionArn, typeOf } from './definitions.ts';
import { brief, type Trace } from './trace.ts';

type Untimed<T> = T extends ExecutionEvent ? Omit<T, 'at' | 'seed'> : never;
export type Event = Untimed<ExecutionEvent>;

/** One execution among many. */
export interface Running {
  readonly machine: Machine;
  readonly name: string;
  readonly arn: string;
  readonly input: unknown;
  readonly execution: Execution;
  readonly timers: Map<string, Due>;
  /** Executions and activity tasks that end with the call that started them. */
  readonly cancels: Map<string, () => void>;
  readonly onEnd: ((ended: Running) => void)[];
}

export interface StateMachineParts {
  readonly seed: number;
  readonly agenda: Agenda;
  readonly trace: Trace;
  readonly definitions: Definitions;
  /** Performs a call of a Task state; answers with `deliver`. */
  readonly perform: (caller: Running, call: TaskCall, state: string) => void;
  /** Called with every execution that has ended. */
  readonly onEnd: (ended: Running) => void;
}

/** Step Functions as its callers see it: executions of the real definitions on the real core, all on one clock. */
export class StateMachines {
  readonly all = new Map<string, Running>();
  readonly #parts: StateMachineParts;
  /** Which attempt a task token stands for. */
  readonly #tokens = new Map<string, { readonly caller: Running; readonly key: string }>();
  #events = 0;

  constructor(parts: StateMachineParts) {
    this.#parts = parts;
  }

  find(machine: Machine, name: string): Running | undefined {
    return this.all.get(executionArn(machine, name));
  }

  /** @returns the execution; undefined if the name was used for another one, or for one that has ended */
  start(machine: Machine, name: string, input: unknown): Running | undefined {
    const { agenda } = this.#parts;
    const arn = executionArn(machine, name);
    const text = JSON.stringify(input);
    const before = this.all.get(arn);
    if (before) return before.execution.status === 'RUNNING' && before.execution.input === text ? before : undefined;
    const execution = createExecution({
      executionArn: arn,
      name,
      input: text,
      startedAt: agenda.now,
      stateMachineArn: `${ACCOUNT}:stateMachine:${machine}`,
      stateMachineName: machine,
      roleArn: 'arn:aws:iam::123456789012:role/simulated',
      type: typeOf(machine),
    });
    const started: Running = {
      ...{ machine, name, arn, execution },
      input: JSON.parse(text),
      timers: new Map(),
      cancels: new Map(),
      onEnd: [],
    };
    this.all.set(arn, started);
    agenda.in(1, () => this.deliver(started, { type: 'start' }));
    return started;
  }

  /** Also of one that has ended: then nothing changes. @returns false if there is none */
  stop(arn: string, error: string, cause: string): boolean {
    const running = this.all.get(arn);
    if (running) this.deliver(running, { type: 'stop', error, cause });
    return running !== undefined;
  }

  /** @returns false if nobody waits for this token any more */
  answer(taskToken: string, event: { type: 'succeeded'; output: Json } | { type: 'failed'; error: string }): boolean {
    const waiting = this.#tokens.get(taskToken);
    return waiting !== undefined && this.deliver(waiting.caller, { ...event, key: waiting.key });
  }

  /** Tells an execution that a worker took its task, or is still at it. @returns false if nobody waits any more */
  signal(taskToken: string, type: 'activityStarted' | 'heartbeat'): boolean {
    const waiting = this.#tokens.get(taskToken);
    return waiting !== undefined && this.deliver(waiting.caller, { type, key: waiting.key });
  }

  /** @returns false if the event came too late */
  deliver(to: Running, event: Event): boolean {
    const { agenda, trace, definitions, seed } = this.#parts;
    const { execution, machine, name } = to;
    if (execution.status !== 'RUNNING') return false;
    const timed = { ...event, at: agenda.now, seed: `${seed}/${this.#events++}` } as ExecutionEvent;
    const { history, commands, changed } = advance(definitions[machine], execution, timed);
    for (const entry of trace.isKept ? eventsOf(history) : []) {
      const entered = entry.stateEnteredEventDetails as { name: string } | undefined;
      if (entered) trace.say(`${machine} ${brief(name)}`, () => `“${entered.name}”`);
    }
    for (const command of commands) this.#obey(to, command);
    if (changed && (execution.status as string) !== 'RUNNING') this.#ended(to);
    return changed;
  }

  #obey(to: Running, command: Command): void {
    const { agenda, perform } = this.#parts;
    switch (command.type) {
      case 'call': {
        if (command.taskToken) this.#tokens.set(command.taskToken, { caller: to, key: command.key });
        const state = to.execution.scopes[Number(command.key.split('.')[0])]?.state ?? '';
        perform(to, command, state);
        return;
      }
      case 'setTimer': {
        const id = `${command.key}/${command.timer}`;
        cancel(to.timers.get(id));
        const { key, timer } = command;
        to.timers.set(
          id,
          agenda.at(command.at, () => void this.deliver(to, { type: 'timer', key, timer })),
        );
        return;
      }
      case 'clearTimer':
        cancel(to.timers.get(`${command.key}/${command.timer}`));
        return;
      case 'cancel':
        to.cancels.get(command.key)?.();
        return;
      default:
        throw new Error(`The simulation can't ${command.type}.`);
    }
  }

  #ended(running: Running): void {
    const { trace, onEnd } = this.#parts;
    const { machine, name, execution } = running;
    for (const timer of running.timers.values()) cancel(timer);
    trace.say(
      () => `${machine} ${brief(name)}`,
      () => `${execution.status} ${brief(execution.error ?? execution.output ?? '')}`,
    );
    for (const tell of running.onEnd) tell(running);
    onEnd(running);
  }
}
