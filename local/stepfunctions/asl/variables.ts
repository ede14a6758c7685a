import { evaluate } from './evaluate.ts';
import type { Execution } from './execution.ts';
import type { Expression } from './expression.ts';
import { FieldError } from './failure.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { MAX_PAYLOAD_BYTES, MAX_VARIABLES_BYTES } from './limits.ts';
import type { Readings } from './readings.ts';
import type { Step } from './step.ts';

/** Variables that a state assigns when it is left, by name without `$`, and their JSON texts. */
export interface Assigned {
  readonly values: JsonObject;
  readonly texts: JsonObject;
}

/** @throws FieldError if the field fails, or if there is no room for so much */
export function assignedBy(step: Step, assign: Expression, readings: Readings): Assigned {
  const values = evaluate(assign, 'Assign', readings);
  if (!isJsonObject(values)) throw new Error('Assign is a template whose value is an object');
  const texts = Object.entries(values).map(([name, value]): [string, string] => [name, JSON.stringify(value)]);
  const bytes = texts.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_PAYLOAD_BYTES || !hasRoomFor(step.execution, bytes)) throw tooLarge(bytes);
  return { values, texts: Object.fromEntries(texts) };
}

/** Keeps an upper bound, and measures only when that gets near the limit: what is assigned anew is counted twice until then. */
function hasRoomFor(execution: Execution, bytes: number): boolean {
  execution.variableBytes += bytes;
  if (execution.variableBytes <= MAX_VARIABLES_BYTES) return true;
  const used = Object.values(execution.scopes).reduce((sum, { variables }) => sum + sizeOf(variables), 0);
  execution.variableBytes = used + bytes;
  return execution.variableBytes <= MAX_VARIABLES_BYTES;
}

const sizeOf = (variables: JsonObject | undefined): number =>
  variables ? Buffer.byteLength(JSON.stringify(variables)) : 0;

const tooLarge = (bytes: number): FieldError =>
  new FieldError(
    'States.DataLimitExceeded',
    `The variables that the state assigns (${bytes} bytes) exceed the maximum number of bytes service limit.`,
  );
