import type { Message } from '../../services/sqs/messages.ts';
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
