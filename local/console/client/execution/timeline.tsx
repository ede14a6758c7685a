import { useState } from 'preact/hooks';
import { useClock } from '../lib/live.ts';
import { count, dateTime, duration } from '../lib/words.ts';
import { type Column, Rows, WIDTHS } from '../parts/rows.tsx';
import { Empty } from '../parts/states.tsx';
import { toneOf, wordOf } from '../parts/status.tsx';
import { Data } from '../parts/text.tsx';
import type { Execution } from './load-execution.ts';
import type { Story, Visit } from './visits.ts';

/** The visits as bars over time. Long waits may be squeezed, so that the short steps beside them can be seen. */
export function Timeline({ execution, story }: { execution: Execution; story: Story }) {
  const { now } = useClock();
  const [isSqueezed, setSqueezed] = useState(true);
  const end = Math.max(execution.stoppedAt ?? Math.max(now, execution.now), execution.startedAt + 1);
  if (story.visits.length === 0) return <Empty>No state was entered yet.</Empty>;
  const place = isSqueezed ? squeezed(story.visits, execution.startedAt, end) : scaled(execution.startedAt, end);
  const columns: Column<Visit>[] = [
    {
      name: 'State',
      share: 1.4,
      cell: (visit) => (
        <span style={{ paddingInlineStart: `${depthOf(visit) * 14}px` }}>
          <Data>{visit.scope.iteration === undefined ? visit.state : `${visit.state} [${visit.scope.iteration}]`}</Data>
        </span>
      ),
    },
    { name: 'Time', share: 4, cell: (visit) => <Bar visit={visit} end={end} place={place} /> },
    {
      name: 'Took',
      width: WIDTHS.duration,
      align: 'end',
      cell: (visit) => duration((visit.leftAt ?? end) - visit.enteredAt),
    },
  ];
  return (
    <>
      <div class="filters">
        <label class="check">
          <input
            type="checkbox"
            checked={isSqueezed}
            onChange={({ currentTarget }) => setSqueezed(currentTarget.checked)}
          />
          Squeeze waits
        </label>
        <span class="quiet">
          {count(story.visits.length, 'visit')} in {duration(end - execution.startedAt)}, from{' '}
          {dateTime(execution.startedAt)}
        </span>
      </div>
      <Rows label="Timeline" columns={columns} rows={story.visits} keyOf={({ id }) => id} />
    </>
  );
}

function depthOf({ scope }: Visit): number {
  let depth = 0;
  for (let { parent } = scope; parent; { parent } = parent.scope) depth++;
  return depth;
}

type Place = (at: number) => number;

const scaled =
  (start: number, end: number): Place =>
  (at) =>
    (at - start) / (end - start);

/** Between two moments at which something happened, time takes room by the root of its length. */
function squeezed(visits: readonly Visit[], start: number, end: number): Place {
  const moments = [
    ...new Set([start, ...visits.flatMap(({ enteredAt, leftAt }) => [enteredAt, leftAt ?? end]), end]),
  ].sort((a, b) => a - b);
  const places = new Map<number, number>();
  let total = 0;
  moments.forEach((moment, index) => {
    if (index > 0) total += Math.cbrt(moment - moments[index - 1]!) + 0.5;
    places.set(moment, total);
  });
  return (at) => (places.get(at) ?? 0) / (total || 1);
}

function Bar({ visit, end, place }: { visit: Visit; end: number; place: Place }) {
  const from = place(visit.enteredAt);
  const to = place(visit.leftAt ?? end);
  const title = `${visit.state}: ${wordOf(visit.status)}, ${duration((visit.leftAt ?? end) - visit.enteredAt)}`;
  return (
    <span class="gantt" title={title}>
      <span
        class={`bar tone-${toneOf(visit.status)} ${visit.leftAt === undefined ? 'open' : ''}`}
        style={{ left: `${from * 100}%`, width: `max(3px, ${(to - from) * 100}%)` }}
      />
    </span>
  );
}
