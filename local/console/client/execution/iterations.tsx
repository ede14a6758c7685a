import { Status } from '../parts/status.tsx';
import type { Visit } from './visits.ts';

/** Steps through the iterations of a Map: the graph shows the chosen one. */
export function Iterations({
  visit,
  chosen,
  onChoose,
}: {
  visit: Visit;
  chosen: number | undefined;
  onChoose: (iteration: number | undefined) => void;
}) {
  const { iterations } = visit;
  const at = iterations.findIndex(({ index }) => index === chosen);
  const failed = iterations.filter(({ status }) => status === 'failed');
  const step = (by: number): void => onChoose(iterations[Math.min(Math.max(at + by, 0), iterations.length - 1)]?.index);
  return (
    <fieldset class="iterations">
      <legend>Iterations</legend>
      <div class="stepper">
        <button type="button" class="small" onClick={() => step(-1)} disabled={at <= 0} aria-label="Iteration before">
          ←
        </button>
        <label>
          Iteration{' '}
          <select
            value={chosen === undefined ? '' : String(chosen)}
            onChange={({ currentTarget: { value } }) => onChoose(value === '' ? undefined : Number(value))}
          >
            <option value="">all {iterations.length.toLocaleString('en')}</option>
            {iterations.slice(0, 1_000).map(({ index }) => (
              <option key={index} value={index}>
                {index}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class="small"
          onClick={() => step(1)}
          disabled={at >= iterations.length - 1}
          aria-label="Next iteration"
        >
          →
        </button>
        {at >= 0 && <Status of={iterations[at]!.status} />}
        {failed.length > 0 && (
          <button type="button" class="small" onClick={() => onChoose(failed[0]!.index)}>
            First that failed
          </button>
        )}
      </div>
    </fieldset>
  );
}
