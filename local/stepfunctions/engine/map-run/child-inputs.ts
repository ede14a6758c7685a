import { STATE_DATA } from '../../asl/context.ts';
import type { MapState, NumberField } from '../../asl/definition.ts';
import { isJsonObject, type Json, type JsonObject } from '../../asl/json.ts';
import { MAX_PAYLOAD_BYTES } from '../../asl/limits.ts';
import { refuseNegative } from '../../asl/states/map-input.ts';
import { type ItemSet, partsOf } from './item-set.ts';
import { MapFailure } from './map-failure.ts';
import type { MapScope } from './map-scope.ts';

/** What each child execution of a Distributed Map works on. */
export interface ChildInputs {
  /** How many child executions there are. */
  readonly count: number;
  /** How many items a child has. */
  itemsOf(child: number): number;
  /** @returns JSON text */
  inputOf(child: number): string;
  /** What ItemSelector makes of an item, by the item's index. */
  selected(item: number): Json;
}

/** Applies ItemSelector and ItemBatcher. The same items give the same children again after a restart. */
export function childInputs(state: MapState, set: ItemSet, scope: MapScope): ChildInputs {
  const { items } = set;
  const selector = state.itemSelector ?? state.parameters;
  const partOf = partsOf(set);
  const selected = (index: number): Json => {
    const item = items[index] as Json;
    if (!selector) return item;
    const { source = STATE_DATA, keyed } = partOf(index) ?? {};
    const shown = keyed ? (item as JsonObject) : { Value: item };
    return scope.evaluate(selector, { Index: index, ...shown, Source: source });
  };
  if (!state.itemBatcher) {
    return { count: items.length, itemsOf: () => 1, inputOf: (child) => JSON.stringify(selected(child)), selected };
  }

  const given = state.itemBatcher.batchInput;
  const batchInput = given && scope.evaluate(given);
  if (batchInput !== undefined && !isJsonObject(batchInput)) {
    throw new MapFailure('States.Runtime', 'The BatchInput field of an ItemBatcher must be a JSON object');
  }
  const toInput = (batch: readonly Json[]): string =>
    JSON.stringify({ ...(batchInput !== undefined && { BatchInput: batchInput }), Items: batch });
  const limit = (field: NumberField | undefined, name: string): number => {
    const value = scope.number(field, name) ?? 0;
    refuseNegative(value, name, state.queryLanguage === 'JSONata');
    return value;
  };
  const maxItems = limit(state.itemBatcher.maxItemsPerBatch, 'MaxItemsPerBatch') || Number.POSITIVE_INFINITY;
  const maxBytes = limit(state.itemBatcher.maxInputBytesPerBatch, 'MaxInputBytesPerBatch') || MAX_PAYLOAD_BYTES;
  const batches = planBatches(items.length, selected, {
    maxItems,
    maxBytes,
    emptyBytes: Buffer.byteLength(toInput([])),
  });
  return {
    count: batches.length,
    itemsOf: (child) => batches[child]!.length,
    inputOf: (child) => toInput(batches[child]!.map(selected)),
    selected,
  };
}

/** Fills each batch until it has as many items, or as many bytes, as it may have. @returns the items' indices */
function planBatches(
  count: number,
  select: (index: number) => Json,
  limits: { readonly maxItems: number; readonly maxBytes: number; readonly emptyBytes: number },
): number[][] {
  const batches: number[][] = [];
  let batch: number[] = [];
  let bytes = limits.emptyBytes;
  for (let index = 0; index < count; index++) {
    const size = Buffer.byteLength(JSON.stringify(select(index))) + 1;
    if (batch.length > 0 && (batch.length >= limits.maxItems || bytes + size > limits.maxBytes)) {
      batches.push(batch);
      batch = [];
      bytes = limits.emptyBytes;
    }
    batch.push(index);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
