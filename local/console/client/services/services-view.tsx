import type { ComponentChildren } from 'preact';
import { linkTo } from '../lib/router.ts';
import { Alarms } from './alarms.tsx';
import { Buckets } from './buckets.tsx';
import { Buses } from './buses.tsx';
import { LogGroups } from './log-groups.tsx';
import { Queues } from './queues.tsx';
import { Schedules } from './schedules.tsx';
import { Tables } from './tables.tsx';
import { Topics } from './topics.tsx';

interface Kind {
  readonly title: string;
  readonly about: string;
  readonly view: (name: string | undefined) => ComponentChildren;
}

const KINDS: Readonly<Record<string, Kind>> = {
  tables: { title: 'Tables', about: 'Items of DynamoDB tables', view: (name) => <Tables name={name} /> },
  queues: {
    title: 'Queues',
    about: 'Depth, messages and dead letters of SQS queues',
    view: (name) => <Queues name={name} />,
  },
  topics: { title: 'Topics', about: 'SNS topics and who is subscribed', view: (name) => <Topics name={name} /> },
  buses: {
    title: 'Buses',
    about: 'EventBridge buses with their rules; put a test event',
    view: (name) => <Buses name={name} />,
  },
  schedules: { title: 'Schedules', about: 'What EventBridge Scheduler starts, and when', view: () => <Schedules /> },
  logs: { title: 'Logs', about: 'Log groups, with their newest lines', view: (name) => <LogGroups name={name} /> },
  alarms: {
    title: 'Alarms',
    about: 'CloudWatch alarms: how they stand, since when and why',
    view: (name) => <Alarms name={name} />,
  },
  buckets: { title: 'Buckets', about: 'Objects of S3 buckets', view: (name) => <Buckets name={name} /> },
};

/** The services around the executions: to look into, mostly. */
export function ServicesView({ kind, name }: { kind: string | undefined; name: string | undefined }) {
  const chosen = kind === undefined ? undefined : KINDS[kind];
  return (
    <>
      <h1>{chosen ? (name ?? chosen.title) : 'Services'}</h1>
      <nav class="kinds" aria-label="Services">
        {Object.entries(KINDS).map(([each, { title }]) => (
          <a key={each} href={linkTo('services', each)} aria-current={each === kind ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      {chosen ? chosen.view(name) : <All />}
    </>
  );
}

const All = () => (
  <ul class="tiles">
    {Object.entries(KINDS).map(([kind, { title, about }]) => (
      <li key={kind}>
        <a class="card tile" href={linkTo('services', kind)}>
          <b>{title}</b>
          <span>{about}</span>
        </a>
      </li>
    ))}
  </ul>
);
