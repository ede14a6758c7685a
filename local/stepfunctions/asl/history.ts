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
  if (type.endsWith('StateEntered')) return { id, previousEventId, type, timestamp, stateEnteredEventDetails: details };
  if (type.endsWith('StateExited')) return { id, previousEventId, type, timestamp, stateExitedEventDetails: details };
  return Object.assign({ id, previousEventId, type, timestamp }, { [detailsKey(type)]: details });
}

const detailsKey = (type: string): `${string}EventDetails` =>
  `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
