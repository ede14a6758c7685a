import type {
  FailState,
  ParallelState,
  PassState,
  QueryLanguage,
  State,
  SucceedState,
  WaitState,
} from '../definition.ts';
import type { Expression } from '../expression.ts';
import {
  argumentsOf,
  assignment,
  hasJsonata,
  jsonata,
  jsonataOrText,
  jsonataTemplate,
  nullablePath,
  path,
  payloadTemplate,
  resultPath,
} from './expressions.ts';
import { Fields, type Reading } from './fields.ts';
import { parseChoice } from './parse-choice.ts';
import { parseFlow } from './parse-flow.ts';
import { parseMap } from './parse-map.ts';
import { parseRecovery } from './parse-recovery.ts';
import { parseTask } from './parse-task.ts';
import { isTimestamp } from './timestamp.ts';
import { warnOfMissingPath, warnOfStaticResult } from './warnings.ts';

const TYPES = ['Task', 'Wait', 'Pass', 'Succeed', 'Fail', 'Choice', 'Parallel', 'Map'] as const;
const LONGEST = 99_999_999;

/** Types of states whose Output and Assign can read `$states.result`. */
const HAS_RESULT: readonly string[] = ['Task', 'Parallel', 'Map'];
const WITHOUT_RESULT = ['input', 'context'] as const;
const WITH_RESULT = [...WITHOUT_RESULT, 'result'] as const;

/** What all types of states have. */
export interface StateBase {
  readonly name: string;
  readonly comment?: string;
  readonly queryLanguage: QueryLanguage;
  readonly inputPath?: Expression | null;
  readonly outputPath?: Expression | null;
  readonly output?: Expression;
  readonly assign?: Expression;
}

export function parseState(name: string, outer: Fields, reading: Reading): State | undefined {
  const fields = new Fields(outer.object, outer.location, languageOf(outer, reading.language), reading);
  fields.required('Type');
  const type = fields.string('Type', TYPES) as State['type'] | undefined;
  if (!type) return undefined;
  const state = parseType(type, fields, parseBase(name, type, fields));
  fields.finish();
  return state;
}

/** A state may use JSONata in a JSONPath machine, but not the other way round. */
function languageOf(fields: Fields, machine: QueryLanguage): QueryLanguage {
  const own = fields.string('QueryLanguage', ['JSONPath', 'JSONata']) as QueryLanguage | undefined;
  if (own === 'JSONPath' && machine === 'JSONata')
    return (
      fields.problem("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine") ?? 'JSONata'
    );
  return own ?? machine;
}

function parseBase(name: string, type: State['type'], fields: Fields): StateBase {
  fields.take('QueryLanguage');
  const comment = fields.string('Comment');
  const base = { name, queryLanguage: fields.language, ...(comment !== undefined && { comment }) };
  if (type === 'Fail') return base;
  const available = HAS_RESULT.includes(type) ? WITH_RESULT : WITHOUT_RESULT;
  const assign = type === 'Succeed' ? undefined : assignment(fields, available);
  const jsonPath = fields.only('JSONPath', 'InputPath', 'OutputPath');
  const inputPath = jsonPath ? nullablePath(fields, 'InputPath') : undefined;
  const outputPath = jsonPath ? nullablePath(fields, 'OutputPath') : undefined;
  const output = fields.only('JSONata', 'Output') ? jsonataTemplate(fields, 'Output', available) : undefined;
  return {
    ...base,
    ...(inputPath !== undefined && { inputPath }),
    ...(outputPath !== undefined && { outputPath }),
    ...(output && { output }),
    ...(assign && { assign }),
  };
}

function parseType(type: State['type'], fields: Fields, base: StateBase): State | undefined {
  switch (type) {
    case 'Pass':
      return parsePass(fields, base);
    case 'Task':
      return parseTask(fields, base);
    case 'Choice':
      return parseChoice(fields, base);
    case 'Wait':
      return parseWait(fields, base);
    case 'Succeed':
      return { ...base, type } satisfies SucceedState;
    case 'Fail':
      return parseFail(fields, base);
    case 'Parallel':
      return parseParallel(fields, base);
    case 'Map':
      return parseMap(fields, base);
  }
}

/** Next and End. */
export function transition(fields: Fields): { next?: string } {
  const next = fields.string('Next');
  const end = fields.boolean('End');
  if (fields.has('Next') && end === true) fields.atMostOne('Next', 'End');
  if (!fields.has('Next') && !end) fields.problem('There must be one of the following fields: [Next, End]');
  return next === undefined || end ? {} : { next };
}

/** How Task, Parallel and Map turn their result into output. */
export function resultShaping(fields: Fields) {
  if (!fields.only('JSONPath', 'ResultSelector', 'ResultPath')) return {};
  const selector = payloadTemplate(fields, 'ResultSelector');
  const target = resultPath(fields);
  return { ...(selector && { resultSelector: selector }), ...(target !== undefined && { resultPath: target }) };
}

function parsePass(fields: Fields, base: StateBase): PassState {
  const pass = { ...base, ...transition(fields), type: 'Pass' as const };
  if (!fields.only('JSONPath', 'Result', 'Parameters', 'ResultPath')) return pass;
  const result = fields.take('Result');
  if (result !== undefined) warnOfStaticResult(fields, result);
  const parameters = payloadTemplate(fields, 'Parameters');
  const target = resultPath(fields);
  return {
    ...pass,
    ...(result !== undefined && { result }),
    ...(parameters && { parameters }),
    ...(target !== undefined && { resultPath: target }),
  };
}

function parseWait(fields: Fields, base: StateBase): WaitState | undefined {
  const wait = { ...base, ...transition(fields), type: 'Wait' as const };
  const paths = fields.only('JSONPath', 'SecondsPath', 'TimestampPath') ? ['SecondsPath', 'TimestampPath'] : [];
  fields.exactlyOne('Seconds', 'Timestamp', ...paths);
  const until = untilOf(fields);
  return until && { ...wait, until };
}

function untilOf(fields: Fields): WaitState['until'] | undefined {
  const expressions = fields.language === 'JSONata';
  if (fields.has('Seconds')) {
    if (expressions && hasJsonata(fields, 'Seconds')) {
      const expression = jsonata(fields, 'Seconds');
      return expression && { type: 'secondsExpression', expression, path: false };
    }
    const seconds = fields.number('Seconds', { minimum: 0, maximum: LONGEST });
    return seconds === undefined ? undefined : { type: 'seconds', seconds };
  }
  if (fields.has('Timestamp')) {
    if (expressions && hasJsonata(fields, 'Timestamp')) {
      const expression = jsonata(fields, 'Timestamp');
      return expression && { type: 'timestampExpression', expression, path: false };
    }
    const timestamp = fields.string('Timestamp');
    if (timestamp === undefined || isTimestamp(timestamp))
      return timestamp === undefined ? undefined : { type: 'timestamp', timestamp };
    return fields.problem('String does not match RFC3339 timestamp', fields.at('Timestamp'));
  }
  if (expressions) return undefined;
  if (fields.has('SecondsPath')) {
    const expression = path(fields, 'SecondsPath');
    return expression && { type: 'secondsExpression', expression, path: true };
  }
  const expression = path(fields, 'TimestampPath');
  return expression && { type: 'timestampExpression', expression, path: true };
}

function parseFail(fields: Fields, base: StateBase): FailState {
  const error = textOrExpression(fields, 'Error');
  const cause = textOrExpression(fields, 'Cause');
  return { ...base, type: 'Fail', ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}

function textOrExpression(fields: Fields, name: 'Error' | 'Cause'): string | Expression | undefined {
  fields.atMostOne(name, `${name}Path`);
  if (!fields.only('JSONPath', `${name}Path`)) return jsonataOrText(fields, name);
  if (fields.has(`${name}Path`)) return path(fields, `${name}Path`);
  const text = fields.string(name);
  if (text !== undefined) warnOfMissingPath(fields, name, text);
  return text;
}

function parseParallel(fields: Fields, base: StateBase): ParallelState {
  const shared = {
    ...base,
    ...transition(fields),
    ...argumentsOf(fields),
    ...resultShaping(fields),
    ...parseRecovery(fields),
  };
  fields.required('Branches');
  const branches = (fields.children('Branches') ?? []).map((branch) => {
    const flow = parseFlow(branch, fields.reading);
    branch.finish();
    return flow;
  });
  return { ...shared, type: 'Parallel', branches };
}
