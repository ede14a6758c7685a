import { scopeOfKey } from '../../stepfunctions/asl/execution.ts';
import { clockJson } from '../clock-endpoints.ts';
import type { ConsoleSources } from '../sources.ts';

const MOST_SHOWN = 200;

/** The time, and what comes next, earliest first: of executions, and of the services around them. */
export function showTimers(sources: ConsoleSources): object {
  const { executions, clock } = sources;
  const ofExecutions = executions
    .dueTimers(Number.MAX_SAFE_INTEGER, MOST_SHOWN)
    .flatMap(({ executionId, key, timer, at }) => {
      const execution = executions.executionById(executionId);
      if (!execution) return [];
      const snapshot = executions.snapshot(executionId)?.execution;
      const state = snapshot && scopeOfKey(snapshot, key)?.state;
      const { executionArn, name, revision } = execution;
      return [{ at, kind: timer, executionArn, name, machine: revision.name, state: state ?? null }];
    });
  const ofServices = clock
    .purposeful()
    .slice(0, MOST_SHOWN)
    .map(({ at, purpose, background }) => ({ at, ...purpose, isFrequent: background }));
  const timers = [...ofExecutions, ...ofServices].sort((a, b) => a.at - b.at).slice(0, MOST_SHOWN);
  return { ...clockJson(sources), timers };
}
