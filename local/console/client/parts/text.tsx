import type { ComponentChildren } from 'preact';
import { useClock } from '../lib/live.ts';
import { dateTime, relative, timeOfDay } from '../lib/words.ts';

/** What comes from an execution, a mail or a table: data, which keeps its direction to itself. */
export const Data = ({ children, mono = false }: { children: string; mono?: boolean }) => (
  <bdi class={mono ? 'data mono' : 'data'} title={children.length > 200 ? undefined : children}>
    {children}
  </bdi>
);

export const Time = ({ at }: { at: number }) => (
  <time dateTime={new Date(at).toISOString()} title={new Date(at).toISOString()}>
    {dateTime(at)}
  </time>
);

/** Of things that happen within a day: to the millisecond. */
export const TimeOfDay = ({ at }: { at: number }) => (
  <time dateTime={new Date(at).toISOString()} title={dateTime(at)}>
    {timeOfDay(at)}
  </time>
);

/** How long ago, or in how long; it goes on with the cloud's clock. */
export function When({ at }: { at: number }) {
  const { now } = useClock();
  return (
    <time dateTime={new Date(at).toISOString()} title={dateTime(at)}>
      {relative(at, now)}
    </time>
  );
}

/** An ISO 8601 time, or a number of milliseconds. */
export const timeOf = (value: string | number): number => (typeof value === 'number' ? value : Date.parse(value));

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;

/** Plain text as it is, its links clickable. */
export function WithLinks({ text }: { text: string }) {
  const parts: ComponentChildren[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    parts.push(
      text.slice(end, match.index),
      <a href={match[0]} target="_blank" rel="noopener noreferrer">
        {match[0]}
      </a>,
    );
    end = match.index + match[0].length;
  }
  return (
    <>
      {parts}
      {text.slice(end)}
    </>
  );
}

/** Names and values, side by side. */
export const Facts = ({ children }: { children: ComponentChildren }) => <dl class="facts">{children}</dl>;

export const Fact = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
