import { useMemo, useState } from 'preact/hooks';
import { useLoad } from '../lib/load.ts';
import { count, duration } from '../lib/words.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Json } from '../parts/json.tsx';
import { type Column, Rows, WIDTHS } from '../parts/rows.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { Data, Time, TimeOfDay } from '../parts/text.tsx';
import { detailsOf, type HistoryEvent } from './history.ts';
import { type Execution, loadEvent } from './load-execution.ts';
import type { Story, Visit } from './visits.ts';

interface EventsProps {
  readonly execution: Execution;
  readonly events: readonly HistoryEvent[];
  readonly story: Story;
  readonly nodes: ReadonlyMap<string, readonly Visit[]> | undefined;
  readonly onSelect: (id: string) => void;
}

const KINDS: Readonly<Record<string, RegExp>> = {
  'All kinds': /./,
  States: /State(Entered|Exited)$/,
  Tasks: /^(Task|LambdaFunction|Activity)(?!State)/,
  Failures: /(Failed|TimedOut|Aborted)$|^FailState/,
  'Maps and branches': /^(Map|Parallel)/,
  Execution: /^Execution/,
};

/** In milliseconds. */
const DAY = 86_400_000;

/** The history as a table, which draws only what is in sight. */
export function EventsTable({ execution, events, story, nodes, onSelect }: EventsProps) {
  const [kind, setKind] = useState('All kinds');
  const [words, setWords] = useState('');
  const [isNewestFirst, setNewestFirst] = useState(false);
  const [opened, setOpened] = useState<number>();
  const found = useMemo(() => {
    const wanted = words.toLowerCase();
    const kindly = events.filter(({ type }) => KINDS[kind]!.test(type));
    const matching =
      wanted === '' ? kindly : kindly.filter((event) => JSON.stringify(event).toLowerCase().includes(wanted));
    return isNewestFirst ? matching.toReversed() : matching;
  }, [events, kind, words, isNewestFirst]);
  const idOf = useMemo(() => {
    const ids = new Map<Visit, string>();
    for (const [id, visits] of nodes ?? []) for (const visit of visits) ids.set(visit, id);
    return ids;
  }, [nodes]);
  const isWithinDay = (events.at(-1)?.timestamp ?? 0) - execution.startedAt < DAY;
  const columns: Column<HistoryEvent>[] = [
    { name: 'Id', width: 76, align: 'end', cell: ({ id }) => id },
    {
      name: 'Event',
      share: 1.9,
      cell: ({ id, type }) => (
        <button type="button" class="link" onClick={() => setOpened(id)}>
          {type}
        </button>
      ),
    },
    {
      name: 'State',
      share: 1.6,
      cell: ({ id }) => {
        const visit = story.owners.get(id);
        const node = visit && idOf.get(visit);
        if (!visit) return null;
        if (node === undefined) return <Data>{visit.state}</Data>;
        return (
          <button type="button" class="link" onClick={() => onSelect(node)}>
            <Data>{visit.state}</Data>
          </button>
        );
      },
    },
    { name: 'Detail', share: 2.4, cell: (event) => <Data>{brief(event)}</Data> },
    {
      name: 'After',
      width: WIDTHS.duration,
      align: 'end',
      cell: ({ timestamp }) => duration(timestamp - execution.startedAt),
    },
    isWithinDay
      ? { name: 'Time', width: WIDTHS.ago, cell: ({ timestamp }) => <TimeOfDay at={timestamp} /> }
      : { name: 'Time', width: WIDTHS.time, cell: ({ timestamp }) => <Time at={timestamp} /> },
  ];
  return (
    <>
      <div class="filters">
        <label>
          Kind{' '}
          <select value={kind} onChange={({ currentTarget }) => setKind(currentTarget.value)}>
            {Object.keys(KINDS).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          Contains <input type="search" value={words} onInput={({ currentTarget }) => setWords(currentTarget.value)} />
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={isNewestFirst}
            onChange={({ currentTarget }) => setNewestFirst(currentTarget.checked)}
          />
          Newest first
        </label>
        <span class="quiet">
          {found.length === events.length
            ? count(events.length, 'event')
            : `${found.length} of ${count(events.length, 'event')}`}
        </span>
      </div>
      {found.length === 0 ? (
        <Empty>No event {events.length === 0 ? 'yet' : 'like that'}.</Empty>
      ) : (
        <Rows
          label="History events"
          columns={columns}
          rows={found}
          keyOf={({ id }) => id}
          rowClass={({ type }) => (KINDS.Failures!.test(type) ? 'tone-bad' : '')}
        />
      )}
      {opened !== undefined && (
        <EventDialog
          execution={execution}
          id={opened}
          last={events.length}
          onGo={setOpened}
          onClose={() => setOpened(undefined)}
        />
      )}
    </>
  );
}

/** What is most telling about an event. */
function brief(event: HistoryEvent): string {
  const { error, cause, output, input, resourceType, resource, parameters, index } = detailsOf(event);
  if (error !== undefined) return cause === undefined ? error : `${error}: ${cause}`;
  if (index !== undefined) return `iteration ${index}`;
  if (resource !== undefined) return [resourceType, resource, output ?? parameters].filter(Boolean).join(' ');
  return (output ?? input ?? parameters ?? cause ?? '').slice(0, 300);
}

interface EventDialogProps {
  readonly execution: Execution;
  readonly id: number;
  readonly last: number;
  readonly onGo: (id: number) => void;
  readonly onClose: () => void;
}

function EventDialog({ execution, id, last, onGo, onClose }: EventDialogProps) {
  const event = useLoad(`${execution.executionArn} ${id}`, () => loadEvent(execution.executionArn, id));
  return (
    <Dialog title={`Event ${id}`} onClose={onClose} wide>
      <Show of={event}>
        {(value) => (
          <>
            <p>
              <strong>{value.type}</strong>, <Time at={value.timestamp} />
              {value.previousEventId > 0 && (
                <>
                  , after{' '}
                  <button type="button" class="link" onClick={() => onGo(value.previousEventId)}>
                    event {value.previousEventId}
                  </button>
                </>
              )}
            </p>
            {Object.entries(detailsOf(value)).map(([name, detail]) => (
              <section key={name}>
                <h3>{name}</h3>
                <Json text={typeof detail === 'string' ? detail : JSON.stringify(detail)} label={name} />
              </section>
            ))}
          </>
        )}
      </Show>
      <div class="buttons end">
        <button type="button" disabled={id <= 1} onClick={() => onGo(id - 1)}>
          ← Before
        </button>
        <button type="button" disabled={id >= last} onClick={() => onGo(id + 1)}>
          After →
        </button>
      </div>
    </Dialog>
  );
}
