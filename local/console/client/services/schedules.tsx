import { call } from '../lib/api.ts';
import { useLoad } from '../lib/load.ts';
import { nameIn } from '../lib/words.ts';
import { Detail, shared } from '../parts/detail.tsx';
import { type Column, Rows } from '../parts/rows.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { Data } from '../parts/text.tsx';
import { allPages } from './all-pages.ts';

interface Schedule {
  readonly Name: string;
  readonly GroupName?: string;
  readonly State?: string;
  readonly Target?: { readonly Arn: string };
}

interface Timing {
  readonly ScheduleExpression?: string;
  readonly ScheduleExpressionTimezone?: string;
}

/** The listing does not say when. @param id `group/name` */
const timingOf = shared((id: string) => {
  const [GroupName, Name] = id.split('/');
  return call<Timing>('scheduler', 'GetSchedule', { Name, GroupName });
});

const idOf = ({ GroupName = 'default', Name }: Schedule): string => `${GroupName}/${Name}`;

const COLUMNS: Column<Schedule>[] = [
  { name: 'Name', share: 1.6, cell: ({ Name }) => <Data>{Name}</Data> },
  {
    name: 'When',
    share: 1.4,
    cell: (schedule) => (
      <Detail of={idOf(schedule)} load={timingOf}>
        {({ ScheduleExpression = '', ScheduleExpressionTimezone = 'UTC' }) => (
          <Data>{`${ScheduleExpression} ${ScheduleExpressionTimezone}`}</Data>
        )}
      </Detail>
    ),
  },
  { name: 'Starts', share: 1.6, cell: ({ Target }) => <Data>{nameIn(Target?.Arn ?? '')}</Data> },
  { name: 'State', share: 0.7, cell: ({ State }) => (State === 'DISABLED' ? 'disabled' : 'enabled') },
];

const loadSchedules = () => allPages<Schedule>('scheduler', 'ListSchedules', {}, { list: 'Schedules' });

export function Schedules() {
  const schedules = useLoad('schedules', loadSchedules);
  return (
    <Show of={schedules}>
      {(list) =>
        list.length === 0 ? (
          <Empty>There is no schedule.</Empty>
        ) : (
          <Rows label="Schedules" columns={COLUMNS} rows={list} keyOf={idOf} />
        )
      }
    </Show>
  );
}
