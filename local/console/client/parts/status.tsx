/** How something stands: a sign, a word, a colour; never the colour alone. */
const SIGNS: Readonly<Record<string, readonly [sign: string, tone: string, word: string]>> = {
  RUNNING: ['●', 'busy', 'Running'],
  SUCCEEDED: ['✓', 'good', 'Succeeded'],
  FAILED: ['✕', 'bad', 'Failed'],
  TIMED_OUT: ['◷', 'bad', 'Timed out'],
  ABORTED: ['■', 'quiet', 'Aborted'],
  PENDING_REDRIVE: ['↻', 'wait', 'To be redriven'],
  running: ['●', 'busy', 'Running'],
  waiting: ['◔', 'wait', 'Waiting'],
  retrying: ['↻', 'wait', 'Retrying'],
  succeeded: ['✓', 'good', 'Succeeded'],
  caught: ['↷', 'warn', 'Caught'],
  failed: ['✕', 'bad', 'Failed'],
  'timed-out': ['◷', 'bad', 'Timed out'],
  aborted: ['■', 'quiet', 'Aborted'],
};

export const toneOf = (status: string): string => SIGNS[status]?.[1] ?? 'quiet';
export const signOf = (status: string): string => SIGNS[status]?.[0] ?? '·';
export const wordOf = (status: string): string => SIGNS[status]?.[2] ?? status;

export const Status = ({ of, note }: { of: string; note?: string }) => (
  <span class={`status tone-${toneOf(of)}`}>
    <span class="sign" aria-hidden="true">
      {signOf(of)}
    </span>
    {wordOf(of)}
    {note !== undefined && <span class="note"> {note}</span>}
  </span>
);
