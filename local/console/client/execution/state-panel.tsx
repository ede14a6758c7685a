import { useState } from 'preact/hooks';
import type { GraphNode } from '../graph/model.ts';
import { useClock } from '../lib/live.ts';
import { useLoad } from '../lib/load.ts';
import { linkTo } from '../lib/router.ts';
import { count, duration, nameIn } from '../lib/words.ts';
import { Json } from '../parts/json.tsx';
import { Show } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import { Data, Fact, Facts, Time, When } from '../parts/text.tsx';
import { detailsOf, type HistoryEvent } from './history.ts';
import { Iterations } from './iterations.tsx';
import { type Execution, loadEvent } from './load-execution.ts';
import { noteOf } from './looks.ts';
import { TokenActions } from './token-actions.tsx';
import { type Story, type Visit, variablesOf } from './visits.ts';

interface StatePanelProps {
  readonly node: GraphNode;
  readonly visits: readonly Visit[];
  readonly execution: Execution;
  readonly events: readonly HistoryEvent[];
  readonly story: Story;
  readonly iteration: number | undefined;
  readonly onIteration: (iteration: number | undefined) => void;
  readonly onClose: () => void;
}

/** What happened in one state: each visit of it, one at a time. */
export function StatePanel({
  node,
  visits,
  execution,
  events,
  story,
  iteration,
  onIteration,
  onClose,
}: StatePanelProps) {
  const [at, setAt] = useState<number>();
  const index = Math.min(at ?? visits.length - 1, visits.length - 1);
  const visit = visits[index];
  return (
    <>
      <div class="panel-title">
        <div>
          <h2>
            <Data>{node.name}</Data>
          </h2>
          <p class="quiet">
            {node.type}
            {node.caption !== '' && ` · ${node.caption}`}
          </p>
        </div>
        <button type="button" class="quiet small" onClick={onClose} aria-label="Close details">
          ✕
        </button>
      </div>
      {node.comment !== undefined && <p class="quiet">{node.comment}</p>}
      {visits.length > 1 && (
        <div class="stepper">
          <button
            type="button"
            class="small"
            disabled={index === 0}
            onClick={() => setAt(index - 1)}
            aria-label="Earlier visit"
          >
            ←
          </button>
          <span>
            Visit {index + 1} of {visits.length}
          </span>
          <button
            type="button"
            class="small"
            disabled={index === visits.length - 1}
            onClick={() => setAt(index + 1)}
            aria-label="Later visit"
          >
            →
          </button>
        </div>
      )}
      {visit ? (
        <VisitDetails visit={visit} node={node} execution={execution} events={events} story={story} />
      ) : (
        <p class="quiet">This execution has not been in this state.</p>
      )}
      {visit && visit.iterations.length > 0 && <Iterations visit={visit} chosen={iteration} onChoose={onIteration} />}
      <details>
        <summary>Definition of the state</summary>
        <Json text={JSON.stringify(node.state)} label="Definition of the state" />
      </details>
    </>
  );
}

type VisitProps = Pick<StatePanelProps, 'node' | 'execution' | 'events' | 'story'> & { visit: Visit };

function VisitDetails({ visit, node, execution, events, story }: VisitProps) {
  const { now } = useClock();
  const open = execution.open.find(({ enteredEvent }) => enteredEvent === visit.id);
  const variables = variablesOf(visit, story, events);
  const exit = visit.exitEvent === undefined ? undefined : events[visit.exitEvent - 1];
  const assigned = exit && detailsOf(exit).assignedVariables;
  return (
    <>
      <Facts>
        <Fact name="Status">
          <Status of={visit.status} {...(noteOf(visit, node.state) && { note: noteOf(visit, node.state)! })} />
        </Fact>
        <Fact name="Entered">
          <Time at={visit.enteredAt} />
        </Fact>
        <Fact name={visit.leftAt === undefined ? 'For' : 'Took'}>
          {duration((visit.leftAt ?? now) - visit.enteredAt)}
        </Fact>
        {open?.until !== undefined && (
          <Fact name={open.phase === 'backingOff' ? 'Next attempt' : 'Goes on'}>
            <When at={open.until} />
          </Fact>
        )}
        {open?.timeoutAt !== undefined && (
          <Fact name="Times out">
            <When at={open.timeoutAt} />
          </Fact>
        )}
        {open?.heartbeatAt !== undefined && (
          <Fact name="Heartbeat due">
            <When at={open.heartbeatAt} />
          </Fact>
        )}
        {visit.childArn !== undefined && (
          <Fact name="Started">
            <a href={linkTo('executions', visit.childArn)}>
              <Data>{nameIn(visit.childArn)}</Data>
            </a>
          </Fact>
        )}
        {visit.mapRunArn !== undefined && (
          <Fact name="Map run">
            <a href={`${linkTo('executions')}?mapRun=${encodeURIComponent(visit.mapRunArn)}`}>Child executions</a>
          </Fact>
        )}
      </Facts>
      {open?.taskToken !== undefined && <TokenActions taskToken={open.taskToken} />}
      <Attempts visit={visit} />
      <h3>Input</h3>
      <EventText arn={execution.executionArn} id={visit.id} member="input" label="Input of the state" />
      {visit.exitEvent !== undefined && (
        <>
          <h3>Output</h3>
          <EventText arn={execution.executionArn} id={visit.exitEvent} member="output" label="Output of the state" />
        </>
      )}
      <Variables title="Variables on entry" values={variables} isOpen={false} />
      {assigned && <Variables title="Variables assigned" values={assigned} isOpen />}
    </>
  );
}

function Attempts({ visit }: { visit: Visit }) {
  const failed = visit.attempts.filter(({ error }) => error !== undefined);
  if (failed.length === 0 && visit.attempts.length < 2) return null;
  return (
    <>
      <h3>{count(visit.attempts.length, 'attempt')}</h3>
      <ol class="attempts">
        {visit.attempts.map(({ event, at, endedAt, error, cause }) => (
          <li key={event}>
            <span class="quiet">
              <Time at={at} />
              {endedAt !== undefined && ` · ${duration(endedAt - at)}`}
            </span>
            {error === undefined ? (
              <Status of={endedAt === undefined ? 'running' : 'succeeded'} />
            ) : (
              <>
                <strong class="tone-bad">
                  <Data>{error}</Data>
                </strong>
                {cause !== undefined && <Cause text={cause} />}
              </>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

/** Functions fail with JSON; people read its message. */
function Cause({ text }: { text: string }) {
  let message = text;
  try {
    const { errorMessage } = JSON.parse(text) as { errorMessage?: unknown };
    if (typeof errorMessage === 'string') message = errorMessage;
  } catch {
    // It is a text.
  }
  return (
    <bdi class="cause" title={text.slice(0, 2_000)}>
      {message}
    </bdi>
  );
}

/** A text of an event, whole: lists hold the beginning only. */
function EventText({ arn, id, member, label }: { arn: string; id: number; member: 'input' | 'output'; label: string }) {
  const event = useLoad(`${arn} ${id}`, () => loadEvent(arn, id));
  return <Show of={event}>{(value) => <Json text={detailsOf(value)[member] ?? ''} label={label} />}</Show>;
}

function Variables({
  title,
  values,
  isOpen,
}: {
  title: string;
  values: Readonly<Record<string, string>>;
  isOpen: boolean;
}) {
  const names = Object.keys(values);
  if (names.length === 0) return null;
  return (
    <details open={isOpen}>
      <summary>
        {title} <span class="quiet">{names.length}</span>
      </summary>
      <dl class="variables">
        {names.map((name) => (
          <div key={name}>
            <dt>
              <Data mono>{`$${name}`}</Data>
            </dt>
            <dd>
              <Json text={values[name]!} label={`Variable ${name}`} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
