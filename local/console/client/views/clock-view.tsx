import { useState } from 'preact/hooks';
import { ask, post } from '../lib/api.ts';
import { useClock } from '../lib/live.ts';
import { useLoad } from '../lib/load.ts';
import { linkTo } from '../lib/router.ts';
import { dateTime, relative } from '../lib/words.ts';
import { ActionButton } from '../parts/buttons.tsx';
import { type Column, Rows } from '../parts/rows.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { Data, Time, When } from '../parts/text.tsx';

interface Timer {
  readonly at: number;
  readonly kind: string;
  readonly executionArn: string;
  readonly name: string;
  readonly machine: string;
  readonly state: string | null;
}

const WORDS: Readonly<Record<string, string>> = {
  wait: 'goes on',
  retry: 'is tried again',
  timeout: 'times out',
  heartbeat: 'misses its heartbeat',
  execution: 'the execution times out',
  continue: 'goes on',
};

const STEPS = [
  ['1 minute', 60],
  ['1 hour', 3_600],
  ['1 day', 86_400],
  ['1 week', 604_800],
] as const;

const UNITS = { minutes: 60, hours: 3_600, days: 86_400 } as const;

const COLUMNS: Column<Timer>[] = [
  { name: 'When', share: 0.8, cell: ({ at }) => <When at={at} /> },
  { name: 'Time', share: 1.3, cell: ({ at }) => <Time at={at} /> },
  {
    name: 'Execution',
    share: 2,
    cell: ({ executionArn, name }) => (
      <a href={linkTo('executions', executionArn)}>
        <Data>{name}</Data>
      </a>
    ),
  },
  { name: 'State', share: 1.6, cell: ({ state }) => <Data>{state ?? ''}</Data> },
  { name: 'What happens', share: 1.2, cell: ({ kind }) => WORDS[kind] ?? kind },
];

const advance = (body: object): Promise<unknown> => post('/_local/clock/advance', body);

/** The time of the cloud, which functions and executions see as well, and what comes next. */
export function ClockView() {
  const { now, nextTimer } = useClock();
  const [amount, setAmount] = useState(1);
  const [unit, setUnit] = useState<keyof typeof UNITS>('hours');
  const timers = useLoad('timers', () => ask<{ timers: readonly Timer[] }>('timers'), {
    live: ['executions', 'clock'],
  });
  return (
    <>
      <h1>Clock</h1>
      <section class="card clock" aria-label="Now">
        <p class="big">{dateTime(now)}</p>
        <p class="quiet">
          The time of this cloud. Functions and executions see it too, so a reminder due tomorrow need not be waited
          for.
        </p>
        <div class="buttons">
          <ActionButton kind="primary" disabled={nextTimer === undefined} act={() => advance({ to: 'next-timer' })}>
            Skip to the next timer
          </ActionButton>
          {STEPS.map(([name, seconds]) => (
            <ActionButton key={name} act={() => advance({ seconds })} done={`${name} later`}>
              + {name}
            </ActionButton>
          ))}
        </div>
        <form
          class="filters"
          onSubmit={(event) => {
            event.preventDefault();
          }}
        >
          <label>
            Advance by{' '}
            <input
              type="number"
              min="1"
              value={amount}
              onInput={({ currentTarget }) => setAmount(currentTarget.valueAsNumber)}
            />
          </label>
          <select
            aria-label="Unit"
            value={unit}
            onChange={({ currentTarget }) => setUnit(currentTarget.value as keyof typeof UNITS)}
          >
            {Object.keys(UNITS).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          <ActionButton
            disabled={!(amount > 0)}
            act={() => advance({ seconds: amount * UNITS[unit] })}
            done={`${amount} ${unit} later`}
          >
            Advance
          </ActionButton>
        </form>
        <p>{nextTimer === undefined ? 'No timer is set.' : `The next timer is due ${relative(nextTimer, now)}.`}</p>
      </section>
      <h2>What executions wait for</h2>
      <Show of={timers}>
        {({ timers: list }) =>
          list.length === 0 ? (
            <Empty>No execution waits for a time.</Empty>
          ) : (
            <Rows
              label="Timers"
              columns={COLUMNS}
              rows={list}
              keyOf={({ executionArn, kind, at, state }) => `${executionArn} ${state} ${kind} ${at}`}
            />
          )
        }
      </Show>
    </>
  );
}
