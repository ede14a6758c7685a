import { useState } from 'preact/hooks';
import { call } from '../lib/api.ts';
import { jsonProblem } from '../lib/json-problem.ts';
import { useLoad } from '../lib/load.ts';
import { nameIn } from '../lib/words.ts';
import { ActionButton, CopyCommand } from '../parts/buttons.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Editor } from '../parts/editor.tsx';
import { Json } from '../parts/json.tsx';
import { say } from '../parts/notices.tsx';
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

async function loadRules(bus: string) {
  const rules = await allPages<Rule>('events', 'ListRules', { EventBusName: bus }, { list: 'Rules' });
  return Promise.all(
    rules.slice(0, 200).map(async (rule) => ({
      rule,
      targets: await allPages<Target>(
        'events',
        'ListTargetsByRule',
        { EventBusName: bus, Rule: rule.Name },
        { list: 'Targets' },
      ),
    })),
  );
}

function Bus({ name }: { name: string }) {
  const rules = useLoad(name, () => loadRules(name));
  const [isPutting, setPutting] = useState(false);
  return (
    <>
      <p class="buttons">
        <button type="button" class="primary" onClick={() => setPutting(true)}>
          Put a test event …
        </button>
      </p>
      <Show of={rules}>
        {(list) =>
          list.length === 0 ? (
            <Empty>The bus has no rule.</Empty>
          ) : (
            list.map(({ rule, targets }) => (
              <section key={rule.Name} class="card" aria-label={rule.Name}>
                <h2>
                  <Data>{rule.Name}</Data>
                  {rule.State === 'DISABLED' && <span class="quiet"> disabled</span>}
                </h2>
                {rule.Description !== undefined && <p class="quiet">{rule.Description}</p>}
                {rule.ScheduleExpression !== undefined && <p>{rule.ScheduleExpression}</p>}
                {rule.EventPattern !== undefined && (
                  <Json text={rule.EventPattern} label={`Event pattern of ${rule.Name}`} />
                )}
                <h3>Targets</h3>
                <ul>
                  {targets.map(({ Id, Arn }) => (
                    <li key={Id}>
                      <Data>{nameIn(Arn)}</Data>
                    </li>
                  ))}
                </ul>
              </section>
            ))
          )
        }
      </Show>
      {isPutting && <PutEvent bus={name} onClose={() => setPutting(false)} />}
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
