import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { type BuildProblem, jsonPointer } from './build-problem.ts';
import { lineOf } from './line-of.ts';

/** What no schema can say. @throws an error with the JSON pointer of the mistake, and a message that begins with it */
export type Rules = (content: never) => unknown;

/**
 * Checks a file of policy as data against its JSON Schema (draft 7), all mistakes at once, and then against its rules.
 * Each mistake is named by its JSON pointer and its line.
 */
export function checkConfiguration(file: string, text: string, schema: object, rules?: Rules): BuildProblem[] {
  const ajv = new Ajv({ allErrors: true, strict: false });
  // ajv-formats is CommonJS with a default export: which of the two arrives depends on who loads it.
  const addFormats = ((formats as { default?: unknown }).default ?? formats) as (ajv: Ajv) => void;
  addFormats(ajv);
  const validate = ajv.compile(schema);
  const content = JSON.parse(text) as unknown;
  const problem = (pointer: string, message: string): BuildProblem => ({
    file,
    place: `${pointer} line ${lineOf(text, pointer)}`.trim(),
    message,
  });
  if (!validate(content)) {
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const unknown: unknown = params.additionalProperty;
      const pointer = typeof unknown === 'string' ? instancePath + jsonPointer([unknown]) : instancePath;
      return problem(pointer, `${message ?? 'is not valid'} ${JSON.stringify(params)}`);
    });
  }
  try {
    rules?.(content as never);
    return [];
  } catch (error) {
    const { pointer, message } = error as Error & { pointer?: string };
    if (pointer === undefined) throw error;
    return [problem(pointer, message.replace(`${pointer}: `, ''))];
  }
}
