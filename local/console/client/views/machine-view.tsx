import { useMemo, useState } from 'preact/hooks';
import { ExecutionList } from '../execution/execution-list.tsx';
import { StartDialog } from '../execution/start-dialog.tsx';
import { call } from '../lib/api.ts';
import { useLoad } from '../lib/load.ts';
import { setQuery, usePlace } from '../lib/router.ts';
import { CopyCommand } from '../parts/buttons.tsx';
import { Failure, Show } from '../parts/states.tsx';
import { wordOf } from '../parts/status.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { Data, Fact, Facts, Time, timeOf } from '../parts/text.tsx';
import { DefinitionTab } from './definition-tab.tsx';
import { listMachines } from './machines-view.tsx';
import { VersionsTab } from './versions-tab.tsx';

export interface Machine {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly creationDate: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly revisionId?: string;
}

async function loadMachine(name: string): Promise<Machine> {
  const found = (await listMachines()).find((machine) => machine.name === name);
  if (!found) throw new Error(`There is no state machine ${name}.`);
  return call<Machine>('states', 'DescribeStateMachine', { stateMachineArn: found.stateMachineArn });
}

/** One state machine: its graph and definition, its versions, its executions. */
export function MachineView({ name }: { name: string }) {
  const machine = useLoad(name, () => loadMachine(name));
  return (
    <>
      <p class="crumbs">
        <a href="/_local/machines">Machines</a>
      </p>
      <Show of={machine} heading="State machine">
        {(value) => <Shown machine={value} reload={machine.reload} />}
      </Show>
    </>
  );
}

function Shown({ machine, reload }: { machine: Machine; reload: () => void }) {
  const { stateMachineArn, name, type, creationDate } = machine;
  const [isStarting, setStarting] = useState(false);
  const comment = useMemo(() => commentOf(machine.definition), [machine.definition]);
  return (
    <>
      <header class="title">
        <div>
          <h1>
            <Data>{name}</Data>
          </h1>
          {comment !== undefined && <p class="lead">{comment}</p>}
          <Facts>
            <Fact name="Type">{type === 'EXPRESS' ? 'Express' : 'Standard'}</Fact>
            <Fact name="Created">
              <Time at={timeOf(creationDate)} />
            </Fact>
          </Facts>
        </div>
        <div class="buttons">
          <button type="button" class="primary" onClick={() => setStarting(true)}>
            Start with this input …
          </button>
          <CopyCommand call={{ service: 'states', operation: 'DescribeStateMachine', input: { stateMachineArn } }} />
        </div>
      </header>
      <Tabs
        label={`State machine ${name}`}
        tabs={{
          graph: ['Graph and definition', () => <DefinitionTab machine={machine} onSaved={reload} />],
          executions: ['Executions', () => <Executions machine={machine} />],
          versions: ['Versions and aliases', () => <VersionsTab machine={machine} />],
        }}
      />
      {isStarting && <StartDialog stateMachineArn={stateMachineArn} type={type} onClose={() => setStarting(false)} />}
    </>
  );
}

function commentOf(definition: string): string | undefined {
  try {
    const { Comment } = JSON.parse(definition) as { Comment?: unknown };
    return typeof Comment === 'string' ? Comment : undefined;
  } catch {
    return undefined;
  }
}

function Executions({ machine }: { machine: Machine }) {
  const status = usePlace().query.get('status') ?? '';
  if (!machine.stateMachineArn) return <Failure error={new Error('There is no such machine.')} />;
  return (
    <>
      <div class="filters">
        <label>
          Status{' '}
          <select value={status} onChange={({ currentTarget }) => setQuery({ status: currentTarget.value })}>
            <option value="">Any</option>
            {['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'].map((each) => (
              <option key={each} value={each}>
                {wordOf(each)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <ExecutionList filter={{ machine: machine.stateMachineArn, status }} withMachine={false} />
    </>
  );
}
