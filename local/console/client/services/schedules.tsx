import { call } from '../lib/api.ts';
import { useLoad } from '../lib/load.ts';
import { nameIn } from '../lib/words.ts';
import { type Column, Rows } from '../parts/rows.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { Data } from '../parts/text.tsx';
import { allPages } from './all-pages.ts';

interface Schedule {
  readonly Name: string;
  readonly GroupName?: string;
  readonly State?: string;
  readonly ScheduleExpression?: string;
  readonly ScheduleExpressionTimezone?: string;
  readonly Target?: { readonly Arn: string };
}

const COLUMNS: Column<Schedule>[] = [
  { name: 'Name', share: 1.6, cell: ({ Name }) => <Data>{Name}</Data> },
  {
    name: 'When',
    share: 1.4,
    cell: ({ ScheduleExpression = '', ScheduleExpressionTimezone = 'UTC' }) => (
      <Data>{`${ScheduleExpression} ${ScheduleExpressionTimezone}`}</Data>
    ),
  },
  { name: 'Starts', share: 1.6, cell: ({ Target }) => <Data>{nameIn(Target?.Arn ?? '')}</Data> },
  { name: 'State', share: 0.7, cell: ({ State }) => (State === 'DISABLED' ? 'disabled' : 'enabled') },
];

async function loadSchedules(): Promise<readonly Schedule[]> {
  const all = await allPages<Schedule>('scheduler', 'ListSchedules', {}, { list: 'Schedules' });
  return Promise.all(
    all
      .slice(0, 500)
      .map(({ Name, GroupName }) =>
        call<Schedule>('scheduler', 'GetSchedule', { Name, ...(GroupName && { GroupName }) }),
      ),
  );
}

export function Schedules() {
  const schedules = useLoad('schedules', loadSchedules);
  return (
    <Show of={schedules}>
      {(list) =>
        list.length === 0 ? (
          <Empty>There is no schedule.</Empty>
        ) : (
          <Rows
            label="Schedules"
            columns={COLUMNS}
            rows={list}
            keyOf={({ Name, GroupName }) => `${GroupName}/${Name}`}
          />
        )
      }
    </Show>
  );
}
