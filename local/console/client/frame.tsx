import type { ComponentChildren } from 'preact';
import { post } from './lib/api.ts';
import { useClock } from './lib/live.ts';
import { linkTo, type Place } from './lib/router.ts';
import { dateTime, relative } from './lib/words.ts';
import { useApplication } from './parts/application.tsx';
import { ActionButton } from './parts/buttons.tsx';
import { Notices } from './parts/notices.tsx';

interface Entry {
  readonly name: string;
  readonly parts: readonly string[];
}

/** Navigation and clock around every view. */
export function Frame({ place, children }: { place: Place; children: ComponentChildren }) {
  const { name, manifest } = useApplication();
  const collections = manifest?.collections ?? [];
  const groups: readonly (readonly [string, readonly Entry[]])[] = [
    [
      'Work',
      [
        { name: 'Overview', parts: [] },
        ...collections.map(({ path, title }) => ({ name: title, parts: ['app', path.slice(1)] })),
        { name: 'Mailbox', parts: ['mailbox'] },
      ],
    ],
    [
      'Cloud',
      [
        { name: 'Executions', parts: ['executions'] },
        { name: 'Machines', parts: ['machines'] },
        { name: 'Services', parts: ['services'] },
        { name: 'Clock', parts: ['clock'] },
      ],
    ],
  ];
  return (
    <div class="frame">
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="side">
        <a class="brand" href="/_local/">
          <Mark />
          <span>
            {manifest?.title ?? name}
            <small>local cloud</small>
          </span>
        </a>
        <nav aria-label="Console">
          {groups.map(([group, entries]) => (
            <ul key={group} aria-label={group}>
              {entries.map(({ name: entry, parts }) => (
                <li key={entry}>
                  <a
                    href={parts.length === 0 ? '/_local/' : linkTo(...parts)}
                    aria-current={isHere(place, parts) ? 'page' : undefined}
                  >
                    {entry}
                  </a>
                </li>
              ))}
            </ul>
          ))}
        </nav>
        <SmallClock />
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <Notices />
    </div>
  );
}

const isHere = ({ parts: here }: Place, parts: readonly string[]): boolean =>
  parts.length === 0 ? here.length === 0 : parts.every((part, index) => here[index] === part);

const Mark = () => (
  <svg width="26" height="26" viewBox="0 0 16 16" aria-hidden="true">
    <circle cx="8" cy="8" r="7.5" class="mark-disc" />
    <path d="M4.5 8.2l2.4 2.4 4.6-5" class="mark-tick" />
  </svg>
);

function SmallClock() {
  const { now, nextTimer, isConnected } = useClock();
  return (
    <section class="small-clock" aria-label="Time of this cloud">
      <p class="time">{dateTime(now)}</p>
      <p class="quiet">{nextTimer === undefined ? 'No timer' : `Next timer ${relative(nextTimer, now)}`}</p>
      <ActionButton
        kind="small"
        disabled={nextTimer === undefined}
        act={() => post('/_local/clock/advance', { to: 'next-timer' })}
      >
        Skip to it
      </ActionButton>
      <p class={`live ${isConnected ? 'on' : 'off'}`}>{isConnected ? 'Live' : 'Not connected'}</p>
    </section>
  );
}
