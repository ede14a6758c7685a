import { useState } from 'preact/hooks';
import { linkTo } from '../lib/router.ts';
import { type Column, Rows } from '../parts/rows.tsx';
import { Empty } from '../parts/states.tsx';
import { Data } from '../parts/text.tsx';

/** Fewer are found by looking. */
const FEW = 10;

/** Things that have a page of their own, by name. */
export function Names<Row extends { readonly name: string }>({
  kind,
  label,
  rows,
  columns = [],
}: {
  kind: string;
  label: string;
  rows: readonly Row[];
  columns?: readonly Column<Row>[];
}) {
  const [part, setPart] = useState('');
  if (rows.length === 0) return <Empty>There is none.</Empty>;
  const wanted = part.toLowerCase();
  const shown = wanted === '' ? rows : rows.filter((row) => row.name.toLowerCase().includes(wanted));
  const name: Column<Row> = {
    name: 'Name',
    share: 2.4,
    cell: (row) => (
      <a href={linkTo('services', kind, row.name)}>
        <Data>{row.name}</Data>
      </a>
    ),
  };
  return (
    <>
      {rows.length > FEW && (
        <search class="filters">
          <label>
            Name contains{' '}
            <input type="search" value={part} onInput={({ currentTarget }) => setPart(currentTarget.value)} />
          </label>
          <span class="quiet">
            {shown.length < rows.length && `${shown.length.toLocaleString('en')} of `}
            {rows.length.toLocaleString('en')}
          </span>
        </search>
      )}
      {shown.length === 0 ? (
        <Empty>No name contains “{part}”.</Empty>
      ) : (
        <Rows label={label} columns={[name, ...columns]} rows={shown} keyOf={(row) => row.name} />
      )}
    </>
  );
}
