import type { JsonObject } from './json.ts';

/** What is watched while one state is tested on its own (test-state.ts). In executions nothing is. */
export interface Inspection {
  /** Members of AWS's `InspectionData`: `afterInputPath`, `afterParameters`, `result`, … as values, not as text. */
  readonly data: JsonObject;
  /** Takes the place of the context object. */
  readonly context?: JsonObject;
  /** Why the state failed, even if a Retrier or a Catcher took that. */
  failure?: { readonly error?: string | undefined; readonly cause?: string | undefined };
  /** What became of that failure. */
  taken?: 'retry' | 'catch';
}
