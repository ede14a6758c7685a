import { ExecutionList } from '../execution/execution-list.tsx';
import { call } from '../lib/api.ts';
import { useLoad } from '../lib/load.ts';
import { setQuery } from '../lib/router.ts';
import { nameIn } from '../lib/words.ts';
import { wordOf } from '../parts/status.tsx';

interface Machine {
  readonly stateMachineArn: string;
  readonly name: string;
}

const GROUPS = [
  ['waiting', 'Waiting for an answer'],
  ['unsuccessful', 'Failed or stopped'],
] as const;

const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];

/** All executions, newest first. What they are filtered by is part of the URL. */
export function ExecutionsView({ query }: { query: URLSearchParams }) {
  const machines = useLoad('machines', () =>
    call<{ stateMachines: readonly Machine[] }>('states', 'ListStateMachines'),
  );
  const [status, machine, name, mapRun] = ['status', 'machine', 'name', 'mapRun'].map((each) => query.get(each) ?? '');
  return (
    <>
      <h1>{mapRun ? 'Child executions' : 'Executions'}</h1>
      {mapRun && (
        <p>
          of the map run <bdi>{nameIn(mapRun)}</bdi> · <a href="/_local/executions">all executions</a>
        </p>
      )}
      <search class="filters">
        <label>
          Status{' '}
          <select value={status} onChange={({ currentTarget }) => setQuery({ status: currentTarget.value })}>
            <option value="">Any</option>
            {GROUPS.map(([each, words]) => (
              <option key={each} value={each}>
                {words}
              </option>
            ))}
            {STATUSES.map((each) => (
              <option key={each} value={each}>
                {wordOf(each)}
              </option>
            ))}
          </select>
        </label>
        <label>
          Machine{' '}
          <select value={machine} onChange={({ currentTarget }) => setQuery({ machine: currentTarget.value })}>
            <option value="">Any</option>
            {machines.value?.stateMachines.map(({ stateMachineArn, name: each }) => (
              <option key={stateMachineArn} value={stateMachineArn}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <label>
          Name contains{' '}
          <input type="search" value={name} onInput={({ currentTarget }) => setQuery({ name: currentTarget.value })} />
        </label>
      </search>
      <ExecutionList filter={{ status, machine, name, mapRun }} />
    </>
  );
}
