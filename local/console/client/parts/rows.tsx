import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface Column<Row> {
  readonly name: string;
  /** A share of the width; 1 if absent. */
  readonly share?: number;
  readonly align?: 'end';
  readonly cell: (row: Row, index: number) => ComponentChildren;
}

interface RowsProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row, index: number) => string | number;
  /** How many there are in all, when more can be loaded. */
  readonly total?: number;
  /** Called when the end comes into sight. */
  readonly onEnd?: () => void;
  readonly rowClass?: (row: Row) => string;
}

const ROW = 41;
const OVERSCAN = 12;

/** A table that draws only the rows in sight: ten thousand are as quick as ten. */
export function Rows<Row>({ label, columns, rows, keyOf, total, onEnd, rowClass }: RowsProps<Row>) {
  const frame = useRef<HTMLElement>(null);
  const [first, setFirst] = useState(0);
  const [height, setHeight] = useState(800);
  useEffect(() => {
    const element = frame.current!;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const from = Math.min(Math.max(0, first - OVERSCAN), rows.length);
  const to = Math.min(rows.length, first + Math.ceil(height / ROW) + OVERSCAN);
  useEffect(() => {
    if (onEnd && to >= rows.length) onEnd();
  }, [to, rows.length, onEnd]);
  const shares = columns.reduce((sum, { share = 1 }) => sum + share, 0);
  return (
    <section
      class="rows"
      ref={frame}
      aria-label={label}
      tabIndex={0}
      onScroll={({ currentTarget }) => setFirst(Math.floor(currentTarget.scrollTop / ROW))}
    >
      <table aria-rowcount={(total ?? rows.length) + 1}>
        <colgroup>
          {columns.map(({ name, share = 1 }) => (
            <col key={name} style={{ width: `${(100 * share) / shares}%` }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map(({ name, align }) => (
              <th key={name} scope="col" class={align}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap rows={from} columns={columns.length} />
          {rows.slice(from, to).map((row, offset) => (
            <tr key={keyOf(row, from + offset)} aria-rowindex={from + offset + 2} class={rowClass?.(row)}>
              {columns.map(({ name, align, cell }) => (
                <td key={name} class={align}>
                  {cell(row, from + offset)}
                </td>
              ))}
            </tr>
          ))}
          <Gap rows={rows.length - to} columns={columns.length} />
        </tbody>
      </table>
    </section>
  );
}

const Gap = ({ rows, columns }: { rows: number; columns: number }) =>
  rows > 0 ? (
    <tr class="gap">
      <td colSpan={columns} style={{ height: `${rows * ROW}px` }} />
    </tr>
  ) : null;
