import {
  type Execution,
  type ExecutionScope,
  isAnsweredByOthers,
  type Phase,
} from '../../stepfunctions/asl/execution.ts';
import type { HistoryEvent } from '../../stepfunctions/asl/history.ts';
import type { ExecutionDescription } from '../../stepfunctions/engine/ports.ts';
import { ConsoleError } from '../console-error.ts';
import type { ConsoleSources } from '../sources.ts';
import { executionRow } from './list-executions.ts';
import { pageSize } from './page-size.ts';

/** Texts in events are cut to so many characters in lists; one event alone is shown whole. */
const LONGEST_TEXT = 600;
const LARGEST_PAGE = 5_000;

interface Found {
  readonly description: ExecutionDescription;
  readonly snapshot: Execution | undefined;
  /** @param from the id of the first event */
  history(from: number, limit: number): readonly HistoryEvent[];
}

function find({ executions, express }: ConsoleSources, query: URLSearchParams): Found {
  const arn = query.get('arn') ?? '';
  const stored = executions.execution(arn);
  if (stored) {
    const snapshot = executions.snapshot(stored.id)?.execution;
    const history = (from: number, limit: number) => executions.history(stored.id, { from, limit, reverse: false });
    return { description: stored, snapshot, history };
  }
  const run = express.get(arn);
  if (!run) throw new ConsoleError(404, `There is no execution ${arn}.`);
  const history = (from: number, limit: number) => run.history.slice(from - 1, from - 1 + limit);
  return { description: run.description, snapshot: undefined, history };
}

/** An execution, the definition it runs, and what it is doing now. */
export function showExecution(sources: ConsoleSources, query: URLSearchParams): object {
  const { description, snapshot } = find(sources, query);
  const { revision, input, output, error, cause, redrivenAt } = description;
  const isDurable = revision.type === 'STANDARD' && sources.executions.execution(description.executionArn);
  return {
    ...executionRow(description),
    input,
    output: output ?? null,
    error: error ?? null,
    cause: cause ?? null,
    redrivenAt: redrivenAt ?? null,
    definition: revision.definition,
    /** Of a Distributed Map's child: which Map state's processor it runs. */
    mapState: revision.mapState ?? null,
    versionArn: revision.versionArn ?? null,
    aliasArn: revision.aliasArn ?? null,
    parentArn: parentOf(input),
    now: sources.clock.now(),
    open: description.status === 'RUNNING' && snapshot ? openScopes(snapshot) : [],
    mapRuns: isDurable ? sources.engine.mapRuns(description.executionArn, { maxResults: 100 }).items : [],
  };
}

/** As AWS's own console links the execution that started another. */
function parentOf(input: string): string | null {
  try {
    const arn = (JSON.parse(input) as Record<string, unknown> | null)?.AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID;
    return typeof arn === 'string' ? arn : null;
  } catch {
    return null;
  }
}

const openScopes = (execution: Execution): object[] =>
  Object.values(execution.scopes).map((scope) => ({
    state: scope.state,
    enteredEvent: scope.enteredEvent,
    since: scope.enteredAt,
    retries: scope.retryCount ?? 0,
    ...phaseOf(scope),
  }));

function phaseOf({ phase }: ExecutionScope): object {
  const { type } = phase;
  switch (type) {
    case 'calling':
      return {
        phase: type,
        ...(isAnsweredByOthers(phase) && { taskToken: phase.taskToken }),
        ...(phase.timeoutAt !== undefined && { timeoutAt: phase.timeoutAt }),
        ...(phase.heartbeatAt !== undefined && { heartbeatAt: phase.heartbeatAt }),
        isSubmitted: phase.submitted !== undefined,
      };
    case 'waiting':
    case 'backingOff':
      return { phase: type, until: phase.until };
    case 'fanningOut':
      return { phase: type, count: phase.count, started: phase.next, running: phase.running };
    default:
      return { phase: type satisfies Phase['type'] };
  }
}

/** Events in order. @param query `arn`, `from` (the id of the first), `limit` */
export function showHistory(sources: ConsoleSources, query: URLSearchParams): object {
  const { history } = find(sources, query);
  const from = Math.max(1, Number(query.get('from') ?? 1) || 1);
  const limit = pageSize(query, { usual: LARGEST_PAGE, largest: LARGEST_PAGE });
  const events = history(from, limit);
  return { events: events.map(cut), next: events.length === limit ? from + limit : null };
}

/** One event, whole. @param query `arn`, `id` */
export function showEvent(sources: ConsoleSources, query: URLSearchParams): object {
  const id = Number(query.get('id'));
  const event = find(sources, query).history(id, 1)[0];
  if (event?.id !== id) throw new ConsoleError(404, `There is no event ${query.get('id')}.`);
  return event;
}

function cut(event: HistoryEvent): object {
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => [name, typeof value === 'object' ? cutTexts(value) : value]),
  );
}

function cutTexts(value: unknown): unknown {
  if (typeof value === 'string') return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
  if (Array.isArray(value)) return value.map(cutTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cutTexts(member)]));
}
