import { useLoad } from '../lib/load.ts';
import { linkTo } from '../lib/router.ts';
import { nameIn } from '../lib/words.ts';
import { type Column, Rows, WIDTHS } from '../parts/rows.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { Data, Fact, Facts, Time, timeOf, When } from '../parts/text.tsx';
import { allPages } from './all-pages.ts';

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmDescription?: string;
  readonly StateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly StateReason: string;
  readonly StateUpdatedTimestamp: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly AlarmActions: readonly string[];
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  /** Seconds. */
  readonly Period: number;
  readonly EvaluationPeriods: number;
}

interface HistoryItem {
  readonly Timestamp: string;
  readonly HistoryItemType: string;
  readonly HistorySummary: string;
}

const STATES = {
  ALARM: { text: 'In alarm', tone: 'bad' },
  OK: { text: 'OK', tone: 'good' },
  INSUFFICIENT_DATA: { text: 'No data yet', tone: 'quiet' },
} as const;

/** What asks for somebody comes first. */
const order = ({ StateValue }: Alarm): number => Object.keys(STATES).indexOf(StateValue);

async function loadAlarms(): Promise<readonly Alarm[]> {
  const all = await allPages<Alarm>('monitoring', 'DescribeAlarms', { MaxRecords: 100 }, { list: 'MetricAlarms' });
  return [...all].sort((a, b) => order(a) - order(b) || a.AlarmName.localeCompare(b.AlarmName));
}

const State = ({ alarm: { StateValue } }: { alarm: Alarm }) => (
  <span class={`badge tone-${STATES[StateValue].tone}`}>{STATES[StateValue].text}</span>
);

const COLUMNS: Column<Alarm>[] = [
  { name: 'State', width: 128, cell: (alarm) => <State alarm={alarm} /> },
  {
    name: 'Alarm',
    share: 2,
    cell: ({ AlarmName }) => (
      <a href={linkTo('services', 'alarms', AlarmName)}>
        <Data>{AlarmName}</Data>
      </a>
    ),
  },
  { name: 'About', share: 2.6, cell: ({ AlarmDescription = '' }) => <Data>{AlarmDescription}</Data> },
  {
    name: 'Since',
    width: WIDTHS.ago,
    cell: ({ StateUpdatedTimestamp }) => <When at={timeOf(StateUpdatedTimestamp)} />,
  },
];

const FRESH = { live: ['executions', 'clock'], every: 5_000 } as const;

export function Alarms({ name }: { name: string | undefined }) {
  const alarms = useLoad('alarms', loadAlarms, FRESH);
  return (
    <Show of={alarms}>
      {(list) => {
        if (name !== undefined) {
          const alarm = list.find(({ AlarmName }) => AlarmName === name);
          return alarm ? <Details key={name} alarm={alarm} /> : <Empty>There is no such alarm.</Empty>;
        }
        if (list.length === 0) return <Empty>There is none.</Empty>;
        return <Rows label="Alarms" columns={COLUMNS} rows={list} keyOf={({ AlarmName }) => AlarmName} />;
      }}
    </Show>
  );
}

const HISTORY: Column<HistoryItem>[] = [
  { name: 'Time', width: WIDTHS.time, cell: ({ Timestamp }) => <Time at={timeOf(Timestamp)} /> },
  { name: 'What', share: 3, cell: ({ HistorySummary }) => <Data>{HistorySummary}</Data> },
];

const COMPARISONS: Readonly<Record<string, string>> = {
  GreaterThanOrEqualToThreshold: '≥',
  GreaterThanThreshold: '>',
  LessThanThreshold: '<',
  LessThanOrEqualToThreshold: '≤',
};

function Details({ alarm }: { alarm: Alarm }) {
  const history = useLoad(
    alarm.AlarmName,
    () =>
      allPages<HistoryItem>(
        'monitoring',
        'DescribeAlarmHistory',
        { AlarmName: alarm.AlarmName, MaxRecords: 100 },
        { list: 'AlarmHistoryItems' },
      ),
    FRESH,
  );
  return (
    <>
      {alarm.AlarmDescription !== undefined && <p>{alarm.AlarmDescription}</p>}
      <Facts>
        <Fact name="State">
          <State alarm={alarm} />
        </Fact>
        <Fact name="Since">
          <When at={timeOf(alarm.StateUpdatedTimestamp)} />
        </Fact>
        <Fact name="Metric">
          <Data>{[alarm.MetricName, ...alarm.Dimensions.map(({ Value }) => nameIn(Value))].join(' · ')}</Data>
        </Fact>
        <Fact name="Rings when">
          {COMPARISONS[alarm.ComparisonOperator]} {alarm.Threshold} for {alarm.EvaluationPeriods} × {alarm.Period} s
        </Fact>
        <Fact name="Tells">
          <Data>{alarm.AlarmActions.map(nameIn).join(', ') || 'nobody'}</Data>
        </Fact>
      </Facts>
      <p class="quiet">
        <Data>{alarm.StateReason}</Data>
      </p>
      <Show of={history}>
        {(list) =>
          list.length === 0 ? (
            <Empty>Nothing has happened to it yet.</Empty>
          ) : (
            <Rows
              label="History of the alarm"
              columns={HISTORY}
              rows={list}
              keyOf={({ Timestamp }, index) => `${Timestamp} ${index}`}
            />
          )
        }
      </Show>
    </>
  );
}
