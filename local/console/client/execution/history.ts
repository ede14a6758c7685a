/** An event of GetExecutionHistory, with `…EventDetails` found. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly [details: string]: unknown;
}

export interface Details {
  readonly name?: string;
  readonly index?: number;
  readonly length?: number;
  readonly input?: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly resource?: string;
  readonly resourceType?: string;
  readonly parameters?: string;
  readonly mapRunArn?: string;
  readonly assignedVariables?: Readonly<Record<string, string>>;
}

export function detailsOf(event: HistoryEvent): Details {
  for (const name in event) if (name.endsWith('EventDetails')) return event[name] as Details;
  return {};
}
