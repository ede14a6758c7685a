import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { call } from '../lib/api.ts';
import { useLoad } from '../lib/load.ts';
import { count } from '../lib/words.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Json } from '../parts/json.tsx';
import { type Column, Rows } from '../parts/rows.tsx';
import { Empty, Failure, Show } from '../parts/states.tsx';
import { Data } from '../parts/text.tsx';
import { allPages } from './all-pages.ts';
import { Names } from './names.tsx';

/** As DynamoDB writes it: `{"S": "text"}`. */
type Attribute = Readonly<Record<string, unknown>>;
type Item = Readonly<Record<string, Attribute>>;

interface Description {
  readonly KeySchema: readonly { readonly AttributeName: string }[];
  readonly ItemCount?: number;
}

export function Tables({ name }: { name: string | undefined }) {
  return name === undefined ? <AllTables /> : <Items key={name} name={name} />;
}

function AllTables() {
  const names = useLoad('tables', () =>
    allPages<string>(
      'dynamodb',
      'ListTables',
      {},
      { list: 'TableNames', token: 'LastEvaluatedTableName', input: 'ExclusiveStartTableName' },
    ),
  );
  return (
    <Show of={names}>
      {(list) => <Names kind="tables" label="Tables" rows={list.map((each) => ({ name: each }))} />}
    </Show>
  );
}

interface Scanned {
  readonly Items?: readonly Item[];
  readonly LastEvaluatedKey?: Item;
}

const PAGE = 200;

function Items({ name }: { name: string }) {
  const table = useLoad(name, () => call<{ Table: Description }>('dynamodb', 'DescribeTable', { TableName: name }));
  return (
    <Show of={table}>
      {({ Table }) => <ItemRows name={name} keys={Table.KeySchema.map((each) => each.AttributeName)} />}
    </Show>
  );
}

function ItemRows({ name, keys }: { name: string; keys: readonly string[] }) {
  const [state, setState] = useState<{ items: readonly Item[]; next: Item | undefined }>();
  const [error, setError] = useState<Error>();
  const [opened, setOpened] = useState<Item>();
  const isLoading = useRef(false);
  const load = useCallback(
    (start?: Item) => {
      if (isLoading.current) return;
      isLoading.current = true;
      const input = { TableName: name, Limit: start ? 5 * PAGE : PAGE, ...(start && { ExclusiveStartKey: start }) };
      call<Scanned>('dynamodb', 'Scan', input)
        .then(
          ({ Items: items = [], LastEvaluatedKey: next }) =>
            setState((before) => ({ items: start ? [...(before?.items ?? []), ...items] : items, next })),
          setError,
        )
        .finally(() => {
          isLoading.current = false;
        });
    },
    [name],
  );
  useEffect(() => load(), [load]);
  const more = useCallback(() => {
    if (state?.next) load(state.next);
  }, [state, load]);
  if (error) return <Failure error={error} />;
  if (!state) return <Empty>Loading …</Empty>;
  const names = [...new Set([...keys, ...state.items.slice(0, 50).flatMap((item) => Object.keys(item))])].slice(0, 6);
  const columns: Column<Item>[] = names.map((attribute, index) => ({
    name: attribute,
    cell: (item) => {
      const text = briefly(item[attribute]);
      if (index > 0) return <Data>{text}</Data>;
      return (
        <button type="button" class="link" onClick={() => setOpened(item)}>
          <Data>{text}</Data>
        </button>
      );
    },
  }));
  return (
    <>
      <p class="filters">
        <span class="quiet">
          {count(state.items.length, 'item')} shown{state.next && ', more below'}
        </span>
        <button type="button" class="small" onClick={() => load()}>
          Refresh
        </button>
      </p>
      {state.items.length === 0 ? (
        <Empty>The table is empty.</Empty>
      ) : (
        <Rows
          label="Items"
          columns={columns}
          rows={state.items}
          keyOf={(item) => JSON.stringify(keys.map((key) => item[key]))}
          onEnd={more}
        />
      )}
      {opened && (
        <Dialog title="Item" onClose={() => setOpened(undefined)} wide>
          <Json text={JSON.stringify(plain({ M: opened }))} label="Item" />
        </Dialog>
      )}
    </>
  );
}

const briefly = (attribute: Attribute | undefined): string => {
  if (attribute === undefined) return '';
  const value = plain(attribute);
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** What an attribute means, as plain JSON. */
function plain(attribute: Attribute): unknown {
  const [type, value] = Object.entries(attribute)[0] ?? [];
  switch (type) {
    case 'M':
      return Object.fromEntries(Object.entries(value as Item).map(([name, each]) => [name, plain(each)]));
    case 'L':
      return (value as Attribute[]).map(plain);
    case 'N':
      return Number(value);
    case 'NULL':
      return null;
    default:
      return value;
  }
}
