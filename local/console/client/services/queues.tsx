import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ask, call } from '../lib/api.ts';
import { useClock } from '../lib/live.ts';
import { useLoad } from '../lib/load.ts';
import { linkTo } from '../lib/router.ts';
import { count, nameIn } from '../lib/words.ts';
import { ActionButton, CopyCommand } from '../parts/buttons.tsx';
import { Detail, shared } from '../parts/detail.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Json } from '../parts/json.tsx';
import { type Column, Rows, WIDTHS } from '../parts/rows.tsx';
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

interface QueueName {
  readonly name: string;
  readonly url: string;
}

async function loadQueues(): Promise<readonly QueueName[]> {
  const urls = await allPages<string>('sqs', 'ListQueues', {}, { list: 'QueueUrls' });
  return urls.map((url) => ({ name: url.split('/').at(-1) ?? url, url }));
}

/** A queue, and those whose dead letters it takes. */
async function loadDetails(url: string): Promise<{ queue: Queue; sources: readonly Queue[] }> {
  const { queueUrls } = await call<{ queueUrls: readonly string[] }>('sqs', 'ListDeadLetterSourceQueues', {
    QueueUrl: url,
  });
  const [queue, ...sources] = await Promise.all([loadQueue(url), ...queueUrls.map(loadQueue)]);
  return { queue: queue!, sources };
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

const queueOf = shared(loadQueue);

const column = (
  name: string,
  cell: (queue: Queue) => ComponentChildren,
  looks: Pick<Column<QueueName>, 'align' | 'share' | 'width'>,
): Column<QueueName> => ({
  ...looks,
  name,
  cell: ({ url }) => (
    <Detail of={url} load={queueOf} live={['executions', 'clock']} every={3_000}>
      {cell}
    </Detail>
  ),
});

const COLUMNS = [
  column('Messages', ({ visible }) => visible.toLocaleString('en'), { align: 'end', width: WIDTHS.number }),
  column('In flight', ({ inFlight }) => inFlight.toLocaleString('en'), { align: 'end', width: WIDTHS.number }),
  column('Delayed', ({ delayed }) => delayed.toLocaleString('en'), { align: 'end', width: WIDTHS.number }),
  column(
    'Dead letters go to',
    ({ deadLetterArn }) => deadLetterArn !== undefined && <QueueLink name={nameIn(deadLetterArn)} />,
    { share: 2 },
  ),
];

const QueueLink = ({ name }: { name: string }) => (
  <a href={linkTo('services', 'queues', name)}>
    <Data>{name}</Data>
  </a>
);

export function Queues({ name }: { name: string | undefined }) {
  const queues = useLoad('queues', loadQueues, { live: ['executions'], every: 10_000 });
  return (
    <Show of={queues}>
      {(list) => {
        if (name === undefined) return <Names kind="queues" label="Queues" rows={list} columns={COLUMNS} />;
        const queue = list.find((each) => each.name === name);
        return queue ? <QueueDetails key={queue.url} url={queue.url} /> : <Empty>There is no such queue.</Empty>;
      }}
    </Show>
  );
}

function QueueDetails({ url }: { url: string }) {
  const details = useLoad(url, () => loadDetails(url), { live: ['executions', 'clock'], every: 3_000 });
  const messages = useLoad(url, () => ask<{ messages: readonly Message[] }>('messages', { url }), { every: 3_000 });
  const reload = (): void => {
    details.reload();
    messages.reload();
  };
  return (
    <>
      <Show of={details}>{({ queue, sources }) => <Depth queue={queue} sources={sources} reload={reload} />}</Show>
      <Show of={messages}>{({ messages: list }) => <Messages list={list} />}</Show>
    </>
  );
}

function Depth({ queue, sources, reload }: { queue: Queue; sources: readonly Queue[]; reload: () => void }) {
  return (
    <>
      <Facts>
        <Fact name="Messages">{queue.visible.toLocaleString('en')}</Fact>
        <Fact name="In flight">{queue.inFlight.toLocaleString('en')}</Fact>
        <Fact name="Delayed">{queue.delayed.toLocaleString('en')}</Fact>
        {queue.deadLetterArn !== undefined && (
          <Fact name="Dead letters go to">
            <QueueLink name={nameIn(queue.deadLetterArn)} />
          </Fact>
        )}
      </Facts>
      {sources.map((source) => (
        <Redrive key={source.url} from={queue} to={source} reload={reload} />
      ))}
    </>
  );
}

/** Sends dead letters back. */
function Redrive({ from, to, reload }: { from: Queue; to: Queue; reload: () => void }) {
  const input = { SourceArn: from.arn, DestinationArn: to.arn };
  const redrive = async (): Promise<void> => {
    await call('sqs', 'StartMessageMoveTask', input);
    reload();
  };
  return (
    <p class="buttons">
      <ActionButton disabled={from.visible === 0} act={redrive} done="Sent back">
        Redrive to {to.name}
      </ActionButton>
      <CopyCommand call={{ service: 'sqs', operation: 'StartMessageMoveTask', input }} />
    </p>
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
    { name: 'Sent', width: WIDTHS.ago, cell: ({ sentAt }) => <When at={sentAt} /> },
    { name: 'Received', width: WIDTHS.number, align: 'end', cell: ({ receiveCount }) => `${receiveCount} ×` },
    {
      name: 'Visible',
      width: WIDTHS.ago,
      cell: ({ visibleAt }) => (visibleAt <= now ? 'yes' : <When at={visibleAt} />),
    },
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
