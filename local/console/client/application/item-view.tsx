import { useState } from 'preact/hooks';
import type { ExecutionRow } from '../execution/load-execution.ts';
import { ask } from '../lib/api.ts';
import { useLoad } from '../lib/load.ts';
import { linkTo } from '../lib/router.ts';
import { type Application, useApplication } from '../parts/application.tsx';
import { Empty, Failure, Show } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import { Data, When } from '../parts/text.tsx';
import type { MailRow } from '../views/mailbox-view.tsx';
import { Badge } from './badge.tsx';
import { callRoute } from './call-route.ts';
import { itemsIn } from './collection-view.tsx';
import { collectionRoutes, idMember, type Route, type Schema } from './open-api.ts';
import { RouteForm } from './route-form.tsx';
import { ObjectView } from './value.tsx';

type Item = Readonly<Record<string, unknown>>;

/** One thing that the API knows, with what can be done with it, its executions and its mails. */
export function ItemView({ path, id }: { path: string; id: string }) {
  const application = useApplication();
  const collection = application.manifest?.collections?.find((each) => each.path === `/${path}`);
  const routes = collectionRoutes(application.openApi, `/${path}`);
  const [action, setAction] = useState<Route>();
  const load = () => loadItem(application, `/${path}`, id);
  const item = useLoad(`${path} ${id}`, load, { live: ['executions', 'mails', 'clock'] });
  if (!collection) return <Failure error={new Error(`There is nothing at /${path}.`)} />;
  const status = item.value?.item.status;
  return (
    <>
      <p class="crumbs">
        <a href={linkTo('app', path)}>{collection.title}</a>
      </p>
      <header class="title">
        <h1>
          <Data>{id}</Data> {typeof status === 'string' && <Badge text={status} />}
        </h1>
        <div class="buttons">
          {routes.actions.map((route) => (
            <button key={`${route.method} ${route.path}`} type="button" onClick={() => setAction(route)}>
              {route.title} …
            </button>
          ))}
        </div>
      </header>
      <Show of={item}>{(value) => <ObjectView value={value.item} schema={value.schema} />}</Show>
      <Related ids={[id, ...idsIn(item.value?.item)]} />
      {action && (
        <RouteForm
          collection={collection}
          route={action}
          path={{ [idMember(application.openApi, `/${path}`)]: id }}
          {...(action.method === 'PUT' && item.value && { value: item.value.item })}
          onClose={() => setAction(undefined)}
          onDone={item.reload}
        />
      )}
    </>
  );
}

/** By its own route; where there is none that answers JSON, out of the list. */
async function loadItem(
  application: Application,
  path: string,
  id: string,
): Promise<{ item: Item; schema: Schema | undefined }> {
  const routes = collectionRoutes(application.openApi, path);
  const name = idMember(application.openApi, path);
  if (routes.item) {
    const item = await callRoute<Item>(application, routes.item, { path: { [name]: id } });
    return { item, schema: routes.item.answer };
  }
  if (!routes.list) throw new Error('The API has no route for this.');
  const { items, schema } = itemsIn(await callRoute<unknown>(application, routes.list), routes.list.answer);
  const item = items.find((each) => String(each[name]) === id);
  if (!item) throw new Error(`${id} is not in the list (any more).`);
  return { item, schema };
}

/** Ids of what it is about: `subject.id`. */
const idsIn = (item: Item | undefined): readonly string[] =>
  Object.values(item ?? {}).flatMap((member) => {
    const inner = (member as { id?: unknown } | null)?.id;
    return typeof inner === 'string' && inner.length > 8 ? [inner] : [];
  });

async function loadRelated(ids: readonly string[]) {
  const answers = await Promise.all(
    ids.map(async (id) => ({
      executions: (await ask<{ executions: readonly ExecutionRow[] }>('executions', { name: id, limit: 20 }))
        .executions,
      mails: (await ask<{ mails: readonly MailRow[] }>('mails', { about: id, limit: 20 })).mails,
    })),
  );
  const executions = new Map(answers.flatMap((each) => each.executions).map((row) => [row.executionArn, row]));
  const mails = new Map(answers.flatMap((each) => each.mails).map((row) => [row.id, row]));
  return { executions: [...executions.values()], mails: [...mails.values()] };
}

function Related({ ids }: { ids: readonly string[] }) {
  const related = useLoad(`related ${ids.join(' ')}`, () => loadRelated(ids), { live: ['executions', 'mails'] });
  return (
    <Show of={related}>
      {({ executions, mails }) => (
        <div class="columns">
          <section class="card" aria-labelledby="its-executions">
            <h2 id="its-executions">Executions</h2>
            {executions.length === 0 && <Empty>None has it in its name.</Empty>}
            <ul class="list">
              {executions.map(({ executionArn, name, machine, status, startedAt }: ExecutionRow) => (
                <li key={executionArn}>
                  <a href={linkTo('executions', executionArn)}>
                    <span class="grow">
                      <Data>{machine}</Data>
                      <small class="quiet">
                        <bdi>{name}</bdi> · <When at={startedAt} />
                      </small>
                    </span>
                    <Status of={status} />
                  </a>
                </li>
              ))}
            </ul>
          </section>
          <section class="card" aria-labelledby="its-mails">
            <h2 id="its-mails">Mails</h2>
            {mails.length === 0 && <Empty>None is about it.</Empty>}
            <ul class="list">
              {mails.map(({ id, to, subject, sentAt }) => (
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
          </section>
        </div>
      )}
    </Show>
  );
}
