import type { State } from './definition.ts';
import { type Execution, type ExecutionScope, parentOf } from './execution.ts';
import type { Json, JsonObject } from './json.ts';
import { formatTimestamp } from './timestamp.ts';

/** One item of a Map state, as the context object shows it. */
export interface MapItem {
  readonly index: number;
  readonly value: Json;
  /** Where the items are the members of an object: the member's name. */
  readonly key?: string;
  /** `STATE_DATA`, or where the items of a Distributed Map were read from. */
  readonly source: string;
}

/** The source of items that come from the state's input. */
export const STATE_DATA = 'STATE_DATA';

/** The context object: JSONPath `$$`, JSONata `$states.context`. */
export function contextOf(
  execution: Execution,
  scope: ExecutionScope,
  state: State,
  more: { readonly taskToken?: string | undefined; readonly item?: MapItem | undefined } = {},
): JsonObject {
  const item = more.item ?? itemAround(execution, scope);
  return {
    Execution: executionContext(execution),
    StateMachine: { Id: execution.stateMachineArn, Name: execution.stateMachineName },
    State: {
      Name: state.name,
      EnteredTime: formatTimestamp(scope.enteredAt),
      ...('retry' in state && { RetryCount: scope.retryCount ?? 0 }),
    },
    ...(more.taskToken !== undefined && { Task: { Token: more.taskToken } }),
    ...(item && { Map: { Item: itemContext(item) } }),
  };
}

/** Adds what only the state itself knows to a context object that was given. */
export const completeContext = (
  given: JsonObject,
  { taskToken, item }: { readonly taskToken?: string | undefined; readonly item?: MapItem | undefined },
): JsonObject => ({
  ...(taskToken !== undefined && { Task: { Token: taskToken } }),
  ...given,
  ...(item && { Map: { Item: itemContext(item) } }),
});

/** The Execution part never changes between redrives, but its input can be large: it is parsed once. */
function executionContext(execution: Execution & { [CONTEXT]?: JsonObject }): JsonObject {
  const known = execution[CONTEXT];
  if (known && known.RedriveCount === execution.redriveCount) return known;
  const context: JsonObject = {
    Id: execution.executionArn,
    Input: JSON.parse(execution.input),
    StartTime: formatTimestamp(execution.startedAt),
    Name: execution.name,
    RoleArn: execution.roleArn,
    RedriveCount: execution.redriveCount,
    ...(execution.redrivenAt !== undefined && { RedriveTime: formatTimestamp(execution.redrivenAt) }),
  };
  execution[CONTEXT] = context;
  return context;
}

const CONTEXT = Symbol('context');

/** States inside an iteration see the item of the nearest Map state around them. */
function itemAround(execution: Execution, scope: ExecutionScope): MapItem | undefined {
  for (
    let inner = scope, outer = parentOf(execution, scope);
    outer;
    inner = outer, outer = parentOf(execution, outer)
  ) {
    if (outer.phase.type !== 'fanningOut' || !outer.phase.items) continue;
    const value = outer.phase.items[inner.index];
    return value === undefined ? undefined : { index: inner.index, value, source: STATE_DATA };
  }
  return undefined;
}

const itemContext = ({ index, value, key, source }: MapItem): JsonObject => ({
  Index: index,
  Value: value,
  ...(key !== undefined && { Key: key }),
  Source: source,
});
