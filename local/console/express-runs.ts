import type { HistoryEvent } from '../stepfunctions/asl/history.ts';
import type { ExecutionDescription } from '../stepfunctions/engine/ports.ts';

/** An Express execution with its history, which the engine itself forgets when it ends. */
export interface ExpressRun {
  readonly description: ExecutionDescription;
  readonly history: readonly HistoryEvent[];
}

export interface ExpressRuns {
  progressed(description: ExecutionDescription, history: readonly HistoryEvent[]): void;
  get(executionArn: string): ExpressRun | undefined;
  /** The newest first. */
  list(): readonly ExpressRun[];
}

/** More are not kept: a developer looks at what has just happened. */
const MOST_RUNS = 500;
const MOST_EVENTS = 2_000;

/** Remembers the latest Express executions, in memory. */
export function createExpressRuns(): ExpressRuns {
  const runs = new Map<string, { description: ExecutionDescription; history: HistoryEvent[] }>();
  return {
    progressed(description, history) {
      if (description.revision.type !== 'EXPRESS') return;
      const run = runs.get(description.executionArn) ?? { description, history: [] };
      run.description = description;
      if (run.history.length < MOST_EVENTS) run.history.push(...history);
      runs.set(description.executionArn, run);
      if (runs.size > MOST_RUNS) runs.delete(runs.keys().next().value!);
    },
    get: (executionArn) => runs.get(executionArn),
    list: () => [...runs.values()].reverse(),
  };
}
