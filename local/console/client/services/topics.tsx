import { useLoad } from '../lib/load.ts';
import { nameIn } from '../lib/words.ts';
import { type Column, Rows } from '../parts/rows.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { Data } from '../parts/text.tsx';
import { allPages } from './all-pages.ts';
import { Names } from './names.tsx';

interface Subscription {
  readonly SubscriptionArn: string;
  readonly Protocol: string;
  readonly Endpoint: string;
}

const COLUMNS: Column<Subscription>[] = [
  { name: 'Protocol', share: 0.5, cell: ({ Protocol }) => Protocol },
  { name: 'Endpoint', share: 2.4, cell: ({ Endpoint }) => <Data>{Endpoint}</Data> },
  { name: 'Subscription', share: 1, cell: ({ SubscriptionArn }) => <Data>{nameIn(SubscriptionArn)}</Data> },
];

const loadTopics = () => allPages<{ TopicArn: string }>('sns', 'ListTopics', {}, { list: 'Topics' });

export function Topics({ name }: { name: string | undefined }) {
  const topics = useLoad('topics', loadTopics);
  return (
    <Show of={topics}>
      {(list) => {
        if (name === undefined)
          return <Names kind="topics" label="Topics" rows={list.map(({ TopicArn }) => ({ name: nameIn(TopicArn) }))} />;
        const topic = list.find(({ TopicArn }) => nameIn(TopicArn) === name);
        return topic ? <Subscriptions arn={topic.TopicArn} /> : <Empty>There is no such topic.</Empty>;
      }}
    </Show>
  );
}

function Subscriptions({ arn }: { arn: string }) {
  const subscriptions = useLoad(arn, () =>
    allPages<Subscription>('sns', 'ListSubscriptionsByTopic', { TopicArn: arn }, { list: 'Subscriptions' }),
  );
  return (
    <Show of={subscriptions}>
      {(list) =>
        list.length === 0 ? (
          <Empty>Nobody is subscribed.</Empty>
        ) : (
          <Rows
            label="Subscriptions"
            columns={COLUMNS}
            rows={list}
            keyOf={({ SubscriptionArn, Endpoint }) => `${SubscriptionArn} ${Endpoint}`}
          />
        )
      }
    </Show>
  );
}
