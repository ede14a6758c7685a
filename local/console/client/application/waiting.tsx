import { useLoad } from '../lib/load.ts';
import { linkTo } from '../lib/router.ts';
import { type Collection, useApplication } from '../parts/application.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { Data, timeOf, When } from '../parts/text.tsx';
import { callRoute } from './call-route.ts';
import { itemsIn } from './collection-view.tsx';
import { collectionRoutes, idMember, memberAt } from './open-api.ts';

/** What waits for a person: what, for whom, since when, until when. */
export function Waiting({ collection }: { collection: Collection }) {
  const application = useApplication();
  const { list } = collectionRoutes(application.openApi, collection.path);
  const id = idMember(application.openApi, collection.path);
  const answer = useLoad(
    collection.path,
    async () => (list ? itemsIn(await callRoute<unknown>(application, list), list.answer).items : []),
    { live: ['executions', 'clock'] },
  );
  const members = collection.waiting!;
  return (
    <section class="card" aria-labelledby="waiting">
      <h2 id="waiting">
        <a href={linkTo('app', collection.path.slice(1))}>Waiting for a person</a>
      </h2>
      <Show of={answer}>
        {(items) =>
          items.length === 0 ? (
            <Empty>Nobody is waited for.</Empty>
          ) : (
            <ul class="list">
              {items.slice(0, 50).map((item) => (
                <li key={String(item[id])}>
                  <a href={linkTo('app', collection.path.slice(1), String(item[id]))}>
                    <span class="grow">
                      <Data>{String(memberAt(item, members.what) ?? item[id])}</Data>
                      <small class="quiet">
                        for <bdi>{[memberAt(item, members.who)].flat().join(', ')}</bdi>, asked{' '}
                        <Since value={memberAt(item, members.since)} />
                      </small>
                    </span>
                    <span class="tone-wait expiry">
                      expires <Since value={memberAt(item, members.until)} />
                    </span>
                  </a>
                </li>
              ))}
            </ul>
          )
        }
      </Show>
    </section>
  );
}

const Since = ({ value }: { value: unknown }) =>
  typeof value === 'string' || typeof value === 'number' ? <When at={timeOf(value)} /> : <>?</>;
