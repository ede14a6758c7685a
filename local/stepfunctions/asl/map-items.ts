import type { ItemBatcher, MapState, State, StateMachine } from './definition.ts';
import { createEntropy } from './entropy.ts';
import { type Expression, ExpressionError, type Scope } from './expression.ts';
import type { Failure } from './failure.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { exceedsPayloadLimit, MAX_PAYLOAD_BYTES } from './limits.ts';
import type { MapRunCall } from './protocol.ts';

// What a Distributed Map makes of its items before child executions are started for them. Pure: the engine reads the items
// and runs the executions.

/** The definition of the Map state that a map run runs. */
export function mapStateAt(machine: StateMachine, path: MapRunCall['statePath']): MapState {
  let states = machine.states;
  let state: State | undefined;
  for (const part of path) {
    if (typeof part === 'string') {
      state = states.get(part);
      if (state?.type === 'Map') states = state.processor.states;
    } else if (state?.type === 'Parallel') {
      states = state.branches[part]?.states ?? new Map();
    }
  }
  if (state?.type !== 'Map') throw new Error(`There is no Map state at ${path.join('/')}`);
  return state;
}

/** The state machine that the child executions of a Distributed Map run. */
export const childMachine = (machine: StateMachine, state: MapState): StateMachine => ({
  startAt: state.processor.startAt,
  states: state.processor.states,
  queryLanguage: machine.queryLanguage,
});

/** One item as it was read. */
export interface SourceItem {
  readonly value: Json;
  /** The member's name, where the items are the members of an object. */
  readonly key?: string;
  /** Where the items were read from; absent: `STATE_DATA`. */
  readonly source?: string;
}

export type Evaluated<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** What the fields of the Map state see when they are evaluated outside of `advance`. */
function scopeOf(call: MapRunCall, event: { at: number; seed: string }, item?: SourceItem & { index: number }): Scope {
  const { input, context, variables } = call;
  const around = item ? { ...context, Map: { Item: itemContext(item) } } : context;
  return { input, context: around, variables, at: event.at, entropy: createEntropy(event.seed) };
}

const itemContext = ({ index, value, key, source }: SourceItem & { index: number }): JsonObject => ({
  Index: index,
  Value: value,
  ...(key !== undefined && { Key: key }),
  Source: source ?? 'STATE_DATA',
});

/** An expression of a field of the Map state: of ItemReader, ItemBatcher or ResultWriter. */
export function evaluateField(
  expression: Expression,
  field: string,
  call: MapRunCall,
  event: { at: number; seed: string },
): Evaluated<Json> {
  return guard(field, () => expression.evaluate(scopeOf(call, event)));
}

/** ItemSelector (or Parameters) for every item. */
export function selectItems(
  state: MapState,
  call: MapRunCall,
  items: readonly SourceItem[],
  event: { at: number; seed: string },
): Evaluated<Json[]> {
  const selector = state.itemSelector ?? state.parameters;
  if (!selector) return { ok: true, value: items.map(({ value }) => value) };
  return guard(state.itemSelector ? 'ItemSelector' : 'Parameters', () => {
    const scope = scopeOf(call, event);
    return items.map((item, index) => {
      const context = { ...call.context, Map: { Item: itemContext({ ...item, index }) } };
      return selector.evaluate({ ...scope, context });
    });
  });
}

/** The limits of an ItemBatcher, evaluated; absent: none. */
export interface BatchLimits {
  readonly maxItems?: number | undefined;
  readonly maxInputBytes?: number | undefined;
  readonly batchInput?: Json | undefined;
}

export function batchLimits(
  batcher: ItemBatcher,
  call: MapRunCall,
  event: { at: number; seed: string },
): Evaluated<BatchLimits> {
  return guard('ItemBatcher', () => {
    const scope = scopeOf(call, event);
    const numberOf = (field: number | Expression | undefined, name: string): number | undefined => {
      if (field === undefined || typeof field === 'number') return field;
      const value = field.evaluate(scope);
      if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
      throw new ExpressionError(
        'States.Runtime',
        `${name} must be a positive integer, but was: ${JSON.stringify(value)}`,
        name,
      );
    };
    return {
      maxItems: numberOf(batcher.maxItemsPerBatch, 'MaxItemsPerBatch'),
      maxInputBytes: numberOf(batcher.maxInputBytesPerBatch, 'MaxInputBytesPerBatch'),
      batchInput: batcher.batchInput?.evaluate(scope),
    };
  });
}

/**
 * The inputs of the child executions of a batching Map: `{"BatchInput": …, "Items": […]}`, each with as many items as the
 * limits allow, and none larger than an input may be.
 */
export function batchItems(items: readonly Json[], { maxItems, maxInputBytes, batchInput }: BatchLimits): JsonObject[] {
  const envelope: JsonObject = batchInput === undefined ? {} : { BatchInput: batchInput };
  const maxBytes = Math.min(maxInputBytes ?? MAX_PAYLOAD_BYTES, MAX_PAYLOAD_BYTES);
  const emptyBytes = Buffer.byteLength(JSON.stringify({ ...envelope, Items: [] }));
  const batches: JsonObject[] = [];
  let batch: Json[] = [];
  let bytes = emptyBytes;
  const close = (): void => {
    if (batch.length > 0) batches.push({ ...envelope, Items: batch });
    batch = [];
    bytes = emptyBytes;
  };
  for (const item of items) {
    const itemBytes = Buffer.byteLength(JSON.stringify(item)) + 1;
    // An item that is too large alone gets a batch of its own; its execution fails on it.
    if (batch.length > 0 && (batch.length === maxItems || bytes + itemBytes > maxBytes)) close();
    batch.push(item);
    bytes += itemBytes;
  }
  close();
  return batches;
}

/** An object of items (a JSON object that an ItemReader found) or an array of them. @returns undefined if it is neither */
export function sourceItems(value: Json, source?: string): SourceItem[] | undefined {
  const from = source === undefined ? {} : { source };
  if (Array.isArray(value)) return value.map((item) => ({ value: item, ...from }));
  if (!isJsonObject(value)) return undefined;
  return Object.entries(value).map(([key, item]) => ({ value: { Key: key, Value: item }, key, ...from }));
}

/** Whether the outputs of the child executions fit into the output of the Map state. */
export const fitsOutput = (results: readonly Json[]): boolean => !exceedsPayloadLimit(JSON.stringify(results));

function guard<T>(field: string, work: () => T): Evaluated<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { ok: false, failure: { error: error.error, cause: error.causeIn(field) } };
  }
}
