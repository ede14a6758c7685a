import { useState } from 'preact/hooks';
import { call } from '../lib/api.ts';
import { useLoad } from '../lib/load.ts';
import { count } from '../lib/words.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Json } from '../parts/json.tsx';
import { type Column, Rows, WIDTHS } from '../parts/rows.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { Data, Time } from '../parts/text.tsx';
import { allPages } from './all-pages.ts';
import { briefly, levelOf } from './log-line.ts';
import { Names } from './names.tsx';

interface LogEvent {
  readonly eventId: string;
  readonly timestamp: number;
  readonly logStreamName: string;
  readonly message: string;
}

export function LogGroups({ name }: { name: string | undefined }) {
  const groups = useLoad('logs', () =>
    allPages<{ logGroupName: string }>('logs', 'DescribeLogGroups', {}, { list: 'logGroups', token: 'nextToken' }),
  );
  if (name !== undefined) return <Tail key={name} group={name} />;
  return (
    <Show of={groups}>
      {(list) => (
        <Names kind="logs" label="Log groups" rows={list.map(({ logGroupName }) => ({ name: logGroupName }))} />
      )}
    </Show>
  );
}

const MOST = 10_000;

/** The newest lines of all streams, newest first. */
async function loadEvents(group: string, pattern: string): Promise<readonly LogEvent[]> {
  const events: LogEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await call<{ events?: readonly LogEvent[]; nextToken?: string }>('logs', 'FilterLogEvents', {
      logGroupName: group,
      limit: MOST,
      ...(pattern !== '' && { filterPattern: `"${pattern.replaceAll('"', '')}"` }),
      ...(nextToken !== undefined && { nextToken }),
    });
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && events.length < 5 * MOST);
  return events.reverse().slice(0, MOST);
}

function Tail({ group }: { group: string }) {
  const [pattern, setPattern] = useState('');
  const [opened, setOpened] = useState<LogEvent>();
  const events = useLoad(`${group} ${pattern}`, () => loadEvents(group, pattern), {
    live: ['executions'],
    every: 3_000,
  });
  const columns: Column<LogEvent>[] = [
    { name: 'Time', width: WIDTHS.time, cell: ({ timestamp }) => <Time at={timestamp} /> },
    {
      name: 'Line',
      share: 4,
      cell: (event) => (
        <button type="button" class="link mono" onClick={() => setOpened(event)}>
          <Data>{briefly(event.message).slice(0, 400)}</Data>
        </button>
      ),
    },
    { name: 'Stream', share: 1, cell: ({ logStreamName }) => <Data>{logStreamName}</Data> },
  ];
  return (
    <>
      <search class="filters">
        <label>
          Contains{' '}
          <input type="search" value={pattern} onInput={({ currentTarget }) => setPattern(currentTarget.value)} />
        </label>
        {events.value && <span class="quiet">{count(events.value.length, 'line')}, newest first</span>}
      </search>
      <Show of={events}>
        {(list) =>
          list.length === 0 ? (
            <Empty>No line {pattern === '' ? 'yet' : 'like that'}.</Empty>
          ) : (
            <Rows
              label="Log lines"
              columns={columns}
              rows={list}
              keyOf={({ eventId }, index) => eventId ?? index}
              rowClass={({ message }) => (/^(?:ERROR|FATAL|CRITICAL)$/.test(levelOf(message)) ? 'tone-bad' : '')}
            />
          )
        }
      </Show>
      {opened && (
        <Dialog title="Log line" onClose={() => setOpened(undefined)} wide>
          <Json text={opened.message} label="Line" />
        </Dialog>
      )}
    </>
  );
}
