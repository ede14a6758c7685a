import type { Movement } from './movement.ts';
import { parseInstant } from './time.ts';

/** What moved in one currency on one day, in minor units. */
export interface LedgerTotal {
  readonly kind: 'total';
  readonly currency: string;
  readonly movements: number;
  readonly captured: number;
  readonly refunded: number;
  /** `captured` less `refunded`. */
  readonly net: number;
}

export interface Ledger {
  /** JSON Lines: a line for each movement, then a total for each currency. The same movements always give the same bytes. */
  readonly text: string;
  readonly totals: readonly LedgerTotal[];
}

export function ledgerOf(movements: readonly Movement[]): Ledger {
  const sorted = movements.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  const lines = sorted.map(({ kind, orderId, reference, currency, amount, at }) => ({
    ...{ kind, orderId, reference, currency, amount, at },
  }));
  const totals = [...Map.groupBy(sorted, ({ currency }) => currency)]
    .map(([currency, group]) => totalOf(currency, group))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
  return { text: [...lines, ...totals].map((line) => `${JSON.stringify(line)}\n`).join(''), totals };
}

const sortKey = ({ at, orderId, kind, reference }: Movement): string => `${at} ${orderId} ${kind} ${reference}`;

function totalOf(currency: string, movements: readonly Movement[]): LedgerTotal {
  const sum = (wanted: Movement['kind']) =>
    movements.reduce((total, { kind, amount }) => (kind === wanted ? total + amount : total), 0);
  const [captured, refunded] = [sum('capture'), sum('refund')];
  return { kind: 'total', currency, movements: movements.length, captured, refunded, net: captured - refunded };
}

/** What was begun before midnight is written by now. */
const SETTLING = 10 * 60_000;
const DAY = 86_400_000;

/** @param day `YYYY-MM-DD`. @returns whether there is such a day and it has been over for ten minutes */
export function isOver(day: string, at: number): boolean {
  const start = parseInstant(`${day}T00:00:00Z`);
  return start !== undefined && at >= start + DAY + SETTLING;
}
