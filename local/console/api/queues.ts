import type { Message } from '../../services/sqs/messages.ts';
import { ConsoleError } from '../console-error.ts';
import type { ConsoleSources } from '../sources.ts';

const MOST_SHOWN = 100;

/** Looks at the first messages of a queue. Receiving them would hide them, and count. @param query `url` */
export function peekMessages({ storage, caller }: ConsoleSources, query: URLSearchParams): object {
  const name = (query.get('url') ?? '').split('/').at(-1) ?? '';
  const messages: Message[] = [];
  const table = storage.table<Message>(`sqs/messages/${caller.account}/${caller.region}/${name}`);
  for (const [, message] of table.entries()) if (messages.push(message) === MOST_SHOWN) break;
  return {
    messages: messages.map(({ id, body, attributes, sentAt, visibleAt, receiveCount }) => ({
      id,
      body,
      attributes: Object.fromEntries(Object.entries(attributes).map(([key, { text = '(binary)' }]) => [key, text])),
      sentAt,
      visibleAt,
      receiveCount,
    })),
  };
}

interface Received {
  readonly Body: string;
  readonly ReceiptHandle: string;
  readonly MessageAttributes?: object;
  readonly Attributes?: { readonly MessageGroupId?: string; readonly MessageDeduplicationId?: string };
}

/** Sends what lies in a dead-letter queue to the queue that it came from. @param request `{"from": url, "to": url}` */
export async function redriveMessages({ call, caller }: ConsoleSources, request: unknown): Promise<object> {
  const { from, to } = (request ?? {}) as { from?: unknown; to?: unknown };
  if (typeof from !== 'string' || typeof to !== 'string') throw new ConsoleError(400, 'Send {"from": url, "to": url}.');
  if (from === to) throw new ConsoleError(400, '"from" and "to" are the same queue.');
  let moved = 0;
  for (;;) {
    const { Messages = [] } = (await call(
      'sqs',
      'ReceiveMessage',
      { QueueUrl: from, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], AttributeNames: ['All'] },
      caller,
    )) as { Messages?: readonly Received[] };
    if (Messages.length === 0) return { moved };
    for (const { Body, ReceiptHandle, MessageAttributes = {}, Attributes = {} } of Messages) {
      const { MessageGroupId, MessageDeduplicationId } = Attributes;
      const order = MessageGroupId === undefined ? {} : { MessageGroupId, MessageDeduplicationId };
      await call('sqs', 'SendMessage', { QueueUrl: to, MessageBody: Body, MessageAttributes, ...order }, caller);
      await call('sqs', 'DeleteMessage', { QueueUrl: from, ReceiptHandle }, caller);
      moved++;
    }
  }
}
