import { createEntropy } from '../../../../../local/stepfunctions/asl/entropy.ts';
import type { Scope } from '../../../../../local/stepfunctions/asl/expression.ts';
import type { Json } from '../../../../../local/stepfunctions/asl/json.ts';

/** A scope to evaluate expressions in. */
export const scopeWith = (input: Json, more: Partial<Scope> = {}): Scope => ({
  input,
  context: { Execution: { Id: 'run-1', Input: input }, State: { Name: 'Price order' } },
  variables: {},
  at: Date.UTC(2026, 10, 22, 12),
  entropy: createEntropy('a seed'),
  ...more,
});

/** @returns what `work` throws */
export function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown');
}
