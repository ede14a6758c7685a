import { isAnsweredByOthers } from '../../stepfunctions/asl/execution.ts';
import type { ConsoleSources } from '../sources.ts';

interface OpenToken {
  readonly state: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly until: number | null;
}

/** The states in which an execution waits for an answer from outside. */
export function openTokens({ executions }: ConsoleSources, executionArn: string): readonly OpenToken[] {
  const stored = executions.execution(executionArn);
  const snapshot = stored && executions.snapshot(stored.id)?.execution;
  return Object.values(snapshot?.scopes ?? {}).flatMap(({ state, enteredAt, phase }) =>
    phase.type === 'calling' && isAnsweredByOthers(phase)
      ? [{ state, since: enteredAt, until: phase.timeoutAt ?? null }]
      : [],
  );
}
