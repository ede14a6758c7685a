import { type Failings, whatFailed } from './failings.ts';
import { type Details, detailsOf, type HistoryEvent } from './history.ts';

// From a history, which is a list of events, to what a person asks of it: which states were visited, in which branch or
// iteration, how often each was tried, what it failed with.

export type VisitStatus =
  | 'running'
  | 'waiting'
  | 'retrying'
  | 'succeeded'
  | 'caught'
  | 'failed'
  | 'timed-out'
  | 'aborted';

/** A line of control: the machine itself, a branch, or an iteration. */
export interface Scope {
  /** Absent: the machine itself. */
  readonly parent?: Visit;
  /** Of a Map's iteration, counted from 0. */
  readonly iteration?: number;
  /** Of a Parallel: the event that entered its first state tells branches apart. */
  readonly first: number;
}

export interface Attempt {
  readonly event: number;
  readonly at: number;
  endedAt?: number;
  error?: string;
  cause?: string;
}

export interface Iteration {
  readonly index: number;
  readonly startedAt: number;
  endedAt?: number;
  status: VisitStatus;
}

/** One stay in one state. */
export interface Visit {
  /** The event that entered it. */
  readonly id: number;
  readonly state: string;
  readonly type: string;
  readonly scope: Scope;
  readonly enteredAt: number;
  exitEvent?: number;
  leftAt?: number;
  status: VisitStatus;
  readonly attempts: Attempt[];
  readonly iterations: Iteration[];
  /** The state of the same scope before it. */
  readonly before?: Visit;
  /** Ids of its own events. */
  readonly events: number[];
  /** Executions that it started. */
  childArn?: string;
  mapRunArn?: string;
}

export interface Story {
  readonly visits: readonly Visit[];
  /** The visit that an event belongs to, by the event's id. */
  readonly owners: ReadonlyMap<number, Visit>;
}

/** What the engine says of a running execution beside its history. */
export interface OpenScope {
  readonly enteredEvent: number;
  readonly phase: string;
  readonly taskToken?: string;
  readonly isSubmitted?: boolean;
}

const BEGINS_ATTEMPT =
  /^(?:LambdaFunctionScheduled|TaskScheduled|ActivityScheduled|ParallelStateStarted|MapStateStarted)$/;
const ENDS_ATTEMPT_BADLY =
  /^(?:LambdaFunction|Task|Activity)(?:Failed|TimedOut|ScheduleFailed|StartFailed|SubmitFailed)$|^(?:ParallelState|MapState|MapRun)Failed$|^EvaluationFailed$/;
const ENDS_ATTEMPT_WELL = /^(?:LambdaFunction|Task|Activity)Succeeded$|^(?:ParallelState|MapState|MapRun)Succeeded$/;
const OF_CONTAINER =
  /^(Parallel|Map)State(?:Succeeded|Failed|Aborted)$|^(Map)(?:Iteration|Run)(?:Started|Succeeded|Failed|Aborted)$/;

/** @param events all of them, in order. @param open what the engine says of a running execution */
export function tellStory(
  events: readonly HistoryEvent[],
  open: readonly OpenScope[] = [],
  failings: Failings = new Map(),
): Story {
  const owners = new Map<number, Visit>();
  const visits: Visit[] = [];
  const iterationsStarted = new Map<number, number>();
  for (const event of events) {
    const details = detailsOf(event);
    const previous = owners.get(event.previousEventId);
    if (event.type.endsWith('StateEntered')) {
      const visit = enter(event, details, previous, iterationsStarted.get(event.previousEventId));
      visits.push(visit);
      owners.set(event.id, visit);
    } else if (event.type.startsWith('Execution')) {
      end(event, details, previous, visits);
    } else {
      const visit = ownerOf(event, details, previous);
      if (!visit) continue;
      if (event.type === 'MapIterationStarted') iterationsStarted.set(event.id, details.index ?? 0);
      owners.set(event.id, visit);
      visit.events.push(event.id);
      note(visit, event, whatFailed(event, details, previous, failings), visits);
    }
  }
  for (const visit of visits) settle(visit, open);
  return { visits, owners };
}

function enter(
  event: HistoryEvent,
  details: Details,
  previous: Visit | undefined,
  iteration: number | undefined,
): Visit {
  const isInside = previous !== undefined && previous.leftAt === undefined;
  const scope: Scope = isInside
    ? { parent: previous, first: event.id, ...(iteration !== undefined && { iteration }) }
    : (previous?.scope ?? { first: event.id });
  return {
    id: event.id,
    state: details.name ?? '',
    type: event.type.slice(0, -'StateEntered'.length),
    scope,
    enteredAt: event.timestamp,
    status: 'running',
    attempts: [],
    iterations: [],
    ...(previous && !isInside && { before: previous }),
    events: [event.id],
  };
}

/** What ends a container, or starts its next iteration, refers to the last event inside of it. */
function ownerOf(event: HistoryEvent, details: Details, previous: Visit | undefined): Visit | undefined {
  const [, state, iteration] = OF_CONTAINER.exec(event.type) ?? [];
  const type = state ?? iteration;
  const isExit = event.type.endsWith('StateExited');
  if (type === undefined && !isExit) return previous;
  for (let visit = previous; visit; visit = visit.scope.parent) {
    if (visit.leftAt !== undefined) continue;
    if (isExit ? visit.state === details.name : visit.type === type) return visit;
  }
  return previous;
}

function note(visit: Visit, event: HistoryEvent, details: Details, visits: readonly Visit[]): void {
  const { type, timestamp } = event;
  if (type.endsWith('StateExited')) {
    visit.leftAt = timestamp;
    visit.exitEvent = event.id;
    if (visit.type === 'Parallel' || visit.type === 'Map') abortInside(visit, timestamp, visits);
  } else if (BEGINS_ATTEMPT.test(type)) {
    if (visit.attempts.length > 0) abortInside(visit, timestamp, visits);
    visit.attempts.push({ event: event.id, at: timestamp });
    visit.iterations.length = 0;
  } else if (ENDS_ATTEMPT_BADLY.test(type)) noteFailure(visit, event, details);
  else if (ENDS_ATTEMPT_WELL.test(type)) endAttempt(visit, timestamp);
  else if (type.startsWith('MapIteration')) noteIteration(visit, type, details.index ?? 0, timestamp);
  if (details.mapRunArn !== undefined) visit.mapRunArn = details.mapRunArn;
  if (type === 'TaskSubmitted' || type === 'TaskSucceeded') visit.childArn ??= childArnIn(details);
}

function noteFailure(visit: Visit, event: HistoryEvent, { error, cause }: Details): void {
  const last = visit.attempts.at(-1);
  const fresh = !last || last.error !== undefined ? { event: event.id, at: event.timestamp } : undefined;
  if (fresh) visit.attempts.push(fresh);
  const attempt = visit.attempts.at(-1)!;
  attempt.endedAt = event.timestamp;
  attempt.error = error ?? 'failed';
  if (cause !== undefined) attempt.cause = cause;
}

function endAttempt(visit: Visit, at: number): void {
  const attempt = visit.attempts.at(-1);
  if (attempt) attempt.endedAt ??= at;
}

const ITERATION_STATUS: Readonly<Record<string, VisitStatus>> = {
  MapIterationStarted: 'running',
  MapIterationSucceeded: 'succeeded',
  MapIterationFailed: 'failed',
  MapIterationAborted: 'aborted',
};

function noteIteration(visit: Visit, type: string, index: number, at: number): void {
  const status = ITERATION_STATUS[type] ?? 'running';
  const usual = visit.iterations[index];
  const known = usual?.index === index ? usual : visit.iterations.find((iteration) => iteration.index === index);
  if (!known) visit.iterations.push({ index, startedAt: at, status, ...(status !== 'running' && { endedAt: at }) });
  else {
    known.status = status;
    if (status !== 'running') known.endedAt = at;
  }
}

function childArnIn({ resourceType, output }: Details): string | undefined {
  if (resourceType !== 'states') return undefined;
  return /"ExecutionArn":\s*"(arn:[^"]+)"/.exec(output ?? '')?.[1];
}

/** Whatever was open inside of a container that is over was aborted, unless it is what failed. */
function abortInside(container: Visit, at: number, visits: readonly Visit[]): void {
  for (const visit of visits) {
    if (visit.leftAt !== undefined || visit.scope.parent !== container) continue;
    abortInside(visit, at, visits);
    visit.leftAt = at;
    visit.status = hasJustFailed(visit) || visit.type === 'Fail' ? 'failed' : 'aborted';
  }
}

const hasJustFailed = (visit: Visit): boolean => visit.attempts.at(-1)?.error !== undefined;

function end(event: HistoryEvent, { error, cause }: Details, previous: Visit | undefined, visits: Visit[]): void {
  if (event.type === 'ExecutionRedriven') {
    for (const visit of visits) reopen(visit);
    return;
  }
  const rest = REST[event.type];
  if (!rest) return;
  if (event.type === 'ExecutionFailed') {
    const failed = previous ?? visits.findLast((visit) => visit.leftAt === undefined);
    if (failed && failed.type !== 'Fail' && failed.leftAt === undefined && !hasJustFailed(failed)) {
      failed.attempts.push({
        event: event.id,
        at: event.timestamp,
        endedAt: event.timestamp,
        error: error ?? 'failed',
        ...(cause && { cause }),
      });
    }
    for (let visit = failed; visit; visit = visit.scope.parent) close(visit, 'failed', event.timestamp);
  }
  for (const visit of visits)
    close(visit, hasJustFailed(visit) && rest === 'aborted' ? 'failed' : rest, event.timestamp);
}

const REST: Readonly<Record<string, VisitStatus>> = {
  ExecutionFailed: 'aborted',
  ExecutionAborted: 'aborted',
  ExecutionTimedOut: 'timed-out',
};

function close(visit: Visit, status: VisitStatus, at: number): void {
  if (visit.leftAt !== undefined) return;
  visit.leftAt = at;
  visit.status = status;
}

/** A redrive goes on in the states that were not left. */
function reopen(visit: Visit): void {
  if (visit.exitEvent !== undefined || visit.leftAt === undefined) return;
  visit.leftAt = undefined;
  visit.status = 'running';
}

function settle(visit: Visit, open: readonly OpenScope[]): void {
  if (visit.exitEvent !== undefined) {
    visit.status = hasJustFailed(visit) ? 'caught' : 'succeeded';
    return;
  }
  if (visit.leftAt !== undefined) return;
  const scope = open.find(({ enteredEvent }) => enteredEvent === visit.id);
  if (scope?.phase === 'backingOff' || (!scope && hasJustFailed(visit))) visit.status = 'retrying';
  else if (visit.type === 'Wait' || (scope?.taskToken !== undefined && scope.isSubmitted)) visit.status = 'waiting';
  else if (visit.childArn !== undefined) visit.status = 'waiting';
}

/** The variables that a visit saw when it was entered: those of its own scope and of the scopes around it, as JSON texts. */
export function variablesOf(visit: Visit, story: Story, events: readonly HistoryEvent[]): Record<string, string> {
  const outer = visit.scope.parent ? variablesOf(visit.scope.parent, story, events) : {};
  const own: Record<string, string>[] = [];
  for (let each = visit.before; each; each = each.before) {
    const exit = each.exitEvent === undefined ? undefined : events[each.exitEvent - 1];
    const assigned = exit && detailsOf(exit).assignedVariables;
    if (assigned) own.push(assigned);
  }
  return Object.assign(outer, ...own.reverse());
}
