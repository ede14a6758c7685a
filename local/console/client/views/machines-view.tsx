import { call } from '../lib/api.ts';
import { useLoad } from '../lib/load.ts';
import { linkTo } from '../lib/router.ts';
import { type Column, Rows, WIDTHS } from '../parts/rows.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { Data, Time, timeOf } from '../parts/text.tsx';

export interface MachineRow {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly creationDate: string;
}

const COLUMNS: Column<MachineRow>[] = [
  {
    name: 'Name',
    share: 3,
    cell: ({ name }) => (
      <a href={linkTo('machines', name)}>
        <Data>{name}</Data>
      </a>
    ),
  },
  { name: 'Type', width: WIDTHS.ago, cell: ({ type }) => (type === 'EXPRESS' ? 'Express' : 'Standard') },
  { name: 'Created', width: WIDTHS.time, cell: ({ creationDate }) => <Time at={timeOf(creationDate)} /> },
];

/** All pages of a listing. */
export async function listMachines(): Promise<readonly MachineRow[]> {
  const all: MachineRow[] = [];
  let nextToken: string | undefined;
  do {
    const page = await call<{ stateMachines: readonly MachineRow[]; nextToken?: string }>(
      'states',
      'ListStateMachines',
      {
        maxResults: 1000,
        ...(nextToken !== undefined && { nextToken }),
      },
    );
    all.push(...page.stateMachines);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return all;
}

export function MachinesView() {
  const machines = useLoad('machines', listMachines);
  return (
    <>
      <h1>Machines</h1>
      <Show of={machines}>
        {(list) =>
          list.length === 0 ? (
            <Empty>There is no state machine.</Empty>
          ) : (
            <Rows
              label="State machines"
              columns={COLUMNS}
              rows={list}
              keyOf={({ stateMachineArn }) => stateMachineArn}
            />
          )
        }
      </Show>
    </>
  );
}
