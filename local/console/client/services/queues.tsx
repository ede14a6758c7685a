import { useState } from 'preact/hooks';
import { ask, call, post } from '../lib/api.ts';
import { useClock } from '../lib/live.ts';
import { useLoad } from '../lib/load.ts';
import { linkTo } from '../lib/router.ts';
import { count, nameIn } from '../lib/words.ts';
import { ActionButton } from '../parts/buttons.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Json } from '../parts/json.tsx';
import { type Column, Rows } from '../parts/rows.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { Data, Fact, Facts, When } from '../parts/text.tsx';
import { allPages } from './all-pages.ts';
import { Names } from './names.tsx';

interface Queue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Of the queue that takes what this one gives up on. */
  readonly deadLetterArn: string | undefined;
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly sentAt: number;
  readonly visibleAt: number;
  readonly receiveCount: number;
}

async function loadQueues(): Promise<readonly Queue[]> {
  const urls = await allPages<string>('sqs', 'ListQueues', {}, { list: 'QueueUrls' });
  return Promise.all(urls.map(loadQueue));
}

async function loadQueue(url: string): Promise<Queue> {
  const input = { QueueUrl: url, AttributeNames: ['All'] };
  const { Attributes: all } = await call<{ Attributes: Readonly<Record<string, string>> }>(
    'sqs',
    'GetQueueAttributes',
    input,
  );
  const { deadLetterTargetArn } = JSON.parse(all.RedrivePolicy ?? '{}') as { deadLetterTargetArn?: string };
  return {
    name: url.split('/').at(-1) ?? url,
    url,
    arn: all.QueueArn ?? '',
    visible: Number(all.ApproximateNumberOfMessages),
    inFlight: Number(all.ApproximateNumberOfMessagesNotVisible),
    delayed: Number(all.ApproximateNumberOfMessagesDelayed),
    deadLetterArn: deadLetterTargetArn,
  };
}

const COLUMNS: Column<Queue>[] = [
  { name: 'Messages', align: 'end', share: 0.7, cell: ({ visible }) => visible.toLocaleString('en') },
  { name: 'In flight', align: 'end', share: 0.7, cell: ({ inFlight }) => inFlight.toLocaleString('en') },
  { name: 'Delayed', align: 'end', share: 0.7, cell: ({ delayed }) => delayed.toLocaleString('en') },
  {
    name: 'Dead letters go to',
    share: 2,
    cell: ({ deadLetterArn }) =>
      deadLetterArn === undefined ? null : (
        <a href={linkTo('services', 'queues', nameIn(deadLetterArn))}>
          <Data>{nameIn(deadLetterArn)}</Data>
        </a>
      ),
  },
];

export function Queues({ name }: { name: string | undefined }) {
  const queues = useLoad('queues', loadQueues, { live: ['executions', 'clock'], every: 3_000 });
  return (
    <Show of={queues}>
      {(list) => {
        if (name === undefined) return <Names kind="queues" label="Queues" rows={list} columns={COLUMNS} />;
        const queue = list.find((each) => each.name === name);
        return queue ? (
          <QueueDetails queue={queue} all={list} reload={queues.reload} />
        ) : (
          <Empty>There is no such queue.</Empty>
        );
      }}
    </Show>
  );
}

function QueueDetails({ queue, all, reload }: { queue: Queue; all: readonly Queue[]; reload: () => void }) {
  const messages = useLoad(queue.url, () => ask<{ messages: readonly Message[] }>('messages', { url: queue.url }), {
    every: 3_000,
  });
  const sources = all.filter(({ deadLetterArn }) => deadLetterArn === queue.arn);
  const redrive = async (to: Queue): Promise<void> => {
    await post('/_local/api/redrive-messages', { from: queue.url, to: to.url });
    reload();
    messages.reload();
  };
  return (
    <>
      <Facts>
        <Fact name="Messages">{queue.visible.toLocaleString('en')}</Fact>
        <Fact name="In flight">{queue.inFlight.toLocaleString('en')}</Fact>
        <Fact name="Delayed">{queue.delayed.toLocaleString('en')}</Fact>
        {queue.deadLetterArn !== undefined && (
          <Fact name="Dead letters go to">
            <a href={linkTo('services', 'queues', nameIn(queue.deadLetterArn))}>
              <Data>{nameIn(queue.deadLetterArn)}</Data>
            </a>
          </Fact>
        )}
      </Facts>
      {sources.map((source) => (
        <p key={source.url} class="buttons">
          <ActionButton disabled={queue.visible === 0} act={() => redrive(source)} done="Sent back">
            Redrive to {source.name}
          </ActionButton>
        </p>
      ))}
      <Show of={messages}>{({ messages: list }) => <Messages list={list} />}</Show>
    </>
  );
}

function Messages({ list }: { list: readonly Message[] }) {
  const { now } = useClock();
  const [opened, setOpened] = useState<Message>();
  if (list.length === 0) return <Empty>The queue is empty.</Empty>;
  const columns: Column<Message>[] = [
    {
      name: 'Body',
      share: 3,
      cell: (message) => (
        <button type="button" class="link" onClick={() => setOpened(message)}>
          <Data>{message.body.slice(0, 300)}</Data>
        </button>
      ),
    },
    { name: 'Sent', cell: ({ sentAt }) => <When at={sentAt} /> },
    { name: 'Received', share: 0.6, align: 'end', cell: ({ receiveCount }) => `${receiveCount} ×` },
    { name: 'Visible', cell: ({ visibleAt }) => (visibleAt <= now ? 'yes' : <When at={visibleAt} />) },
  ];
  return (
    <>
      <p class="quiet">
        {count(list.length, 'message')}, looked at without being received{list.length === 100 && ': the first 100'}
      </p>
      <Rows label="Messages" columns={columns} rows={list} keyOf={({ id }) => id} />
      {opened && (
        <Dialog title="Message" onClose={() => setOpened(undefined)} wide>
          <Json text={opened.body} label="Body" />
          {Object.keys(opened.attributes).length > 0 && (
            <Json text={JSON.stringify(opened.attributes)} label="Attributes" />
          )}
        </Dialog>
      )}
    </>
  );
}
