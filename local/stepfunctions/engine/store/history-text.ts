import {
  detailsKeyOf,
  forEachEvent,
  type History,
  type HistoryEvent,
  inShape,
  NOT_TRUNCATED,
  shapeOf,
} from '../../asl/history.ts';
import type { JsonObject } from '../../asl/json.ts';

// How history is stored: JSON arrays, each with a comma after it. It is written far more often than read, and most of what a
// durable execution writes is history.
//
//   [17,1767225600000,0]     the next event has this id and this time, and so have those after it
//   [0,1,"A","{}"]           a type, how many events ago the previous one was, and details in the type's shape
//   [12,3,{"error":"E"}]     … or the details as an object
//   ["MapRunSucceeded",1]    … or none; types that are not in the list below are written out
//
// Details that say `{"truncated":false}` are left out beside what they belong to (a 1 at the end says that they are not), and a
// long text that is the same as the one before is a 0.

/** Only ever added to: files hold the positions. */
const TYPES = [
  'PassStateEntered',
  'PassStateExited',
  'TaskStateEntered',
  'TaskStateExited',
  'ChoiceStateEntered',
  'ChoiceStateExited',
  'MapIterationStarted',
  'MapIterationSucceeded',
  'LambdaFunctionScheduled',
  'LambdaFunctionStarted',
  'LambdaFunctionSucceeded',
  'TaskScheduled',
  'TaskStarted',
  'TaskSubmitted',
  'TaskSucceeded',
  'TaskFailed',
  'WaitStateEntered',
  'WaitStateExited',
  'ParallelStateEntered',
  'ParallelStateStarted',
  'ParallelStateSucceeded',
  'ParallelStateExited',
  'MapStateEntered',
  'MapStateStarted',
  'MapStateSucceeded',
  'MapStateExited',
  'ExecutionStarted',
  'ExecutionSucceeded',
  'ExecutionFailed',
];

const codes = new Map(TYPES.map((type, code) => [type, `[${code},`]));

/** Shorter texts are written again. */
const LONG = 24;

/** Texts may be joined: each says where it begins. */
export function historyToText(history: History): string {
  let text = '';
  let last = '';
  let time: number | undefined;

  function data(value: string): string {
    if (value.length < LONG) return quoted(value);
    if (value === last) return '0';
    last = value;
    return JSON.stringify(value);
  }

  forEachEvent(history, (id, at, type, previousEventId, details, value) => {
    if (at !== time) {
      text += `[${id},${at},0],`;
      time = at;
      last = '';
    }
    text += `${codes.get(type) ?? `["${type}",`}${id - previousEventId}`;
    if (typeof details === 'string') text += `,${quoted(details)},${typeof value === 'string' ? data(value) : value}],`;
    else if (details) text += `,${withoutDefaults(details, data)}],`;
    else text += '],';
  });
  return text;
}

/** Short texts as JSON: mostly the names of states, which come again and again. */
const quotedTexts = new Map<string, string>();

function quoted(value: string): string {
  if (value.length >= LONG) return JSON.stringify(value);
  const known = quotedTexts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  if (quotedTexts.size < 2000) quotedTexts.set(value, text);
  return text;
}

/** Members that are followed by `…Details`. */
const TRUNCATABLE = ['input', 'output', 'assignedVariables'] as const;
const DEFAULTS: ReadonlySet<string> = new Set(TRUNCATABLE.map((name) => `${name}Details`));

/** Members whose texts tend to be repeated. */
const DATA: ReadonlySet<string> = new Set(['input', 'output', 'parameters']);

/** @returns the details as JSON, and `,1` if they are as they are */
function withoutDefaults(details: JsonObject, data: (value: string) => string): string {
  if (!isUsual(details)) return `${JSON.stringify(details)},1`;
  let text = '{';
  for (const name in details) {
    const value = details[name];
    if (value === undefined || DEFAULTS.has(name)) continue;
    text += `${text === '{' ? '' : ','}"${name}":${DATA.has(name) ? data(value as string) : JSON.stringify(value)}`;
  }
  return `${text}}`;
}

/** As the core makes them. */
function isUsual(details: JsonObject): boolean {
  for (const name of TRUNCATABLE) {
    const expected = details[name] === undefined ? undefined : NOT_TRUNCATED;
    if (details[`${name}Details`] !== expected) return false;
  }
  for (const name of DATA) if (details[name] !== undefined && typeof details[name] !== 'string') return false;
  return true;
}

type Line =
  | [id: number, timestamp: number, 0]
  | [type: number | string, back: number]
  | [type: number | string, back: number, details: JsonObject, isWhole?: 1]
  | [type: number | string, back: number, name: string, data: string | number];

/** @throws SyntaxError */
export function textToHistory(text: string): HistoryEvent[] {
  const lines = JSON.parse(`[${text.slice(0, -1)}]`) as Line[];
  const events: HistoryEvent[] = [];
  let [id, timestamp, last] = [0, 0, ''];
  for (const line of lines) {
    if (line[2] === 0) {
      [id, timestamp] = line as [number, number, 0];
      last = '';
      continue;
    }
    const [code, back, details, more] = line;
    const type = typeof code === 'number' ? (TYPES[code] as string) : code;
    const event: HistoryEvent = { id, previousEventId: id++ - back, type, timestamp };
    const full =
      typeof details === 'string' ? inShape(type, details, dataOf(type, more)) : details && read(details, more);
    events.push(full ? Object.assign(event, { [detailsKeyOf(type)]: full }) : event);
  }
  return events;

  function dataOf(type: string, value: string | number | undefined): string | number | undefined {
    return shapeOf(type)?.data === 'index' ? value : repeated(value as string | 0);
  }

  function repeated(value: string | 0): string {
    if (value !== 0 && value.length >= LONG) last = value;
    return value === 0 ? last : value;
  }

  function read(details: JsonObject, isWhole: string | number | undefined): JsonObject {
    if (isWhole) return details;
    const full: JsonObject = {};
    for (const [name, value] of Object.entries(details)) {
      full[name] = DATA.has(name) ? repeated(value as string | 0) : value;
      if (DEFAULTS.has(`${name}Details`)) full[`${name}Details`] = NOT_TRUNCATED;
    }
    return full;
  }
}
