import { useState } from 'preact/hooks';
import { ask, post } from '../lib/api.ts';
import { useClock } from '../lib/live.ts';
import { useLoad } from '../lib/load.ts';
import { linkTo } from '../lib/router.ts';
import { dateTime, nameIn, relative } from '../lib/words.ts';
import { ActionButton } from '../parts/buttons.tsx';
import { type Column, Rows, WIDTHS } from '../parts/rows.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { Data, Time, When } from '../parts/text.tsx';

interface Timer {
  readonly at: number;
  readonly kind: string;
  /** Of an execution, a schedule or a rule, or the ARN of what is called. */
  readonly name: string;
  readonly executionArn?: string;
  readonly state?: string | null;
  /** It comes so often that skipping to the next timer does not mean it. */
  readonly isFrequent?: boolean;
}

const WORDS: Readonly<Record<string, string>> = {
  wait: 'goes on',
  retry: 'is tried again',
  timeout: 'times out',
  heartbeat: 'misses its heartbeat',
  execution: 'the execution times out',
  continue: 'goes on',
  schedule: 'the schedule starts it',
  rule: 'the rule sends its event',
  delivery: 'an event is delivered again',
  invocation: 'the function is tried again',
};

const STEPS = [
  ['1 minute', 60],
  ['1 hour', 3_600],
  ['1 day', 86_400],
  ['1 week', 604_800],
] as const;

const UNITS = { minutes: 60, hours: 3_600, days: 86_400 } as const;

const COLUMNS: Column<Timer>[] = [
  { name: 'When', width: WIDTHS.ago, cell: ({ at }) => <When at={at} /> },
  { name: 'Time', width: WIDTHS.time, cell: ({ at }) => <Time at={at} /> },
  {
    name: 'Of',
    share: 2,
    cell: ({ executionArn, name }) =>
      executionArn === undefined ? (
        <Data>{nameIn(name)}</Data>
      ) : (
        <a href={linkTo('executions', executionArn)}>
          <Data>{name}</Data>
        </a>
      ),
  },
  { name: 'State', share: 1.2, cell: ({ state }) => <Data>{state ?? ''}</Data> },
  {
    name: 'What happens',
    share: 1.7,
    cell: ({ kind, isFrequent }) => (
      <Data>{`${WORDS[kind] ?? kind}${isFrequent ? ', often: skipping passes it by' : ''}`}</Data>
    ),
  },
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
      <h2>What comes next</h2>
      <Show of={timers}>
        {({ timers: list }) =>
          list.length === 0 ? (
            <Empty>Nothing waits for a time.</Empty>
          ) : (
            <Rows
              label="Timers"
              columns={COLUMNS}
              rows={list}
              keyOf={({ executionArn, name, kind, at, state }) => `${executionArn ?? name} ${state} ${kind} ${at}`}
            />
          )
        }
      </Show>
    </>
  );
}
