import { DayNotOverError } from '../../domain/errors.ts';
import { isOver } from '../../domain/ledger.ts';
import { byOrder } from '../../domain/movement.ts';
import type { Clock, DayFiles, Movements } from '../../domain/ports.ts';

export interface ListedDay {
  readonly day: string;
  /** How many orders had movements. */
  readonly orders: number;
  /** Where they are listed: JSON Lines, one order a line. */
  readonly list: string;
}

/**
 * Lists the orders for which money moved on a day that is over. Doing it again writes the same list.
 * @throws DayNotOverError also for what is no day
 */
export const listDay =
  (movements: Movements, files: DayFiles, clock: Clock) =>
  async ({ day }: { readonly day: string }): Promise<ListedDay> => {
    if (!isOver(day, clock())) throw new DayNotOverError(`${day} is not a day that is over (in UTC).`);
    const orders = byOrder(await movements.on(day));
    const list = `days/${day}/orders.jsonl`;
    await files.write(list, orders.map((order) => `${JSON.stringify(order)}\n`).join(''));
    return { day, orders: orders.length, list };
  };
