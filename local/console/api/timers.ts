import type { Execution } from '../../stepfunctions/asl/execution.ts';
import { scopeOfKey } from '../../stepfunctions/asl/execution.ts';
import { clockJson } from '../clock-endpoints.ts';
import type { ConsoleSources } from '../sources.ts';

const MOST_SHOWN = 200;

/** The time, and what executions wait for, earliest first. */
export function showTimers(sources: ConsoleSources): object {
  const { executions } = sources;
  const timers = executions
    .dueTimers(Number.MAX_SAFE_INTEGER, MOST_SHOWN)
    .flatMap(({ executionId, key, timer, at }) => {
      const execution = executions.executionById(executionId);
      if (!execution) return [];
      const snapshot = executions.snapshot(executionId)?.state as Execution | undefined;
      const state = snapshot && scopeOfKey(snapshot, key)?.state;
      const { executionArn, name, revision } = execution;
      return [{ at, kind: timer, executionArn, name, machine: revision.name, state: state ?? null }];
    });
  return { ...clockJson(sources), timers };
}
