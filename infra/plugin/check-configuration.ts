import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import type { BuildProblem } from './build-problem.ts';

/** Checks a file of policy as data against its JSON Schema (draft 7), all mistakes at once. */
export function checkConfiguration(file: string, content: unknown, schema: object): BuildProblem[] {
  const ajv = new Ajv({ allErrors: true, strict: false });
  // ajv-formats is CommonJS with a default export: which of the two arrives depends on who loads it.
  const addFormats = ((formats as { default?: unknown }).default ?? formats) as (ajv: Ajv) => void;
  addFormats(ajv);
  const validate = ajv.compile(schema);
  if (validate(content)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => ({
    file,
    place: instancePath,
    message: `${message ?? 'is not valid'} ${JSON.stringify(params)}`,
  }));
}
