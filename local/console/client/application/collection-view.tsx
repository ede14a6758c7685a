import { useState } from 'preact/hooks';
import { useExecutions } from '../execution/execution-list.tsx';
import type { ExecutionRow } from '../execution/load-execution.ts';
import { useLoad } from '../lib/load.ts';
import { linkTo } from '../lib/router.ts';
import { type Collection, useApplication } from '../parts/application.tsx';
import { Detail, shared } from '../parts/detail.tsx';
import { type Column, Rows, WIDTHS } from '../parts/rows.tsx';
import { Empty, Failure, Show } from '../parts/states.tsx';
import { Data, Time, timeOf, When } from '../parts/text.tsx';
import { listMachines } from '../views/machines-view.tsx';
import { Badge } from './badge.tsx';
import { callRoute } from './call-route.ts';
import {
  type CollectionRoutes,
  collectionRoutes,
  idMember,
  inWords,
  memberAt,
  type Route,
  type Schema,
} from './open-api.ts';
import { RouteForm } from './route-form.tsx';
import { isTime, scalarText } from './value.tsx';

type Item = Readonly<Record<string, unknown>>;

/** One kind of thing that the API knows: all of them, and a form for a new one. */
export function CollectionView({ path }: { path: string }) {
  const { openApi, manifest } = useApplication();
  const collection = manifest?.collections?.find((each) => each.path === `/${path}`);
  const routes = collectionRoutes(openApi, `/${path}`);
  const [isOpen, setOpen] = useState(false);
  if (!collection) return <Failure error={new Error(`There is nothing at /${path}.`)} />;
  return (
    <>
      <header class="title">
        <h1>{collection.title}</h1>
        {routes.create && (
          <button type="button" class="primary" onClick={() => setOpen(true)}>
            {routes.create.title} …
          </button>
        )}
      </header>
      {routes.list ? (
        <Listed collection={collection} route={routes.list} />
      ) : (
        collection.executionsOf !== undefined && <ByExecutions collection={collection} routes={routes} />
      )}
      {isOpen && <RouteForm collection={collection} route={routes.create!} onClose={() => setOpen(false)} />}
    </>
  );
}

/** The list that an answer holds, with the schema of its entries. */
export function itemsIn(
  answer: unknown,
  schema: Schema | undefined,
): { items: readonly Item[]; schema: Schema | undefined } {
  if (Array.isArray(answer)) return { items: answer as Item[], schema: schema?.items };
  const [name, items] = Object.entries((answer ?? {}) as Item).find(([, value]) => Array.isArray(value)) ?? [];
  return {
    items: (items as Item[] | undefined) ?? [],
    schema: name === undefined ? undefined : schema?.properties?.[name]?.items,
  };
}

function Listed({ collection, route }: { collection: Collection; route: Route }) {
  const application = useApplication();
  const id = idMember(application.openApi, collection.path);
  const answer = useLoad(collection.path, () => callRoute<unknown>(application, route), {
    live: ['executions', 'clock'],
    every: 10_000,
  });
  return (
    <Show of={answer}>
      {(value) => {
        const { items, schema } = itemsIn(value, route.answer);
        if (items.length === 0) return <Empty>There is none.</Empty>;
        return (
          <Rows
            label={collection.title}
            columns={columnsOf(collection, id, schema, items[0]!)}
            rows={items}
            keyOf={(item, index) => String(item[id] ?? index)}
          />
        );
      }}
    </Show>
  );
}

function columnsOf(
  { columns, path }: Collection,
  id: string,
  schema: Schema | undefined,
  sample: Item,
): Column<Item>[] {
  const names = columns ?? Object.keys(schema?.properties ?? sample).slice(0, 7);
  return names.map((name, index) => ({
    name: inWords(name.split('.').at(-1)!),
    ...looksOf(memberAt(sample, name), textAt(sample, name, schema)),
    cell: (item) => {
      const value = memberAt(item, name);
      if (isTime(value)) return <When at={timeOf(value)} />;
      const text = textAt(item, name, schema);
      if (name === 'status') return <Badge text={text} />;
      if (index > 0) return <Data>{text}</Data>;
      return (
        <a href={linkTo('app', path.slice(1), String(item[id]))}>
          <Data>{text}</Data>
        </a>
      );
    },
  }));
}

/** As wide as what stands in it, by the first of them. */
function looksOf(value: unknown, text: string): Pick<Column<Item>, 'width' | 'align' | 'share'> {
  if (isTime(value)) return { width: WIDTHS.ago };
  if (typeof value === 'number') return { width: 150, align: 'end' };
  return { share: Math.min(30, Math.max(8, text.length)) };
}

function textAt(item: Item, name: string, schema: Schema | undefined): string {
  const steps = name.split('.');
  const around = steps.length > 1 ? memberAt(item, steps.slice(0, -1).join('.')) : item;
  const member = steps.reduce<Schema | undefined>((each, step) => each?.properties?.[step], schema);
  return scalarText(memberAt(item, name), member, around);
}

/** No route lists them: each has an execution with its id as name. What the API says of each is asked for when it is in sight. */
function ByExecutions({ collection, routes }: { collection: Collection; routes: CollectionRoutes }) {
  const machines = useLoad('machines', listMachines);
  return (
    <Show of={machines}>
      {(list) => {
        const machine = list.find(
          ({ name }) => name === collection.executionsOf || name.endsWith(`-${collection.executionsOf}`),
        );
        if (!machine) return <Failure error={new Error(`There is no state machine ${collection.executionsOf}.`)} />;
        return <OfMachine collection={collection} routes={routes} machine={machine.stateMachineArn} />;
      }}
    </Show>
  );
}

function OfMachine({
  collection,
  routes,
  machine,
}: {
  collection: Collection;
  routes: CollectionRoutes;
  machine: string;
}) {
  const { rows, isLoaded, more, error } = useExecutions({ machine });
  const { path, columns = [] } = collection;
  if (error) return <Failure error={error} />;
  if (isLoaded && rows.length === 0) return <Empty>There is none yet.</Empty>;
  const all: Column<ExecutionRow>[] = [
    {
      name: inWords(columns[0] ?? 'id'),
      share: 2,
      cell: ({ name }) => (
        <a href={linkTo('app', path.slice(1), name)}>
          <Data>{name}</Data>
        </a>
      ),
    },
    ...columns.slice(1).map((column) => ({
      name: inWords(column),
      ...(column === 'status' && { width: 172 }),
      cell: ({ name, status }: ExecutionRow) => <Cell id={name} column={column} route={routes.item} version={status} />,
    })),
    { name: 'Placed', width: WIDTHS.time, cell: ({ startedAt }) => <Time at={startedAt} /> },
  ];
  return (
    <Rows label={collection.title} columns={all} rows={rows} keyOf={({ executionArn }) => executionArn} onEnd={more} />
  );
}

function Cell({
  id,
  column,
  route,
  version,
}: {
  id: string;
  column: string;
  route: Route | undefined;
  version: string;
}) {
  const ask = useItems(route);
  return (
    <Detail of={id} version={version} load={ask} live={['executions']}>
      {(item) => {
        const text = textAt(item, column, route?.answer);
        return column === 'status' ? <Badge text={text} /> : <Data>{text}</Data>;
      }}
    </Detail>
  );
}

const asking = new WeakMap<Route, (id: string) => Promise<Item>>();

/** All columns of a row are cells of one answer. */
function useItems(route: Route | undefined): (id: string) => Promise<Item> {
  const application = useApplication();
  if (!route) return () => Promise.reject(new Error('The API has no route for one of them.'));
  const known = asking.get(route);
  if (known) return known;
  const ask = shared((id: string) =>
    callRoute<Item>(application, route, {
      path: Object.fromEntries([...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name!, id])),
    }),
  );
  asking.set(route, ask);
  return ask;
}
