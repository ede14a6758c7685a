import { type DynamoDBClient, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall, type NativeAttributeValue, unmarshall } from '@aws-sdk/util-dynamodb';
import { type Service, ServiceError } from '../../local/aws/service.ts';

const CALLER = { account: '123456789012', region: 'eu-central-1' };

interface Command {
  readonly input: object;
  /** Of a command of the document client: the one it stands for. */
  readonly clientCommand?: Command;
}

type Members = Record<string, NativeAttributeValue>;

/**
 * Clients that hand their commands to the service in this process, without HTTP, signatures and retries: for suites that run
 * thousands of orders. That the real clients say the same is what the contracts show.
 */
export function directClients(service: Service): { client: DynamoDBClient; documents: DynamoDBDocumentClient } {
  const perform = async (command: Command, input: object): Promise<object> => {
    const name = command.constructor.name.replace(/Command$/, '');
    const operation = service.operations[name];
    if (!operation) throw new Error(`DynamoDB has no ${name}`);
    try {
      return await operation(JSON.parse(JSON.stringify(input)), CALLER);
    } catch (error) {
      throw error instanceof ServiceError ? asOfTheClient(error) : error;
    }
  };
  const client = {
    send: (command: Command) => perform(command, command.input),
    destroy() {},
  };
  const documents = {
    send: async (command: Command) =>
      translate(await perform(command.clientCommand ?? command, translate(command.input, marshalled) as object), plain),
  };
  return {
    client: client as unknown as DynamoDBClient,
    documents: documents as unknown as DynamoDBDocumentClient,
  };
}

const marshalled = (item: Members): Members => marshall(item, { removeUndefinedValues: true });
const plain = (item: Members): Members => unmarshall(item);

/** Members that hold an item or a part of one, by attribute. */
const ITEM = /^(?:Item|Key|Attributes|ExpressionAttributeValues|ExclusiveStartKey|LastEvaluatedKey)$/;
/** Members that hold a list of such; BatchGetItem answers with one for each table. */
const ITEMS = /^(?:Items|Keys)$/;

function translate(value: unknown, item: (members: Members) => Members): unknown {
  if (Array.isArray(value)) return value.map((each) => translate(each, item));
  if (typeof value !== 'object' || value === null) return value;
  const member = ([name, of]: [string, NativeAttributeValue]): [string, unknown] => {
    if (of === undefined) return [name, undefined];
    if (ITEM.test(name)) return [name, item(of)];
    if (ITEMS.test(name)) return [name, of.map(item)];
    if (name === 'Responses' && !Array.isArray(of)) return [name, each(of, (items) => items.map(item))];
    return [name, translate(of, item)];
  };
  return Object.fromEntries(Object.entries(value).map(member));
}

const each = (members: Members, change: (value: NativeAttributeValue) => unknown): Members =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name, change(value)]));

const asOfTheClient = ({ code, message, details }: ServiceError): Error =>
  Object.assign(new DynamoDBServiceException({ name: code, message, $fault: 'client', $metadata: {} }), details);
