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
 * @param type AWS's name of the event; it determines the name of the member that holds `details`
 * @param details absent for types that have none
 */
export function historyEvent(
  id: number,
  previousEventId: number,
  type: string,
  timestamp: number,
  details: JsonObject | undefined,
): HistoryEvent {
  if (!details) return { id, previousEventId, type, timestamp };
  const key = detailsKeyOf(type);
  // Objects whose members are known beforehand are made several times faster, and most events are these.
  if (key === 'stateEnteredEventDetails')
    return { id, previousEventId, type, timestamp, stateEnteredEventDetails: details };
  if (key === 'stateExitedEventDetails')
    return { id, previousEventId, type, timestamp, stateExitedEventDetails: details };
  return { id, previousEventId, type, timestamp, [key]: details } as HistoryEvent;
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
