/** A metric of one account and region: what it counts, and of what. */
export interface Metric {
  readonly account: string;
  readonly region: string;
  /** `AWS/Lambda`. */
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** As CloudWatch names them: `Count`, `Milliseconds`; absent: `None`. */
  readonly unit?: string;
}

/** What the services of this cloud tell CloudWatch. Never fails, and costs no write: values are gathered in memory first. */
export interface Metrics {
  /** @param at milliseconds since 1970; absent: now */
  record(metric: Metric, value: number, at?: number): void;
  /** Something that has a value all the time, such as the length of a queue. It holds until it is set again. */
  level(metric: Metric, value: number): void;
  /** The age of something that began at `since` (milliseconds since 1970), in seconds; undefined: there is nothing. */
  age(metric: Metric, since: number | undefined): void;
}

/** Where nobody looks at metrics. */
export const NO_METRICS: Metrics = { record() {}, level() {}, age() {} };
