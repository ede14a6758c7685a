import type { ExecutionFilter, ExecutionStatus, ExecutionSummary } from '../../stepfunctions/engine/ports.ts';
import { ConsoleError } from '../console-error.ts';
import type { ConsoleSources } from '../sources.ts';
import { openTokens } from './open-tokens.ts';
import { pageSize } from './page-size.ts';

const STATUSES: readonly ExecutionStatus[] = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'PENDING_REDRIVE',
];
const LARGEST_PAGE = 1_000;

/** What people ask for that AWS has no status for. */
const GROUPS: Readonly<Record<string, (execution: ExecutionSummary, sources: ConsoleSources) => boolean>> = {
  waiting: ({ status, executionArn }, sources) => status === 'RUNNING' && openTokens(sources, executionArn).length > 0,
  unsuccessful: ({ status }) => status === 'FAILED' || status === 'TIMED_OUT' || status === 'ABORTED',
};

export interface ExecutionRow {
  readonly executionArn: string;
  readonly name: string;
  readonly machine: string;
  readonly stateMachineArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly status: ExecutionStatus;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly stoppedAt: number | null;
  readonly redriveCount: number;
  readonly mapRunArn: string | null;
}

export const executionRow = (execution: ExecutionSummary): ExecutionRow => ({
  executionArn: execution.executionArn,
  name: execution.name,
  machine: execution.revision.name,
  stateMachineArn: execution.revision.stateMachineArn,
  type: execution.revision.type,
  status: execution.status,
  startedAt: execution.startedAt,
  stoppedAt: execution.stoppedAt ?? null,
  redriveCount: execution.redriveCount,
  mapRunArn: execution.mapRunArn ?? null,
});

/** Whether somebody started it: not a Distributed Map, which may have thousands of them. */
export const isOwn = ({ mapRunArn }: ExecutionSummary): boolean => mapRunArn === undefined;

/**
 * Executions of all state machines, newest first, and those of a map run only if it is named. Express executions, which the engine forgets, are as long in the list as the
 * console remembers them; they come with the first page of Standard executions that are not younger.
 * @param query `status` (or `waiting`: for an answer; `unsuccessful`), `machine` (ARN), `mapRun` (ARN), `name` (part of it), `limit`, `next`
 */
export function listExecutions(sources: ConsoleSources, query: URLSearchParams): object {
  const filter = filterOf(query);
  const isWanted = predicateOf(sources, query);
  const limit = pageSize(query, { usual: 100, largest: LARGEST_PAGE });
  const [after, token] = splitNext(query.get('next'));
  const page = durable(sources, filter, isWanted, limit, token);
  const oldest = page.nextToken === undefined ? Number.NEGATIVE_INFINITY : (page.items.at(-1)?.startedAt ?? 0);
  const express = sources.express
    .list()
    .map(({ description }) => description)
    .filter((each) => matches(each, filter) && isWanted(each) && each.startedAt >= oldest && each.startedAt < after);
  const rows = [...page.items, ...express].sort((a, b) => b.startedAt - a.startedAt);
  return {
    executions: rows.map(executionRow),
    next: page.nextToken === undefined ? null : `${oldest} ${page.nextToken}`,
  };
}

function predicateOf(sources: ConsoleSources, query: URLSearchParams): (execution: ExecutionSummary) => boolean {
  const name = query.get('name')?.toLowerCase() ?? '';
  const group = GROUPS[query.get('status') ?? ''];
  const withChildren = Boolean(query.get('mapRun'));
  return (execution) =>
    (withChildren || isOwn(execution)) &&
    (name === '' || execution.name.toLowerCase().includes(name)) &&
    (group?.(execution, sources) ?? true);
}

/** What is wanted is looked for in page after page: there is no index of it. */
function durable(
  { engine }: ConsoleSources,
  filter: ExecutionFilter,
  isWanted: (execution: ExecutionSummary) => boolean,
  limit: number,
  token: string | undefined,
): { items: ExecutionSummary[]; nextToken?: string } {
  const items: ExecutionSummary[] = [];
  let nextToken = token;
  do {
    const page = engine.list(filter, {
      maxResults: items.length === 0 && nextToken === token ? limit : LARGEST_PAGE,
      ...(nextToken !== undefined && { nextToken }),
    });
    items.push(...page.items.filter(isWanted));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && items.length < limit);
  return { items, ...(nextToken !== undefined && { nextToken }) };
}

function splitNext(next: string | null): [after: number, token: string | undefined] {
  if (next === null) return [Number.POSITIVE_INFINITY, undefined];
  const [after = '', token = ''] = next.split(' ');
  return [Number(after), token];
}

function filterOf(query: URLSearchParams): ExecutionFilter {
  const [status, stateMachineArn, mapRunArn] = [query.get('status'), query.get('machine'), query.get('mapRun')];
  const isGroup = status !== null && Object.hasOwn(GROUPS, status);
  if (status && !isGroup && !STATUSES.includes(status as ExecutionStatus))
    throw new ConsoleError(400, `status has to be one of ${[...STATUSES, ...Object.keys(GROUPS)].join(', ')}.`);
  return {
    ...(status === 'waiting' && { status: 'RUNNING' }),
    ...(status && !isGroup && { status: status as ExecutionStatus }),
    ...(stateMachineArn && { stateMachineArn }),
    ...(mapRunArn && { mapRunArn }),
  };
}

const matches = (execution: ExecutionSummary, filter: ExecutionFilter): boolean =>
  (filter.status === undefined || execution.status === filter.status) &&
  (filter.stateMachineArn === undefined || execution.revision.stateMachineArn === filter.stateMachineArn) &&
  // Children of map runs are kept by the engine, Express or not.
  (execution.mapRunArn === undefined || execution.status === 'RUNNING') &&
  (filter.mapRunArn === undefined || execution.mapRunArn === filter.mapRunArn);
