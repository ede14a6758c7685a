import type { Advanced } from '../asl/advance.ts';
import type { StateMachine } from '../asl/definition.ts';
import { type Execution, scopeOfKey } from '../asl/execution.ts';
import type { HistoryEvent } from '../asl/history.ts';
import type { AttemptKey, Command, ExecutionEvent } from '../asl/protocol.ts';
import { openCalls, timersOf, tokensOf } from './open-attempts.ts';
import { fromState, toState } from './snapshot.ts';
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
  /** What was decided and is not on its way to the store yet. */
  pending: Decision | undefined;
  /** How many commits of it are under way. Until they are over, the store has an older state than this. */
  committing: number;
  /** Whatever else needs it in memory: calls on their way. */
  readonly inFlight: Map<AttemptKey, unknown>;
}

/** What has become of an execution since it was last taken to the store, and what is to be done once it is there. */
export interface Decision extends ExecutionChange {
  started?: StoredExecution;
  status?: StoredExecution;
  history: HistoryEvent[];
  readonly tokens: Map<AttemptKey, StoredToken | null>;
  readonly timers: Map<string, StoredTimer | number | null>;
  readonly commands: Command[];
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
    committing: 0,
    inFlight: new Map(),
  };
}

/** An execution as the store has it. */
export function restoreActor(machine: StateMachine, description: StoredExecution, snapshot: StoredSnapshot): Actor {
  const actor = createActor(machine, description, fromState(description, snapshot.state));
  for (const key of tokensOf(actor.execution)) actor.tokens.add(key);
  if (snapshot.due) for (const { key } of openCalls(machine, actor.execution)) actor.due.add(key);
  return actor;
}

/** Whether it has to stay in memory. */
export const isBusy = ({ pending, committing, inFlight, durable, description }: Actor): boolean =>
  pending !== undefined || committing > 0 || inFlight.size > 0 || (!durable && description.status === 'RUNNING');

export function decisionOf(actor: Actor): Decision {
  actor.pending ??= { id: actor.description.id, history: [], tokens: new Map(), timers: new Map(), commands: [] };
  return actor.pending;
}

/** Takes over what one step of the core has brought. */
export function noteStep(actor: Actor, event: ExecutionEvent, step: Advanced, details: EventDetails): void {
  const decision = decisionOf(actor);
  // A step can have many thousands of events: nobody else needs its list any more.
  if (decision.history.length === 0) decision.history = step.history as HistoryEvent[];
  else for (const entry of step.history) decision.history.push(entry);
  for (const command of step.commands) {
    decision.commands.push(command);
    noteCommand(actor, decision, command);
  }
  if (event.type === 'timer') {
    const id = timerId(event.key, event.timer);
    // Unless the step has set or cleared it already.
    if (details.rangAt !== undefined && !decision.timers.has(id)) decision.timers.set(id, details.rangAt);
  } else if ('key' in event) noteAttempt(actor, decision, event, details.scheduledFor);
  noteStatus(actor);
}

/** The core has broken an invariant: this execution cannot go on. */
export function noteBreakdown(actor: Actor, error: Error, at: number): void {
  const { execution } = actor;
  const decision = decisionOf(actor);
  const cause = `The local engine failed: ${error.message}`;
  decision.history.push({
    id: ++execution.events,
    previousEventId: 0,
    type: 'ExecutionFailed',
    timestamp: at,
    executionFailedEventDetails: { error: 'States.Runtime', cause },
  });
  for (const key of actor.tokens) decision.tokens.set(key, null);
  for (const id of timersOf(execution)) decision.timers.set(id, null);
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
  const snapshot = description.status === 'SUCCEEDED' ? null : { state: toState(execution), due: due.size > 0 };
  return { ...decision, snapshot };
}

function noteCommand(actor: Actor, { tokens, timers }: Decision, command: Command): void {
  switch (command.type) {
    case 'call':
      actor.due.add(command.key);
      if (command.taskToken === undefined) break;
      actor.tokens.add(command.key);
      tokens.set(command.key, { taskToken: command.taskToken });
      break;
    case 'cancel':
      noteOver(actor, tokens, command.key);
      break;
    case 'setTimer': {
      const { key, timer, at } = command;
      timers.set(timerId(key, timer), { executionId: actor.description.id, key, timer, at });
      break;
    }
    case 'clearTimer':
      timers.set(timerId(command.key, command.timer), null);
      break;
    case 'mapRun':
      break;
  }
}

/** What an event says about the attempt it belongs to. */
function noteAttempt(
  actor: Actor,
  { tokens }: Decision,
  event: ExecutionEvent & { key: AttemptKey },
  activityArn: string | undefined,
): void {
  const { key } = event;
  const phase = scopeOfKey(actor.execution, key)?.phase;
  if (phase?.type !== 'calling') {
    noteOver(actor, tokens, key);
    return;
  }
  const { taskToken } = phase;
  if (taskToken === undefined) return;
  // From now on somebody else has to do something.
  if (event.type === 'submitted') actor.due.delete(key);
  if (event.type === 'submitted' && activityArn !== undefined) tokens.set(key, { taskToken, activityArn });
  if (event.type === 'activityStarted') tokens.set(key, { taskToken });
}

function noteOver(actor: Actor, tokens: Decision['tokens'], key: AttemptKey): void {
  actor.due.delete(key);
  if (actor.tokens.delete(key)) tokens.set(key, null);
}

function noteStatus(actor: Actor): void {
  const { execution, description } = actor;
  if (execution.status === description.status && execution.redriveCount === description.redriveCount) return;
  const { status, stoppedAt, output, error, cause, redriveCount, redrivenAt } = execution;
  actor.description = { ...description, status, stoppedAt, output, error, cause, redriveCount, redrivenAt };
  decisionOf(actor).status = actor.description;
}
