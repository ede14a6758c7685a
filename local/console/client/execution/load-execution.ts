import { ask } from '../lib/api.ts';
import type { HistoryEvent } from './history.ts';
import type { OpenScope } from './visits.ts';

export interface ExecutionRow {
  readonly executionArn: string;
  readonly name: string;
  readonly machine: string;
  readonly stateMachineArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly status: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly stoppedAt: number | null;
  readonly redriveCount: number;
  readonly mapRunArn: string | null;
}

export interface OpenState extends OpenScope {
  readonly state: string;
  readonly since: number;
  readonly retries: number;
  readonly until?: number;
  readonly timeoutAt?: number;
  readonly heartbeatAt?: number;
}

export interface MapRun {
  readonly mapRunArn: string;
  readonly status: string;
  readonly maxConcurrency: number;
  readonly startedAt: number;
  readonly itemCounts: MapRunCounts;
  readonly executionCounts: MapRunCounts;
}

export interface MapRunCounts {
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly total: number;
}

export interface Execution extends ExecutionRow {
  readonly input: string;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly redrivenAt: number | null;
  readonly definition: string;
  readonly mapState: readonly (string | number)[] | null;
  readonly versionArn: string | null;
  readonly aliasArn: string | null;
  readonly parentArn: string | null;
  readonly now: number;
  readonly open: readonly OpenState[];
  readonly mapRuns: readonly MapRun[];
}

export interface Loaded {
  readonly execution: Execution;
  readonly events: readonly HistoryEvent[];
}

interface Page {
  readonly events: readonly HistoryEvent[];
  readonly next: number | null;
}

/** The execution as it is, with what is new of its history added to what was loaded before. */
export async function loadExecution(arn: string, before: readonly HistoryEvent[] = []): Promise<Loaded> {
  const events = [...before];
  let next: number | null = events.length + 1;
  while (next !== null) {
    const page: Page = await ask<Page>('history', { arn, from: next });
    events.push(...page.events);
    next = page.next;
  }
  // Last, so that what it says is not older than the history.
  return { execution: await ask<Execution>('execution', { arn }), events };
}

export const loadEvent = (arn: string, id: number): Promise<HistoryEvent> => ask<HistoryEvent>('event', { arn, id });
