import type { JsonObject } from './json.ts';

/** An event as GetExecutionHistory returns it: one `…EventDetails` member (or none) beside the common members. */
export type HistoryEvent = {
  readonly id: number;
  readonly previousEventId: number;
  /** AWS's name: TaskStateEntered, LambdaFunctionScheduled, … */
  readonly type: string;
  /** Milliseconds since 1970; the API turns it into a Date. */
  readonly timestamp: number;
} & { readonly [details: `${string}EventDetails`]: JsonObject };

/** Beside every input, output and set of assigned variables; nothing is ever shortened here. */
export const NOT_TRUNCATED: JsonObject = { truncated: false };

/**
 * New events of one execution, in order. They become objects only where somebody looks at them: a Map state has many thousands,
 * and most are never looked at. Plain data, to be written with `addEvent` and read with `eventsOf`.
 */
export interface History {
  /** The id of the first event; the others follow without gaps. */
  first: number;
  /** Pairs: from which event on (0 is the first), and its time in milliseconds since 1970. */
  readonly times: number[];
  /**
   * Four slots for each event: its type, the event before it, and its details: as an object, or in the shape of its type. All
   * lists but the last are full: one long list would be copied again and again while it grows.
   */
  readonly slots: Slot[][];
}

type Slot = string | number | JsonObject | undefined;

export const SLOTS = 4;

/** Slots in a full list. */
const FULL = 1024 * SLOTS;

export const newHistory = (): History => ({ first: 0, times: [], slots: [] });

export const countOf = ({ slots }: History): number =>
  slots.length === 0 ? 0 : ((slots.length - 1) * FULL + slots[slots.length - 1]!.length) / SLOTS;

/** Details that most events have: a name, and what came in, went out or is counted. */
interface Shape {
  readonly name?: 'name' | 'resource' | 'roleArn';
  readonly data: 'input' | 'output' | 'index';
}

/** @returns the shape that details of this type may have, if there is one */
export function shapeOf(type: string): Shape | undefined {
  if (type.endsWith('StateEntered')) return ENTERED_SHAPE;
  if (type.endsWith('StateExited')) return EXITED_SHAPE;
  return SHAPES[type];
}

const ENTERED_SHAPE: Shape = { name: 'name', data: 'input' };
const EXITED_SHAPE: Shape = { name: 'name', data: 'output' };
const ITERATION: Shape = { name: 'name', data: 'index' };
const SHAPES: Readonly<Record<string, Shape>> = {
  ExecutionStarted: { name: 'roleArn', data: 'input' },
  MapIterationStarted: ITERATION,
  MapIterationSucceeded: ITERATION,
  LambdaFunctionScheduled: { name: 'resource', data: 'input' },
  LambdaFunctionSucceeded: { data: 'output' },
  ExecutionSucceeded: { data: 'output' },
};

/**
 * Appends an event.
 * @param details all of them; or the name (empty if its type has none) that goes with `data`
 */
export function addEvent(
  history: History,
  at: number,
  id: number,
  type: string,
  previousEventId: number,
  details?: JsonObject | string,
  data?: string | number,
): void {
  const { times, slots } = history;
  if (slots.length === 0) history.first = id;
  let last = slots[slots.length - 1];
  if (!last || last.length === FULL) {
    last = [];
    slots.push(last);
  }
  if (times[times.length - 1] !== at) times.push(id - history.first, at);
  last.push(type, previousEventId, details, data);
}

/** Appends to `history` what happened after it. */
export function append(history: History, later: History): void {
  forEachEvent(later, (id, at, ...event) => addEvent(history, at, id, ...event));
}

/** @param visit gets each event as `addEvent` got it */
function forEachEvent(
  { first, times, slots }: History,
  visit: (
    id: number,
    at: number,
    type: string,
    previousEventId: number,
    details: JsonObject | string | undefined,
    data: string | number | undefined,
  ) => void,
): void {
  let change = 0;
  let at = 0;
  let index = 0;
  for (const list of slots) {
    for (let i = 0; i < list.length; i += SLOTS, index++) {
      if (times[change] === index) {
        at = times[change + 1] as number;
        change += 2;
      }
      visit(
        first + index,
        at,
        list[i] as string,
        list[i + 1] as number,
        list[i + 2] as JsonObject | string | undefined,
        list[i + 3] as string | number | undefined,
      );
    }
  }
}

/** The events as objects: those whose ids are at least `from` and below `to`. */
export function eventsOf(history: History, from = 0, to = Number.POSITIVE_INFINITY): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  forEachEvent(history, (id, timestamp, type, previousEventId, details, data) => {
    if (id < from || id >= to) return;
    const event: HistoryEvent = { id, previousEventId, type, timestamp };
    const full = typeof details === 'string' ? inShape(type, details, data) : details;
    events.push(full ? Object.assign(event, { [detailsKeyOf(type)]: full }) : event);
  });
  return events;
}

/** The details of an event whose type has a shape. */
export function inShape(type: string, name: string, data: string | number | undefined): JsonObject {
  const shape = shapeOf(type);
  if (!shape || data === undefined) throw new Error(`${type} has details of its own`);
  return {
    ...(shape.name && { [shape.name]: name }),
    [shape.data]: data,
    ...(shape.data !== 'index' && { [`${shape.data}Details`]: NOT_TRUNCATED }),
  };
}

type DetailsKey = `${string}EventDetails`;

/** The member that holds the details of events of this type. */
export const detailsKeyOf = (type: string): DetailsKey => detailsKeys.get(type) ?? rememberDetailsKey(type);

const detailsKeys = new Map<string, DetailsKey>();

function rememberDetailsKey(type: string): DetailsKey {
  const key = detailsKey(type);
  detailsKeys.set(type, key);
  return key;
}

/** States of all types share two: `stateEnteredEventDetails` and `stateExitedEventDetails`. */
const detailsKey = (type: string): DetailsKey =>
  type.endsWith('StateEntered')
    ? 'stateEnteredEventDetails'
    : type.endsWith('StateExited')
      ? 'stateExitedEventDetails'
      : `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;

const TYPES = ['Pass', 'Task', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'] as const;

/** The names of the two events that every state has, not put together anew each time. */
export const ENTERED = Object.fromEntries(TYPES.map((type) => [type, `${type}StateEntered`])) as Record<
  StateType,
  string
>;
export const EXITED = Object.fromEntries(TYPES.map((type) => [type, `${type}StateExited`])) as Record<
  StateType,
  string
>;

type StateType = (typeof TYPES)[number];
