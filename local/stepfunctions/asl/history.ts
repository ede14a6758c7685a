import type { JsonObject } from './json.ts';

/** An event as GetExecutionHistory returns it: `<type in lower camel case>EventDetails` beside the common members. */
export type HistoryEvent = {
  readonly id: number;
  readonly previousEventId: number;
  /** AWS's name: TaskStateEntered, LambdaFunctionScheduled, … */
  readonly type: string;
  /** Milliseconds since 1970; the API turns it into a Date. */
  readonly timestamp: number;
} & { readonly [details: `${string}EventDetails`]: JsonObject };
