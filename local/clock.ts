/** The one source of time. Milliseconds since 1970. Nothing else in the local cloud asks the machine what time it is. */
export interface Clock {
  now(): number;
  /** Calls `callback` once, as soon as the time is `at` or later. @returns a function that cancels it */
  at(at: number, callback: () => void, options?: TimerOptions): () => void;
  /** When the earliest pending callback is due, not counting those in the background. */
  nextTimer(): number | undefined;
  /** Pending callbacks with a purpose, earliest first. */
  purposeful(): readonly PurposefulTimer[];
  /** Where it is being moved to in one go, while it is; undefined: time passes by itself. */
  heading(): number | undefined;
}

/** What a timer is for, told to whoever looks at what comes next. */
export interface TimerPurpose {
  readonly kind: 'schedule' | 'rule' | 'delivery' | 'invocation';
  /** Of the schedule or rule, or the ARN of what is called. */
  readonly name: string;
}

export interface PurposefulTimer {
  readonly at: number;
  readonly purpose: TimerPurpose;
  readonly background: boolean;
}

export interface TimerOptions {
  readonly purpose?: TimerPurpose;
  /** Nobody waits for this: a reminder to look again. Whoever skips to the next timer means another. */
  readonly background?: boolean;
  /**
   * The end of a long poll: in the background, and when time is skipped it comes at the end of the skip. Who polls sits outside
   * and counts its own time; it would ask again for every minute of a year that is skipped.
   */
  readonly longPoll?: boolean;
}

/** A clock that can be moved forward: by a test, or from the console to skip a wait. Never backward. */
export interface AdjustableClock extends Clock {
  /** Moves to `at`, running due callbacks in order of their times; each sees `now()` at its own time. */
  advanceTo(at: number): Promise<void>;
}
