import { countOf } from '../../asl/history.ts';
import { snapshotToText } from '../snapshot.ts';
import { historyToText } from './history-text.ts';
import type { SnapshotText } from './recent.ts';
import type { NewKeys, SharedKeys } from './sqlite-keys.ts';
import type { ExecutionChange, StoredExecution, StoredMapRun } from './store.ts';

// How a commit stands in the log: a line of JSON with all that is short, and after it the long texts, one after another. They
// are not quoted, as most are JSON themselves; the line says how long each is.

export type StartColumns = readonly [
  prefix: number,
  name: string,
  machine: number,
  revision: number,
  startedAt: number,
  mapRun: string | null,
  traceHeader: string | null,
  startedBy: string | null,
];

export type StatusColumns = readonly [
  status: string,
  stoppedAt: number | null,
  error: string | null,
  cause: string | null,
  redriveCount: number,
  redrivenAt: number | null,
];

/** A change of an execution, as its rows need it. */
export interface ChangeRow {
  readonly id: number;
  /** In the commit that starts it, together with the status. */
  readonly start: StartColumns | undefined;
  readonly input: string;
  readonly status: StatusColumns | undefined;
  readonly output: string | null;
  /** The snapshot; `null`: none any more; undefined: as it was. */
  readonly state: string | null | undefined;
  readonly due: number;
  /** New events, from the id `first` to the one before `next`. */
  readonly events: string;
  readonly first: number;
  readonly next: number;
  readonly tokens: readonly TokenColumns[];
  readonly timers: readonly TimerColumns[];
}

/** A token of `null`: the one of this attempt is not valid any more. */
export type TokenColumns = readonly [key: string, token: string | null, activityArn: string | null];

/** A time of `null`: never; `rang`: never if that was its time. */
export type TimerColumns = readonly [id: string, at: number | null, rang?: 1];

export type MapRunColumns = readonly [arn: string, execution: number, isRunning: number, mapRun: string];

export interface CommitRows extends NewKeys {
  readonly changes: readonly ChangeRow[];
  readonly mapRuns: readonly MapRunColumns[];
}

/** The short part of a change. A state of the length -1 is none any more, of -2 one as it was; an output of -1 is none. */
type ChangeLine = readonly [
  id: number,
  due: number,
  first: number,
  next: number,
  lengths: readonly [state: number, events: number, input: number, output: number],
  start: StartColumns | 0,
  status: StatusColumns | 0,
  tokens: readonly TokenColumns[] | 0,
  timers: readonly TimerColumns[] | 0,
];

type CommitLine = readonly [
  changes: readonly ChangeLine[],
  mapRuns: CommitRows['mapRuns'],
  machines: NewKeys['machines'],
  revisions: NewKeys['revisions'],
];

export interface CommitText {
  readonly text: string;
  /** The snapshots in it, by change. */
  readonly snapshots: readonly (SnapshotText | null | undefined)[];
}

/** @throws StoreError: an ARN is not one of an execution */
export function commitToText(
  changes: readonly ExecutionChange[],
  mapRuns: readonly StoredMapRun[],
  keys: SharedKeys,
): CommitText {
  const snapshots: (SnapshotText | null | undefined)[] = [];
  let lines = '';
  let texts = '';
  // Put together by hand: there are many, and of few kinds.
  for (const { id, started, status = started, snapshot, history, tokens, timers } of changes) {
    const due = snapshot?.due ?? false;
    const state = snapshot && snapshotToText(snapshot.execution);
    snapshots.push(typeof state === 'string' ? { text: state, due } : state);
    const stateLength = state?.length ?? (state === null ? -1 : -2);
    // A heartbeat adds nothing to the history.
    const count = history ? countOf(history) : 0;
    const events = history && count > 0 ? historyToText(history) : '';
    const first = history && count > 0 ? history.first : 0;
    const [input, output] = [started?.input ?? '', status?.output];
    texts += (state ?? '') + events + input + (output ?? '');
    lines +=
      `${lines === '' ? '' : ','}[${id},${due ? 1 : 0},${first},${first + count}` +
      `,[${stateLength},${events.length},${input.length},${output?.length ?? -1}]` +
      `,${started ? startText(started, keys) : 0},${status ? statusText(status) : 0}` +
      `,${tokens ? tokensText(tokens) : 0},${timers ? timersText(timers) : 0}]`;
  }
  const runs = mapRuns.length > 0 ? JSON.stringify(mapRuns.map(mapRunOf)) : '[]';
  // After the changes, which may have brought some.
  const news = keys.takeNew();
  const keysText = news ? `${JSON.stringify(news.machines)},${JSON.stringify(news.revisions)}` : '[],[]';
  return { text: `[[${lines}],${runs},${keysText}]\n${texts}`, snapshots };
}

const json = (value: string | undefined): string => (value === undefined ? 'null' : JSON.stringify(value));

function startText(started: StoredExecution, keys: SharedKeys): string {
  const { executionArn, startedAt, revision, mapRunArn, traceHeader, startedBy } = started;
  const { prefix, name, machine, revision: revisionKey } = keys.ofExecution(executionArn, revision);
  return (
    `[${prefix},${JSON.stringify(name)},${machine},${revisionKey},${startedAt}` +
    `,${json(mapRunArn)},${json(traceHeader)},${json(startedBy)}]`
  );
}

const statusText = ({ status, stoppedAt, error, cause, redriveCount, redrivenAt }: StoredExecution): string =>
  `["${status}",${stoppedAt ?? null},${json(error)},${json(cause)},${redriveCount},${redrivenAt ?? null}]`;

const tokensText = (tokens: NonNullable<ExecutionChange['tokens']>): string =>
  JSON.stringify(
    Array.from(tokens, ([key, token]): TokenColumns => [key, token?.taskToken ?? null, token?.activityArn ?? null]),
  );

const timersText = (timers: NonNullable<ExecutionChange['timers']>): string =>
  JSON.stringify(
    Array.from(
      timers,
      ([id, timer]): TimerColumns => (typeof timer === 'number' ? [id, timer, 1] : [id, timer?.at ?? null]),
    ),
  );

function mapRunOf(mapRun: StoredMapRun): MapRunColumns {
  return [mapRun.mapRunArn, mapRun.executionId, mapRun.status === 'RUNNING' ? 1 : 0, JSON.stringify(mapRun)];
}

/** @throws SyntaxError */
export function textToCommit(text: string): CommitRows {
  const end = text.indexOf('\n');
  const [lines, mapRuns, machines, revisions] = JSON.parse(text.slice(0, end)) as CommitLine;
  let position = end + 1;
  const take = (length: number) => {
    const from = position;
    position += Math.max(length, 0);
    return text.slice(from, position);
  };
  const changes = lines.map(([id, due, first, next, lengths, start, status, tokens, timers]): ChangeRow => {
    const [state, events, input, output] = lengths.map(take) as [string, string, string, string];
    return {
      id,
      due,
      first,
      next,
      state: lengths[0] >= 0 ? state : lengths[0] === -1 ? null : undefined,
      events,
      input,
      output: lengths[3] >= 0 ? output : null,
      start: start || undefined,
      status: status || undefined,
      tokens: tokens || [],
      timers: timers || [],
    };
  });
  return { changes, mapRuns, machines, revisions };
}
