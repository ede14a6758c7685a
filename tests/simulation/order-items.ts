import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { memoryOrders, OrderItem } from '../../adapters/memory/memory-orders.ts';

// What the state machines ask of DynamoDB directly, on the orders in memory: the part of its expressions that they use.
// Anything else throws, so that no expression is taken for fulfilled that nobody has looked at. tests/contracts runs the
// same expressions on the local cloud's DynamoDB.

export interface ItemRequest {
  readonly Item?: Attributes;
  readonly Key?: Attributes;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Attributes;
}

type Attributes = Readonly<Record<string, AttributeValue>>;
type Document = { [name: string]: unknown };
type Path = readonly string[];

export class ConditionFailedError extends Error {
  override readonly name = 'DynamoDB.ConditionalCheckFailedException';
}

export interface OrderItems {
  putItem(request: ItemRequest): object;
  getItem(request: ItemRequest): object;
  updateItem(request: ItemRequest): object;
}

export function orderItems(orders: ReturnType<typeof memoryOrders>): OrderItems {
  const itemOf = ({ Key = {} }: ItemRequest) => orders.item(String(unmarshall(Key).orderId));
  return {
    putItem(request) {
      const item = unmarshall(request.Item ?? {}) as OrderItem;
      check(request, orders.item(item.orderId));
      orders.put(item);
      return {};
    },
    getItem(request) {
      const item = itemOf(request);
      if (!item) return {};
      const shown: Document = {};
      for (const name of (request.ProjectionExpression ?? '').split(',')) {
        const [attribute = ''] = pathOf(request, name.trim());
        const value = (item as unknown as Document)[attribute];
        if (value !== undefined) shown[attribute] = value;
      }
      return { Item: marshall(shown, { removeUndefinedValues: true }) };
    },
    updateItem(request) {
      const item = itemOf(request);
      check(request, item);
      const next: Document = { ...(item ?? unmarshall(request.Key ?? {})) };
      update(request, next);
      orders.put(next as unknown as OrderItem);
      return {};
    },
  };
}

/** @returns the names of a path, with those that stand for others replaced */
const pathOf = ({ ExpressionAttributeNames: names = {} }: ItemRequest, text: string): Path =>
  text.split('.').map((part) => (part.startsWith('#') ? known(names[part], part) : part));

const givenValue = ({ ExpressionAttributeValues: values = {} }: ItemRequest, name: string): unknown =>
  unmarshall({ value: known(values[name], name) }).value;

function known<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`The expression attribute ${name} is not defined.`);
  return value;
}

const read = (document: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, name) => (value as Document | undefined)?.[name], document);

const CONDITION = /^(attribute_exists|attribute_not_exists)\(([\w.#]+)\)$|^([\w.#]+) (=|<>) (:\w+)$/;

/** Conditions joined by AND. @throws ConditionFailedError */
function check(request: ItemRequest, item: OrderItem | undefined): void {
  for (const condition of request.ConditionExpression?.split(' AND ') ?? []) {
    const [, test, tested = '', path = '', operator, value = ''] = CONDITION.exec(condition.trim()) ?? [];
    if (!test && !operator) throw new Error(`The simulation doesn't know the condition ${condition}.`);
    const found = read(item, pathOf(request, test ? tested : path));
    const holds = test
      ? (found !== undefined) === (test === 'attribute_exists')
      : (found === givenValue(request, value)) === (operator === '=');
    if (!holds) throw new ConditionFailedError('The conditional request failed');
  }
}

const UPDATE = /^SET (.+?)(?: REMOVE ([\w.#]+))?$/;
const ASSIGNMENT = /^([\w.#]+) = (?:if_not_exists\(([\w.#]+), (:\w+)\)|(:\w+))$/;

function update(request: ItemRequest, document: Document): void {
  const expression = request.UpdateExpression ?? '';
  const [, assignments, removed] = UPDATE.exec(expression) ?? [];
  if (!assignments) throw new Error(`The simulation doesn't know the update ${expression}.`);
  const values = assignments.split(/, (?=[\w.#]+ = )/).map((assignment): [Path, unknown] => {
    const [, target, path, otherwise, value] = ASSIGNMENT.exec(assignment) ?? [];
    if (!target) throw new Error(`The simulation doesn't know the assignment ${assignment}.`);
    const before = path ? read(document, pathOf(request, path)) : undefined;
    return [pathOf(request, target), before ?? givenValue(request, (otherwise ?? value) as string)];
  });
  for (const [path, value] of values) parentOf(document, path)[path.at(-1) as string] = value;
  if (!removed) return;
  const path = pathOf(request, removed);
  delete parentOf(document, path)[path.at(-1) as string];
}

/** What lies on the way is copied: who holds the item as it was doesn't see it change. */
function parentOf(document: Document, path: Path): Document {
  return path.slice(0, -1).reduce((parent, name) => {
    const child = parent[name];
    if (child === undefined) throw new Error(`The document path ${path.join('.')} is invalid for update.`);
    const copy = { ...(child as Document) };
    parent[name] = copy;
    return copy;
  }, document);
}
