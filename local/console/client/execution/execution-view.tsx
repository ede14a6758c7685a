import { useMemo, useRef, useState } from 'preact/hooks';
import { flowAt, parseDefinition } from '../graph/asl.ts';
import { ErrorPaths } from '../graph/error-paths.tsx';
import { Graph } from '../graph/graph.tsx';
import { graphOf, nodesById, withoutErrorPaths } from '../graph/model.ts';
import { useClock } from '../lib/live.ts';
import { useLoad } from '../lib/load.ts';
import { linkTo, setQuery, usePlace } from '../lib/router.ts';
import { duration, nameIn } from '../lib/words.ts';
import { Json } from '../parts/json.tsx';
import { Failure, Show } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { Data, Fact, Facts, Time } from '../parts/text.tsx';
import { Definition } from './definition.tsx';
import { EventsTable } from './events-table.tsx';
import { ExecutionActions } from './execution-actions.tsx';
import { failingsOf } from './failings.ts';
import { type Loaded, loadExecution, type MapRun } from './load-execution.ts';
import { type Chosen, focusOf, looksOf, type Progress } from './looks.ts';
import { MapRuns, overIn } from './map-runs.tsx';
import { StatePanel } from './state-panel.tsx';
import { Timeline } from './timeline.tsx';
import { tellStory } from './visits.ts';

/** One execution, live. */
export function ExecutionView({ arn }: { arn: string }) {
  const before = useRef<{ arn: string; loaded?: Loaded }>({ arn });
  if (before.current.arn !== arn) before.current = { arn };
  const load = async (): Promise<Loaded> => {
    const { current } = before;
    current.loaded = await loadExecution(arn, current.loaded?.events);
    return current.loaded;
  };
  const loaded = useLoad(arn, load, { live: ['executions'], about: arn });
  return (
    <Show of={loaded} heading="Execution">
      {(value) => <Shown {...value} />}
    </Show>
  );
}

function Shown({ execution, events }: Loaded) {
  const { query } = usePlace();
  const selected = query.get('state') ?? undefined;
  const [chosen, setChosen] = useState<Chosen>(new Map());
  const flow = useMemo(() => {
    const definition = parseDefinition(execution.definition);
    return definition && graphOf(flowAt(definition, execution.mapState));
  }, [execution.definition]);
  const nodes = useMemo(() => flow && nodesById(flow), [flow]);
  const story = useMemo(
    () => tellStory(events, execution.open, failingsOf(nodes?.values() ?? [])),
    [events, execution, nodes],
  );
  const looks = useMemo(
    () => flow && looksOf(flow, story, chosen, progressOf(execution.mapRuns)),
    [flow, story, chosen, execution],
  );
  const [withErrors, setWithErrors] = useState(false);
  const caught = [...(looks?.taken ?? [])].filter((each) => each.endsWith('\ncatch')).join('\0');
  const drawn = useMemo(
    () => flow && (withErrors ? flow : withoutErrorPaths(flow, new Set(caught.split('\0')))),
    [flow, withErrors, caught],
  );
  const focus = useMemo(() => selected ?? (looks && focusOf(looks)), [drawn, execution.status]);
  const select = (id: string | undefined): void => setQuery({ state: id });
  const node = selected === undefined ? undefined : nodes?.get(selected);
  return (
    <article class="execution">
      <Header execution={execution} />
      {execution.error !== null && (
        <p class="failure" role="alert">
          <strong>
            <bdi>{execution.error}</bdi>
          </strong>{' '}
          <bdi>{execution.cause}</bdi>
        </p>
      )}
      <MapRuns execution={execution} />
      <div class="beside">
        {flow && drawn && looks ? (
          <Graph
            flow={drawn}
            focus={focus}
            label={`State machine ${execution.machine} with the path of this execution`}
            looks={looks.looks}
            taken={looks.taken}
            {...(selected !== undefined && { selected })}
            onSelect={(id) => select(id === selected ? undefined : id)}
          >
            <ErrorPaths flow={flow} shown={withErrors} onChange={setWithErrors} />
          </Graph>
        ) : (
          <Failure error={new Error('The definition of this execution cannot be read.')} />
        )}
        <aside class="panel" aria-label="Details">
          {node ? (
            <StatePanel
              key={node.id}
              node={node}
              visits={looks?.visits.get(node.id) ?? []}
              execution={execution}
              events={events}
              story={story}
              iteration={chosen.get(node.id)}
              onIteration={(iteration) => setChosen(withIteration(chosen, node.id, iteration))}
              onClose={() => select(undefined)}
            />
          ) : (
            <Inputs execution={execution} />
          )}
        </aside>
      </div>
      <Tabs
        label="More about this execution"
        tabs={{
          events: [
            'Events',
            () => (
              <EventsTable
                execution={execution}
                events={events}
                story={story}
                nodes={looks?.visits}
                onSelect={select}
              />
            ),
          ],
          timeline: ['Timeline', () => <Timeline execution={execution} story={story} />],
          definition: [
            'Definition',
            () => <Definition text={execution.definition} node={node} inMap={execution.mapState} />,
          ],
        }}
      />
    </article>
  );
}

const progressOf = (runs: readonly MapRun[]): Progress =>
  new Map(runs.map(({ mapRunArn, itemCounts }) => [mapRunArn, { done: overIn(itemCounts), total: itemCounts.total }]));

function withIteration(chosen: Chosen, id: string, iteration: number | undefined): Chosen {
  const next = new Map(chosen);
  if (iteration === undefined) next.delete(id);
  else next.set(id, iteration);
  return next;
}

function Header({ execution }: { execution: Loaded['execution'] }) {
  const { now } = useClock();
  const { name, machine, status, startedAt, stoppedAt, redriveCount, parentArn, versionArn, aliasArn, type } =
    execution;
  return (
    <header class="title">
      <div>
        <p class="crumbs">
          <a href={linkTo('machines', machine)}>
            <bdi>{machine}</bdi>
          </a>
        </p>
        <h1>
          <Data>{name}</Data>
        </h1>
        <Facts>
          <Fact name="Status">
            <Status of={status} />
          </Fact>
          <Fact name="Started">
            <Time at={startedAt} />
          </Fact>
          <Fact name={stoppedAt === null ? 'For' : 'Took'}>{duration((stoppedAt ?? now) - startedAt)}</Fact>
          {type === 'EXPRESS' && <Fact name="Type">Express</Fact>}
          {redriveCount > 0 && <Fact name="Redriven">{redriveCount} ×</Fact>}
          {aliasArn !== null && <Fact name="Alias">{nameIn(aliasArn)}</Fact>}
          {versionArn !== null && <Fact name="Version">{nameIn(versionArn)}</Fact>}
          {parentArn !== null && (
            <Fact name="Started by">
              <a href={linkTo('executions', parentArn)}>
                <Data>{nameIn(parentArn)}</Data>
              </a>
            </Fact>
          )}
        </Facts>
      </div>
      <ExecutionActions execution={execution} />
    </header>
  );
}

const Inputs = ({ execution }: { execution: Loaded['execution'] }) => (
  <>
    <p class="hint">Choose a state in the graph to see what went into it and what came out.</p>
    <h2>Input</h2>
    <Json text={execution.input} label="Input" />
    {execution.output !== null && (
      <>
        <h2>Output</h2>
        <Json text={execution.output} label="Output" />
      </>
    )}
  </>
);
