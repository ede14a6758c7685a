import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ask } from '../lib/api.ts';
import { coalesce } from '../lib/coalesce.ts';
import { useClock, useLive } from '../lib/live.ts';
import { linkTo } from '../lib/router.ts';
import { duration } from '../lib/words.ts';
import { type Column, Rows, WIDTHS } from '../parts/rows.tsx';
import { Empty, Failure } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import { Data, Time } from '../parts/text.tsx';
import type { ExecutionRow } from './load-execution.ts';
import { type LoadedExecutions, mergePages } from './merge-pages.ts';

export interface ExecutionListFilter {
  readonly status?: string | undefined;
  readonly machine?: string | undefined;
  readonly name?: string | undefined;
  readonly mapRun?: string | undefined;
}

interface Page {
  readonly executions: readonly ExecutionRow[];
  readonly next: string | null;
}

interface Listed extends LoadedExecutions {
  readonly error?: Error;
}

const PAGE = 200;

/** Pages that are added as they come into sight; news are put in front. */
export function useExecutions(filter: ExecutionListFilter): Listed & { isLoaded: boolean; more: () => void } {
  const key = JSON.stringify(filter);
  const [state, setState] = useState<Listed & { key: string }>({ key: '', rows: [], next: null });
  const current = useRef(key);
  current.current = key;
  const isLoading = useRef(false);
  const refresh = useMemo(
    () =>
      coalesce(() =>
        ask<Page>('executions', { ...filter, limit: PAGE }).then(
          ({ executions, next }) => {
            if (current.current !== key) return;
            setState((before) => {
              const first = { rows: executions, next };
              return { key, ...(before.key === key ? mergePages(before, first) : first) };
            });
          },
          (error) => {
            if (current.current === key) setState({ key, rows: [], next: null, error });
          },
        ),
      ),
    [key],
  );
  useEffect(refresh, [refresh]);
  useLive(['executions'], refresh);
  const isLoaded = state.key === key;
  const more = useCallback(() => {
    if (isLoading.current || !isLoaded || state.next === null) return;
    isLoading.current = true;
    ask<Page>('executions', { ...filter, limit: PAGE * 5, next: state.next })
      .then(({ executions, next }) =>
        setState((before) =>
          // Unless the list has begun anew meanwhile.
          before.key === key && before.next === state.next
            ? { ...before, rows: [...before.rows, ...executions], next }
            : before,
        ),
      )
      .finally(() => {
        isLoading.current = false;
      });
  }, [state, isLoaded, key]);
  return { ...(isLoaded ? state : { rows: [], next: null }), isLoaded, more };
}

export function ExecutionList({ filter, withMachine = true }: { filter: ExecutionListFilter; withMachine?: boolean }) {
  const { rows, next, error, isLoaded, more } = useExecutions(filter);
  const columns = useMemo(() => columnsOf(withMachine), [withMachine]);
  if (error) return <Failure error={error} />;
  if (isLoaded && rows.length === 0) {
    const isFiltered = Object.values(filter).some((value) => value);
    return <Empty>{isFiltered ? 'No execution like that.' : 'Nothing has run yet.'}</Empty>;
  }
  return (
    <>
      <p class="quiet" role="status">
        {rows.length.toLocaleString('en')} shown{next !== null && ', more below'}
      </p>
      <Rows label="Executions" columns={columns} rows={rows} keyOf={({ executionArn }) => executionArn} onEnd={more} />
    </>
  );
}

function columnsOf(withMachine: boolean): Column<ExecutionRow>[] {
  return [
    {
      name: 'Name',
      share: 2.4,
      cell: ({ executionArn, name }) => (
        <a href={linkTo('executions', executionArn)}>
          <Data>{name}</Data>
        </a>
      ),
    },
    {
      name: 'Status',
      width: 142,
      cell: ({ status, redriveCount }) => <Status of={status} {...(redriveCount > 0 && { note: '↻' })} />,
    },
    ...(withMachine
      ? [{ name: 'Machine', share: 1.6, cell: ({ machine }: ExecutionRow) => <Data>{machine}</Data> }]
      : []),
    { name: 'Started', width: WIDTHS.time, cell: ({ startedAt }) => <Time at={startedAt} /> },
    { name: 'Took', width: WIDTHS.duration, align: 'end', cell: (row) => <Took {...row} /> },
  ];
}

function Took({ startedAt, stoppedAt }: ExecutionRow) {
  const { now } = useClock();
  return <>{duration((stoppedAt ?? now) - startedAt)}</>;
}
