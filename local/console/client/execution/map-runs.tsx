import { linkTo } from '../lib/router.ts';
import { count } from '../lib/words.ts';
import { Status } from '../parts/status.tsx';
import type { Execution, MapRun } from './load-execution.ts';

/** How far the Distributed Maps of an execution are. */
export const MapRuns = ({ execution }: { execution: Execution }) => (
  <>
    {execution.mapRuns.map((run) => (
      <MapRunProgress key={run.mapRunArn} run={run} />
    ))}
  </>
);

const KINDS = [
  ['succeeded', 'good'],
  ['failed', 'bad'],
  ['timedOut', 'bad'],
  ['aborted', 'quiet'],
  ['running', 'busy'],
] as const;

/** Items that need nothing more, however they ended. */
export const overIn = ({ succeeded, failed, timedOut, aborted }: MapRun['itemCounts']): number =>
  succeeded + failed + timedOut + aborted;

function MapRunProgress({ run }: { run: MapRun }) {
  const { itemCounts: items, status, mapRunArn, maxConcurrency } = run;
  const over = overIn(items);
  const label = /mapRun:[^/]+\/([^:]+)/.exec(mapRunArn)?.[1] ?? 'Distributed Map';
  return (
    <section class="card map-run" aria-label={`Map run ${label}`}>
      <h2>
        <bdi>{label}</bdi> <Status of={status} />
      </h2>
      <div
        class="progress"
        role="progressbar"
        aria-label="Items"
        aria-valuemin={0}
        aria-valuemax={items.total}
        aria-valuenow={over}
      >
        {KINDS.map(([kind, tone]) => (
          <span
            key={kind}
            class={`tone-${tone}`}
            style={{ width: `${items.total === 0 ? 0 : (100 * items[kind]) / items.total}%` }}
          />
        ))}
      </div>
      <p class="counts">
        {over.toLocaleString('en')} of {count(items.total, 'item')} done
        {KINDS.map(
          ([kind, tone]) =>
            items[kind] > 0 && (
              <span key={kind} class={`tone-${tone}`}>
                {items[kind].toLocaleString('en')} {kind === 'timedOut' ? 'timed out' : kind}
              </span>
            ),
        )}
        {items.pending > 0 && <span class="quiet">{items.pending.toLocaleString('en')} pending</span>}
        <span class="quiet">
          {maxConcurrency === 0 ? 'no limit of concurrency' : `at most ${maxConcurrency} at a time`}
        </span>
        <a href={`${linkTo('executions')}?mapRun=${encodeURIComponent(mapRunArn)}`}>Child executions</a>
      </p>
    </section>
  );
}
