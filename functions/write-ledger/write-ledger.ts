import { LedgerChangedError } from '../../domain/errors.ts';
import { type LedgerTotal, ledgerOf } from '../../domain/ledger.ts';
import type { DayFiles } from '../../domain/ports.ts';
import type { CheckedMovements } from '../check-movements/check-movements.ts';

export interface WriteLedger {
  readonly day: string;
  /** How many orders were listed. */
  readonly orders: number;
  /** Key of the manifest of what was checked; null if no order was listed. */
  readonly checked: string | null;
}

export type WrittenLedger =
  | {
      readonly balanced: true;
      readonly key: string;
      /** False if the day had been closed before, with the same ledger. */
      readonly isNew: boolean;
      readonly totals: readonly LedgerTotal[];
    }
  | { readonly balanced: false; readonly differences: readonly string[] };

/** As many differences as fit into a state machine's error. */
const MOST_TOLD = 20;

/**
 * Writes the day's ledger, once, if all that moved agrees with the orders and with the payment provider.
 * @throws LedgerChangedError if the day was closed with another ledger
 */
export const writeLedger =
  (files: DayFiles) =>
  async ({ day, orders, checked }: WriteLedger): Promise<WrittenLedger> => {
    const parts = checked === null ? [] : await partsOf(files, checked);
    const differences = parts.flatMap((part) => part.differences);
    const counted = parts.reduce((sum, part) => sum + part.orders, 0);
    if (counted !== orders) differences.push(`${orders} orders were listed, ${counted} were checked`);
    if (differences.length > 0) return { balanced: false, differences: differences.slice(0, MOST_TOLD) };

    const { text, totals } = ledgerOf(parts.flatMap(({ movements }) => movements));
    const key = `ledgers/${day}.jsonl`;
    const isNew = await files.create(key, text);
    if (!isNew && (await files.read(key)) !== text) {
      throw new LedgerChangedError(`${key} is there already, and says something else.`);
    }
    return { balanced: true, key, isNew, totals };
  };

/** What the executions of a Distributed Map gave: JSON Lines in the files that its manifest names. */
async function partsOf(files: DayFiles, manifest: string): Promise<CheckedMovements[]> {
  const { ResultFiles } = JSON.parse(await files.read(manifest)) as {
    ResultFiles: { readonly SUCCEEDED: readonly { readonly Key: string }[] };
  };
  const texts = await Promise.all(ResultFiles.SUCCEEDED.map(({ Key }) => files.read(Key)));
  const lines = texts.flatMap((text) => text.split('\n').filter((line) => line !== ''));
  return lines.map((line) => JSON.parse(line) as CheckedMovements);
}
