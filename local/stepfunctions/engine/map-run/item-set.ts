import type { Json } from '../../asl/json.ts';
import type { MapItems } from '../../asl/states/map-input.ts';

/** The items of a map run in order, and where they are from. Plain data: it is stored as long as the map run goes on. */
export interface ItemSet {
  readonly items: readonly Json[];
  /** One after the other. */
  readonly parts: readonly ItemPart[];
}

export interface ItemPart {
  /** What `Map.Item.Source` of the context object says. */
  readonly source: string;
  /** How many items it has. */
  readonly count: number;
  /** They are the members of an object, each as `{"Key": …, "Value": …}`. */
  readonly keyed?: true;
}

/** All items are from one place. */
export const itemSet = ({ items, keyed }: MapItems, source: string): ItemSet => ({
  items,
  parts: [{ source, count: items.length, ...(keyed && { keyed }) }],
});

/** @returns the part that an item is in, by the item's index */
export function partsOf({ parts }: ItemSet): (index: number) => ItemPart | undefined {
  const ends: number[] = [];
  for (const { count } of parts) ends.push((ends.at(-1) ?? 0) + count);
  return (index) => {
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (index < (ends[middle] as number)) high = middle;
      else low = middle + 1;
    }
    return parts[low];
  };
}
