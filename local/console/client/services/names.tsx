import { linkTo } from '../lib/router.ts';
import { type Column, Rows } from '../parts/rows.tsx';
import { Empty } from '../parts/states.tsx';
import { Data } from '../parts/text.tsx';

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
  if (rows.length === 0) return <Empty>There is none.</Empty>;
  const name: Column<Row> = {
    name: 'Name',
    share: 2.4,
    cell: (row) => (
      <a href={linkTo('services', kind, row.name)}>
        <Data>{row.name}</Data>
      </a>
    ),
  };
  return <Rows label={label} columns={[name, ...columns]} rows={rows} keyOf={(row) => row.name} />;
}
