import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface Column<Row> {
  readonly name: string;
  /** A share of the width that is left; 1 if absent. */
  readonly share?: number;
  /** In pixels, for what always needs as much: a time, a number. */
  readonly width?: number;
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

/** In pixels, with the room around it: a date with its time, how long ago that was, how long something took, a number. */
export const WIDTHS = { time: 206, ago: 128, duration: 108, number: 92 } as const;

const ROW = 41;
const OVERSCAN = 12;
/** So much have the columns together at least, and are scrolled sideways. */
const LEAST_SHARED = 420;

/** A table that draws only the rows in sight: ten thousand are as quick as ten. */
export function Rows<Row>({ label, columns, rows, keyOf, total, onEnd, rowClass }: RowsProps<Row>) {
  const frame = useRef<HTMLElement>(null);
  const [first, setFirst] = useState(0);
  const [{ width, height }, setSize] = useState({ width: 0, height: 800 });
  useLayoutEffect(() => {
    const element = frame.current!;
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    measure();
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const from = Math.min(Math.max(0, first - OVERSCAN), rows.length);
  const to = Math.min(rows.length, first + Math.ceil(height / ROW) + OVERSCAN);
  useEffect(() => {
    if (onEnd && to >= rows.length) onEnd();
  }, [to, rows.length, onEnd]);
  const widths = widthsOf(columns, width);
  return (
    <section
      class="rows"
      ref={frame}
      aria-label={label}
      tabIndex={0}
      onScroll={({ currentTarget }) => setFirst(Math.floor(currentTarget.scrollTop / ROW))}
    >
      <table
        aria-rowcount={(total ?? rows.length) + 1}
        style={{ width: `${widths.reduce((sum, each) => sum + each, 0)}px` }}
      >
        <colgroup>
          {columns.map(({ name }, index) => (
            <col key={name} style={{ width: `${widths[index]}px` }} />
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

/** What always needs as much has it; the others share what is left. */
function widthsOf<Row>(columns: readonly Column<Row>[], all: number): readonly number[] {
  const fixed = columns.reduce((sum, { width = 0 }) => sum + width, 0);
  const shares = columns.reduce((sum, { width, share = 1 }) => sum + (width === undefined ? share : 0), 0);
  const shared = Math.max(all - fixed, LEAST_SHARED);
  return columns.map(({ width, share = 1 }) => width ?? Math.floor((shared * share) / shares));
}

const Gap = ({ rows, columns }: { rows: number; columns: number }) =>
  rows > 0 ? (
    <tr class="gap">
      <td colSpan={columns} style={{ height: `${rows * ROW}px` }} />
    </tr>
  ) : null;
