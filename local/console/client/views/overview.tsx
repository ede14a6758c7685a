import { Waiting } from '../application/waiting.tsx';
import type { ExecutionRow } from '../execution/load-execution.ts';
import { ask } from '../lib/api.ts';
import { useLoad } from '../lib/load.ts';
import { linkTo } from '../lib/router.ts';
import { useApplication } from '../parts/application.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import { Data, When } from '../parts/text.tsx';

interface OverviewData {
  readonly counts: Readonly<Record<string, number>>;
  readonly isAll: boolean;
  readonly waitingCount: number;
  readonly waiting: readonly (ExecutionRow & {
    readonly tasks: readonly { readonly state: string; readonly since: number; readonly until: number | null }[];
  })[];
}

interface MailRow {
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly sentAt: number;
}

/** What goes on, at a glance. */
export function Overview() {
  const overview = useLoad('overview', () => ask<OverviewData>('overview'), { live: ['executions', 'clock'] });
  const latest = useLoad('latest', () => ask<{ executions: readonly ExecutionRow[] }>('executions', { limit: 8 }), {
    live: ['executions'],
  });
  const mails = useLoad('mails', () => ask<{ mails: readonly MailRow[] }>('mails', { limit: 5 }), { live: ['mails'] });
  const { manifest } = useApplication();
  const people = manifest?.collections?.find(({ waiting }) => waiting !== undefined);
  return (
    <>
      <h1>Overview</h1>
      <Show of={overview}>{(value) => <Counts {...value} />}</Show>
      {people ? <Waiting collection={people} /> : <Show of={overview}>{(value) => <Tokens {...value} />}</Show>}
      <div class="columns">
        <section class="card" aria-labelledby="latest-executions">
          <h2 id="latest-executions">
            <a href="/_local/executions">Latest executions</a>
          </h2>
          <Show of={latest}>
            {({ executions }) =>
              executions.length === 0 ? (
                <Empty>Nothing has run yet.</Empty>
              ) : (
                <ul class="list">
                  {executions.slice(0, 8).map(({ executionArn, name, machine, status, startedAt }) => (
                    <li key={executionArn}>
                      <a href={linkTo('executions', executionArn)}>
                        <span class="grow">
                          <Data>{name}</Data>
                          <small class="quiet">
                            <bdi>{machine}</bdi> · <When at={startedAt} />
                          </small>
                        </span>
                        <Status of={status} />
                      </a>
                    </li>
                  ))}
                </ul>
              )
            }
          </Show>
        </section>
        <section class="card" aria-labelledby="latest-mails">
          <h2 id="latest-mails">
            <a href="/_local/mailbox">Latest mails</a>
          </h2>
          <Show of={mails}>
            {({ mails: list }) =>
              list.length === 0 ? (
                <Empty>No mail yet.</Empty>
              ) : (
                <ul class="list">
                  {list.map(({ id, to, subject, sentAt }) => (
                    <li key={id}>
                      <a href={linkTo('mailbox', id)}>
                        <span class="grow">
                          <Data>{subject}</Data>
                          <small class="quiet">
                            to <bdi>{to.join(', ')}</bdi> · <When at={sentAt} />
                          </small>
                        </span>
                      </a>
                    </li>
                  ))}
                </ul>
              )
            }
          </Show>
        </section>
      </div>
    </>
  );
}

function Counts({ counts, isAll, waitingCount }: OverviewData) {
  const of = (...statuses: string[]): number => statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
  const tiles: readonly (readonly [name: string, number: number, tone: string, query: string])[] = [
    ['Running', of('RUNNING'), 'busy', '?status=RUNNING'],
    ['Waiting for an answer', waitingCount, 'wait', '?status=waiting'],
    ['Failed or stopped', of('FAILED', 'TIMED_OUT', 'ABORTED'), 'bad', '?status=unsuccessful'],
    ['Succeeded', of('SUCCEEDED'), 'good', '?status=SUCCEEDED'],
  ];
  return (
    <ul class="tiles" aria-label="Executions by status">
      {tiles.map(([name, number, tone, query]) => (
        <li key={name}>
          <a href={`/_local/executions${query}`} class={`card tile ${number > 0 ? `tone-${tone}` : ''}`}>
            <strong>
              {number.toLocaleString('en')}
              {!isAll && number > 0 && '+'}
            </strong>
            <span>{name}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** What waits for a task token, where nothing better is known about for whom. */
const Tokens = ({ waiting }: OverviewData) => (
  <section class="card" aria-labelledby="waiting">
    <h2 id="waiting">Waiting for an answer</h2>
    {waiting.length === 0 ? (
      <Empty>Nothing waits.</Empty>
    ) : (
      <ul class="list">
        {waiting.flatMap(({ executionArn, name, tasks }) =>
          tasks.map(({ state, since, until }) => (
            <li key={`${executionArn} ${state} ${since}`}>
              <a href={`${linkTo('executions', executionArn)}?state=${encodeURIComponent(state)}`}>
                <span class="grow">
                  <Data>{name}</Data>
                  <small class="quiet">
                    <bdi>{state}</bdi>, entered <When at={since} />
                  </small>
                </span>
                {until !== null && (
                  <span class="quiet">
                    expires <When at={until} />
                  </span>
                )}
              </a>
            </li>
          )),
        )}
      </ul>
    )}
  </section>
);
