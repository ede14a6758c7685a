import type { Advanced } from '../asl/advance.ts';
import type { StateMachine } from '../asl/definition.ts';
import { type Execution, isAnsweredByOthers, scopeOfKey } from '../asl/execution.ts';
import { addEvent, append, countOf, type History, newHistory } from '../asl/history.ts';
import type { AttemptKey, Command, ExecutionEvent } from '../asl/protocol.ts';
import { openCalls, timersOf, tokensOf } from './open-attempts.ts';
import {
  type ExecutionChange,
  type StoredExecution,
  type StoredSnapshot,
  type StoredTimer,
  type StoredToken,
  timerId,
} from './store/store.ts';

/** An execution in memory: while something happens to it, and while a call of it is on its way. */
export interface Actor {
  readonly machine: StateMachine;
  /** Whether the store knows it: STANDARD. */
  readonly durable: boolean;
  description: StoredExecution;
  execution: Execution;
  /** Attempts whose call is to be made, or whose job is to be followed. */
  readonly due: Set<AttemptKey>;
  /** Attempts that have a task token. */
  readonly tokens: Set<AttemptKey>;
  /** What was decided and is not in the store yet. */
  pending: Decision | undefined;
  /** Whatever else needs it in memory: calls on their way. */
  readonly inFlight: Map<AttemptKey, unknown>;
}

/** What has become of an execution since it was last taken to the store, and what is to be done once it is there. */
export interface Decision extends ExecutionChange {
  started: StoredExecution | undefined;
  isNameDrawn: boolean;
  status: StoredExecution | undefined;
  history: History | undefined;
  tokens: Map<AttemptKey, StoredToken | null> | undefined;
  timers: Map<string, StoredTimer | number | null> | undefined;
  commands: Command[] | undefined;
}

/** What the engine knows about an event, and the core need not. */
export interface EventDetails {
  /** Of a timer: when it was due. */
  readonly rangAt?: number;
  /** Of an activity's `submitted`: the activity. */
  readonly scheduledFor?: string;
}

export function createActor(machine: StateMachine, description: StoredExecution, execution: Execution): Actor {
  return {
    machine,
    durable: description.revision.type === 'STANDARD',
    description,
    execution,
    due: new Set(),
    tokens: new Set(),
    pending: undefined,
    inFlight: new Map(),
  };
}

/** An execution as the store has it. */
export function restoreActor(machine: StateMachine, description: StoredExecution, snapshot: StoredSnapshot): Actor {
  const actor = createActor(machine, description, snapshot.execution);
  for (const key of tokensOf(actor.execution)) actor.tokens.add(key);
  if (snapshot.due) for (const { key } of openCalls(machine, actor.execution)) actor.due.add(key);
  return actor;
}

/** Whether it has to stay in memory. */
export const isBusy = ({ pending, inFlight, durable, description }: Actor): boolean =>
  pending !== undefined || inFlight.size > 0 || (!durable && description.status === 'RUNNING');

export function decisionOf(actor: Actor): Decision {
  actor.pending ??= {
    id: actor.description.id,
    started: undefined,
    isNameDrawn: false,
    status: undefined,
    history: undefined,
    tokens: undefined,
    timers: undefined,
    commands: undefined,
  };
  return actor.pending;
}

/** Takes over what one step of the core has brought. */
export function noteStep(actor: Actor, event: ExecutionEvent, step: Advanced, details: EventDetails): void {
  const decision = decisionOf(actor);
  // Nobody else needs the lists of the step any more.
  if (!decision.history) decision.history = step.history;
  else append(decision.history, step.history);
  for (const command of step.commands) noteCommand(actor, decision, command);
  if (!decision.commands) decision.commands = step.commands;
  else for (const command of step.commands) decision.commands.push(command);
  if (event.type === 'timer') {
    const id = timerId(event.key, event.timer);
    // Unless the step has set or cleared it already.
    if (details.rangAt !== undefined && !decision.timers?.has(id)) setTimer(decision, id, details.rangAt);
  } else if ('key' in event) noteAttempt(actor, decision, event, details.scheduledFor);
  noteStatus(actor);
}

/**
 * The core has broken an invariant: this execution cannot go on.
 * @param events how many it had before the step that broke down, whose own are lost
 */
export function noteBreakdown(actor: Actor, error: Error, at: number, events: number): void {
  const { execution } = actor;
  const decision = decisionOf(actor);
  const cause = `The local engine failed: ${error.message}`;
  decision.history ??= newHistory();
  // Ids have no gaps.
  const count = countOf(decision.history);
  execution.events = 1 + (count > 0 ? decision.history.first + count - 1 : events);
  addEvent(decision.history, at, execution.events, 'ExecutionFailed', 0, { error: 'States.Runtime', cause });
  for (const key of actor.tokens) setToken(decision, key, null);
  for (const id of timersOf(execution)) setTimer(decision, id, null);
  actor.due.clear();
  Object.assign(execution, { status: 'FAILED', error: 'States.Runtime', cause, stoppedAt: at, scopes: {} });
  noteStatus(actor);
}

/** Takes what was decided away from the actor, to commit it. */
export function takeDecision(actor: Actor): Decision {
  const decision = decisionOf(actor);
  actor.pending = undefined;
  return decision;
}

/** With the state as it is now: a store reads it at once. */
export function toChange({ description, execution, due }: Actor, decision: Decision): ExecutionChange {
  const snapshot = description.status === 'SUCCEEDED' ? null : { execution, due: due.size > 0 };
  return { ...decision, snapshot };
}

function setToken(decision: Decision, key: AttemptKey, token: StoredToken | null): void {
  decision.tokens ??= new Map();
  decision.tokens.set(key, token);
}

function setTimer(decision: Decision, id: string, timer: StoredTimer | number | null): void {
  decision.timers ??= new Map();
  decision.timers.set(id, timer);
}

function noteCommand(actor: Actor, decision: Decision, command: Command): void {
  switch (command.type) {
    case 'call':
      actor.due.add(command.key);
      if (command.taskToken === undefined) break;
      actor.tokens.add(command.key);
      setToken(decision, command.key, { taskToken: command.taskToken });
      break;
    case 'cancel':
      noteOver(actor, decision, command.key);
      break;
    case 'setTimer': {
      const { key, timer, at } = command;
      setTimer(decision, timerId(key, timer), { executionId: actor.description.id, key, timer, at });
      break;
    }
    case 'clearTimer':
      setTimer(decision, timerId(command.key, command.timer), null);
      break;
    case 'mapRun':
      break;
  }
}

/** What an event says about the attempt it belongs to. */
function noteAttempt(
  actor: Actor,
  decision: Decision,
  event: ExecutionEvent & { key: AttemptKey },
  activityArn: string | undefined,
): void {
  const { key } = event;
  const phase = scopeOfKey(actor.execution, key)?.phase;
  if (phase?.type !== 'calling') {
    noteOver(actor, decision, key);
    return;
  }
  const { taskToken } = phase;
  if (taskToken === undefined) return;
  if (event.type === 'submitted' && isAnsweredByOthers(phase)) actor.due.delete(key);
  if (event.type === 'submitted' && activityArn !== undefined) setToken(decision, key, { taskToken, activityArn });
  if (event.type === 'activityStarted') setToken(decision, key, { taskToken });
}

function noteOver(actor: Actor, decision: Decision, key: AttemptKey): void {
  actor.due.delete(key);
  if (actor.tokens.delete(key)) setToken(decision, key, null);
}

function noteStatus(actor: Actor): void {
  const { execution, description } = actor;
  if (execution.status === description.status && execution.redriveCount === description.redriveCount) return;
  const { status, stoppedAt, output, error, cause, redriveCount, redrivenAt } = execution;
  actor.description = { ...description, status, stoppedAt, output, error, cause, redriveCount, redrivenAt };
  decisionOf(actor).status = actor.description;
}
