import type { Json } from '../../asl/json.ts';
import type { StateTestResult } from '../../asl/test-state.ts';
import type { TestStateInput } from './test-state-input.ts';

/** Members that are no JSON text. */
const PLAIN = new Set([
  'maxConcurrency',
  'toleratedFailureCount',
  'toleratedFailurePercentage',
  'errorDetails',
  'request',
  'response',
]);

/** What `INFO` does not tell: the data at every step through the state. Values are JSON text, but for numbers. */
export function inspectionData(input: TestStateInput, result: StateTestResult): object | undefined {
  if ((input.inspectionLevel ?? 'INFO') === 'INFO') return undefined;
  return {
    input: input.input ?? '{}',
    ...Object.fromEntries(Object.entries(result.inspectionData).map(([name, value]) => [name, apiValue(name, value)])),
    ...(Object.keys(result.variables).length > 0 && { variables: JSON.stringify(result.variables) }),
  };
}

const apiValue = (name: string, value: Json): Json => (PLAIN.has(name) ? value : JSON.stringify(value));
