import { call } from '../lib/api.ts';
import { useLoad } from '../lib/load.ts';
import { nameIn } from '../lib/words.ts';
import { Empty, Show } from '../parts/states.tsx';
import { Data, Time, timeOf } from '../parts/text.tsx';
import type { Machine } from './machine-view.tsx';

interface Version {
  readonly stateMachineVersionArn: string;
  readonly creationDate: string;
}

interface Alias {
  readonly stateMachineAliasArn: string;
  readonly creationDate: string;
}

interface AliasDescription extends Alias {
  readonly name: string;
  readonly routingConfiguration: readonly { readonly stateMachineVersionArn: string; readonly weight: number }[];
}

async function load({ stateMachineArn }: Machine) {
  const [versions, aliases] = await Promise.all([
    call<{ stateMachineVersions: readonly Version[] }>('states', 'ListStateMachineVersions', { stateMachineArn }),
    call<{ stateMachineAliases: readonly Alias[] }>('states', 'ListStateMachineAliases', { stateMachineArn }),
  ]);
  const described = aliases.stateMachineAliases.map(({ stateMachineAliasArn }) =>
    call<AliasDescription>('states', 'DescribeStateMachineAlias', { stateMachineAliasArn }),
  );
  return { versions: versions.stateMachineVersions, aliases: await Promise.all(described) };
}

export function VersionsTab({ machine }: { machine: Machine }) {
  const loaded = useLoad(machine.stateMachineArn, () => load(machine));
  return (
    <Show of={loaded}>
      {({ versions, aliases }) => (
        <div class="columns">
          <section aria-labelledby="versions">
            <h2 id="versions">Versions</h2>
            {versions.length === 0 && <Empty>No version was published.</Empty>}
            <ul class="list plain">
              {versions.map(({ stateMachineVersionArn, creationDate }) => (
                <li key={stateMachineVersionArn}>
                  <strong>{nameIn(stateMachineVersionArn)}</strong>{' '}
                  <span class="quiet">
                    published <Time at={timeOf(creationDate)} />
                  </span>
                </li>
              ))}
            </ul>
          </section>
          <section aria-labelledby="aliases">
            <h2 id="aliases">Aliases</h2>
            {aliases.length === 0 && <Empty>There is no alias.</Empty>}
            <ul class="list plain">
              {aliases.map(({ stateMachineAliasArn, name, routingConfiguration }) => (
                <li key={stateMachineAliasArn}>
                  <strong>
                    <Data>{name}</Data>
                  </strong>
                  {routingConfiguration.map(({ stateMachineVersionArn, weight }) => (
                    <span key={stateMachineVersionArn} class="quiet">
                      {' '}
                      version {nameIn(stateMachineVersionArn)}: {weight} %
                    </span>
                  ))}
                </li>
              ))}
            </ul>
          </section>
        </div>
      )}
    </Show>
  );
}
