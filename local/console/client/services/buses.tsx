import { useMemo, useState } from 'preact/hooks';
import { call } from '../lib/api.ts';
import { jsonProblem } from '../lib/json-problem.ts';
import { useLoad } from '../lib/load.ts';
import { nameIn } from '../lib/words.ts';
import { ActionButton, CopyCommand } from '../parts/buttons.tsx';
import { Detail, shared } from '../parts/detail.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Editor } from '../parts/editor.tsx';
import { Json } from '../parts/json.tsx';
import { say } from '../parts/notices.tsx';
import { type Column, Rows } from '../parts/rows.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { Data } from '../parts/text.tsx';
import { allPages } from './all-pages.ts';
import { Names } from './names.tsx';

interface Rule {
  readonly Name: string;
  readonly Description?: string;
  readonly EventPattern?: string;
  readonly ScheduleExpression?: string;
  readonly State?: string;
}

interface Target {
  readonly Id: string;
  readonly Arn: string;
}

export function Buses({ name }: { name: string | undefined }) {
  const buses = useLoad('buses', () =>
    allPages<{ Name: string }>('events', 'ListEventBuses', {}, { list: 'EventBuses' }),
  );
  if (name !== undefined) return <Bus key={name} name={name} />;
  return (
    <Show of={buses}>
      {(list) => <Names kind="buses" label="Event buses" rows={list.map(({ Name }) => ({ name: Name }))} />}
    </Show>
  );
}

function Bus({ name }: { name: string }) {
  const rules = useLoad(name, () => allPages<Rule>('events', 'ListRules', { EventBusName: name }, { list: 'Rules' }));
  const [isPutting, setPutting] = useState(false);
  return (
    <>
      <p class="buttons">
        <button type="button" class="primary" onClick={() => setPutting(true)}>
          Put a test event …
        </button>
      </p>
      <Show of={rules}>
        {(list) => (list.length === 0 ? <Empty>The bus has no rule.</Empty> : <Rules bus={name} rules={list} />)}
      </Show>
      {isPutting && <PutEvent bus={name} onClose={() => setPutting(false)} />}
    </>
  );
}

function Rules({ bus, rules }: { bus: string; rules: readonly Rule[] }) {
  const [opened, setOpened] = useState<Rule>();
  const targetsOf = useMemo(
    () =>
      shared((rule: string) =>
        allPages<Target>('events', 'ListTargetsByRule', { EventBusName: bus, Rule: rule }, { list: 'Targets' }),
      ),
    [bus],
  );
  const columns: Column<Rule>[] = [
    {
      name: 'Rule',
      share: 1.6,
      cell: (rule) => (
        <button type="button" class="link" onClick={() => setOpened(rule)}>
          <Data>{rule.Name}</Data>
        </button>
      ),
    },
    {
      name: 'When',
      share: 2.2,
      cell: ({ ScheduleExpression, EventPattern = '' }) => <Data>{ScheduleExpression ?? EventPattern}</Data>,
    },
    {
      name: 'Targets',
      share: 1.6,
      cell: ({ Name }) => (
        <Detail of={Name} load={targetsOf}>
          {(targets) => <Data>{targets.map(({ Arn }) => nameIn(Arn)).join(', ')}</Data>}
        </Detail>
      ),
    },
    { name: 'State', share: 0.6, cell: ({ State }) => (State === 'DISABLED' ? 'disabled' : 'enabled') },
  ];
  return (
    <>
      <Rows label="Rules" columns={columns} rows={rules} keyOf={({ Name }) => Name} />
      {opened && (
        <Dialog title={opened.Name} onClose={() => setOpened(undefined)} wide>
          {opened.Description !== undefined && <p>{opened.Description}</p>}
          {opened.ScheduleExpression !== undefined && <p>{opened.ScheduleExpression}</p>}
          {opened.EventPattern !== undefined && <Json text={opened.EventPattern} label="Event pattern" />}
          <h3>Targets</h3>
          <Detail of={opened.Name} load={targetsOf}>
            {(targets) =>
              targets.length === 0 ? (
                <p class="quiet">None: what matches goes nowhere.</p>
              ) : (
                <ul>
                  {targets.map(({ Id, Arn }) => (
                    <li key={Id}>
                      <Data>{Arn}</Data>
                    </li>
                  ))}
                </ul>
              )
            }
          </Detail>
        </Dialog>
      )}
    </>
  );
}

interface PutResult {
  readonly FailedEntryCount: number;
  readonly Entries: readonly { readonly ErrorCode?: string; readonly ErrorMessage?: string }[];
}

function PutEvent({ bus, onClose }: { bus: string; onClose: () => void }) {
  const [source, setSource] = useState('console');
  const [type, setType] = useState('Test');
  const [detail, setDetail] = useState('{}');
  const problem = jsonProblem(detail);
  const input = { Entries: [{ EventBusName: bus, Source: source, DetailType: type, Detail: detail }] };
  const put = async (): Promise<void> => {
    const { FailedEntryCount, Entries } = await call<PutResult>('events', 'PutEvents', input);
    if (FailedEntryCount > 0) throw new Error(Entries[0]?.ErrorMessage ?? 'The event was refused.');
    say('The event is on the bus');
    onClose();
  };
  return (
    <Dialog title="Put a test event" onClose={onClose} wide>
      <label>
        Source
        <input value={source} onInput={({ currentTarget }) => setSource(currentTarget.value)} />
      </label>
      <label>
        Detail type
        <input value={type} onInput={({ currentTarget }) => setType(currentTarget.value)} />
      </label>
      <Editor label="Detail (JSON)" text={detail} onText={setDetail} problems={problem ? [problem] : []} rows={10} />
      <div class="buttons end">
        <CopyCommand call={{ service: 'events', operation: 'PutEvents', input }} />
        <ActionButton kind="primary" disabled={problem !== undefined} act={put}>
          Put event
        </ActionButton>
      </div>
    </Dialog>
  );
}
