import { STATE_DATA } from '../../asl/context.ts';
import type { ItemReader, MapState } from '../../asl/definition.ts';
import type { JsonObject } from '../../asl/json.ts';
import type { MapRunCall } from '../../asl/protocol.ts';
import type { MapItems } from '../../asl/states/map-input.ts';
import type { StateTest } from '../../asl/test-state.ts';
import { childInputs } from '../../engine/map-run/child-inputs.ts';
import { itemsOf, parseJson, pointedTo } from '../../engine/map-run/item-file.ts';
import { limitOf } from '../../engine/map-run/item-reader.ts';
import { itemSet } from '../../engine/map-run/item-set.ts';
import { createMapScope, type MapScope } from '../../engine/map-run/map-scope.ts';

/** What a Distributed Map would have made of its items, had it been run. */
export interface MapData {
  /** How many items there are; undefined if an ItemReader would have to read them first. */
  readonly items?: number;
  /** Members of AWS's InspectionData. */
  readonly data: JsonObject;
}

/**
 * Applies a Distributed Map's reader, selector and batcher, without running anything.
 * @param readerData what the ItemReader would have read, as it is in S3
 * @throws MapFailure, FieldError or ExpressionError: the state fails with that
 */
export async function mapData(
  state: MapState,
  call: MapRunCall,
  { at, seed }: StateTest,
  readerData: string | undefined,
): Promise<MapData> {
  const scope = createMapScope(state, call, at, seed);
  const read =
    state.itemReader && readerData !== undefined ? await dataRead(state.itemReader, readerData, scope) : undefined;
  const given: Partial<MapItems> = read?.items ?? call;
  if (!given.items) return { data: {} };
  const children = childInputs(state, itemSet({ ...given, items: given.items }, STATE_DATA), scope);
  return {
    items: given.items.length,
    data: {
      ...read?.pointed,
      ...(state.itemSelector && { afterItemSelector: given.items.map((_, index) => children.selected(index)) }),
      ...(state.itemBatcher && {
        afterItemBatcher: Array.from({ length: children.count }, (_, child) => parseJson(children.inputOf(child))),
      }),
    },
  };
}

async function dataRead(
  { config }: ItemReader,
  data: string,
  scope: MapScope,
): Promise<{ readonly items: MapItems; readonly pointed: JsonObject }> {
  const { itemsPointer } = config;
  const items = await itemsOf({ key: '', bytes: Buffer.from(data) }, config, limitOf(config, scope));
  const pointed: JsonObject = {};
  if (itemsPointer) pointed.afterItemsPointer = pointedTo(parseJson(data), itemsPointer) ?? null;
  return { items, pointed };
}
