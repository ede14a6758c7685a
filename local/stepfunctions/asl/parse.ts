import type { QueryLanguage, StateMachine } from './definition.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { checkVariables } from './parse/check-variables.ts';
import { Fields, type Reading } from './parse/fields.ts';
import { parseFlow } from './parse/parse-flow.ts';
import { readJson } from './parse/read-json.ts';
import type { Problem } from './problem.ts';
import type { TaskResource } from './resource.ts';

export interface ParseOptions {
  readonly type: 'STANDARD' | 'EXPRESS';
  /** @returns why a resource cannot be called, naming it; such a definition is refused with this as its problem */
  readonly refusal?: (resource: TaskResource) => string | undefined;
  /** The definition has but one of the machine's states: where it leads is not looked at. */
  readonly singleState?: boolean;
}

export interface ParseResult {
  /** Absent if anything is wrong; warnings are no obstacle. */
  readonly machine?: StateMachine;
  readonly problems: readonly Problem[];
}

/**
 * Reads a definition in the Amazon States Language: checks all of it as AWS does when a state machine is created, and
 * compiles its expressions. Pure; callers keep the result.
 * @param definition JSON text
 */
export function parse(definition: string, options: ParseOptions): ParseResult {
  const read = readJson(definition);
  return 'problem' in read ? { problems: [read.problem] } : parseJson(read.value, options);
}

/** As `parse`, from a definition that was read already. */
export function parseJson(definition: Json, options: ParseOptions): ParseResult {
  const problems: Problem[] = [];
  if (!isJsonObject(definition)) {
    problems.push({
      severity: 'ERROR',
      code: 'SCHEMA_VALIDATION_FAILED',
      message: 'Expected value of type Object',
      location: '/',
    });
    return { problems };
  }
  const machine = parseMachine(definition, problems, options);
  return problems.some(({ severity }) => severity === 'ERROR') ? { problems } : { machine, problems };
}

function parseMachine(definition: JsonObject, problems: Problem[], options: ParseOptions): StateMachine {
  // Whatever is not JSONPath is read as JSONata, the more restricted of the two, and reported besides.
  const given = definition.QueryLanguage;
  const queryLanguage: QueryLanguage = given === undefined || given === 'JSONPath' ? 'JSONPath' : 'JSONata';
  const reading: Reading = {
    problems,
    type: options.type,
    language: queryLanguage,
    refusal: options.refusal,
    singleState: options.singleState ?? false,
    stateNames: new Map(),
    labels: new Map(),
  };
  const fields = new Fields(definition, '/', queryLanguage, reading);
  const comment = fields.string('Comment');
  fields.string('Version');
  fields.string('QueryLanguage', ['JSONPath', 'JSONata']);
  const timeoutSeconds = fields.number('TimeoutSeconds', { minimum: 1, maximum: 99_999_999 });
  const flow = parseFlow(fields, reading);
  checkVariables(fields);
  fields.finish();
  return {
    ...flow,
    queryLanguage,
    ...(comment !== undefined && { comment }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
  };
}
