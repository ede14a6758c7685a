import {
  detailsKeyOf,
  type History,
  type HistoryEvent,
  inShape,
  NOT_TRUNCATED,
  SLOTS,
  shapeOf,
} from '../../asl/history.ts';
import type { JsonObject } from '../../asl/json.ts';

// How history is stored: JSON arrays, each with a comma after it. It is written far more often than read, and most of what a
// durable execution writes is history.
//
//   [17,[0,1767225600000,3,1767225600100], …]   the first event has this id; from which event on (0 is the first) which time
//
// Four values for each event follow:
//
//   0,1,"A","{}"             a type, how many events ago the previous one was, and details in the type's shape
//   12,3,{"error":"E"},null  … or the details as an object
//   "MapRunFailed",1,null,null  … or none; types that are not in the list below are written out
//
// Details that say `{"truncated":false}` are left out beside what they belong to (a 1 at the end says that they are not), and a
// text that is the same as the one before is `true`.

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

const codes = new Map(TYPES.map((type, code) => [type, code]));

/** Texts may be joined: each says where it begins. */
export function historyToText({ first, times, slots }: History): string {
  let text = `[${first},[${times}]`;
  let id = first;
  let last: string | undefined;

  function data(value: string): string | true {
    if (value === last) return true;
    last = value;
    return value;
  }

  for (const list of slots) {
    for (let i = 0; i < list.length; i += SLOTS) {
      const [type, back, details, value] = [
        list[i] as string,
        id++ - (list[i + 1] as number),
        list[i + 2],
        list[i + 3],
      ];
      if (typeof details === 'string') {
        text += head(type, back, details);
        if (value === last) text += ',true';
        else text += typeof value === 'string' ? `,${JSON.stringify(data(value))}` : `,${value}`;
      } else {
        text += `,${codes.get(type) ?? JSON.stringify(type)},${back}`;
        if (!details) text += ',null,null';
        else if (isUsual(details as JsonObject))
          text += `,${JSON.stringify(withoutDefaults(details as JsonObject, data))},null`;
        else text += `,${JSON.stringify(details)},1`;
      }
    }
  }
  return `${text}],`;
}

/** By type and name: how most events begin, which come again and again. */
const heads = new Map<string, Map<string, string>>();

/** Names that are kept for each type. */
const NAMES = 500;

function head(type: string, back: number, name: string): string {
  let names = heads.get(type);
  if (!names) {
    names = new Map();
    heads.set(type, names);
  }
  let text = back === 1 ? names.get(name) : undefined;
  if (text === undefined) {
    text = `,${codes.get(type) ?? JSON.stringify(type)},${back},${JSON.stringify(name)}`;
    if (back === 1 && names.size < NAMES && name.length < 200) names.set(name, text);
  }
  return text;
}

/** Members that are followed by `…Details`. */
const TRUNCATABLE = ['input', 'output', 'assignedVariables'] as const;
const DEFAULTS: ReadonlySet<string> = new Set(TRUNCATABLE.map((name) => `${name}Details`));

/** Members whose texts tend to be repeated. */
const DATA: ReadonlySet<string> = new Set(['input', 'output', 'parameters']);

function withoutDefaults(details: JsonObject, data: (value: string) => string | true): JsonObject {
  const rest: JsonObject = {};
  for (const name in details) {
    const value = details[name];
    if (value === undefined || DEFAULTS.has(name)) continue;
    rest[name] = DATA.has(name) ? data(value as string) : value;
  }
  return rest;
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

type Values = [first: number, times: number[], ...(number | string | true | null | JsonObject)[]];

/** @throws SyntaxError */
export function textToHistory(text: string): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  for (const [first, times, ...values] of JSON.parse(`[${text.slice(0, -1)}]`) as Values[]) {
    let last = '';
    let change = 0;
    let timestamp = 0;

    function text(value: string | true): string {
      if (value !== true) last = value;
      return last;
    }

    function details(type: string, value: Values[2], more: Values[2]): JsonObject | undefined {
      if (value === null) return undefined;
      if (typeof value !== 'string')
        return more === 1 ? (value as JsonObject) : withDefaults(value as JsonObject, text);
      const isIndex = shapeOf(type)?.data === 'index';
      return inShape(type, value, isIndex ? (more as number) : text(more as string | true));
    }

    for (let i = 0; i < values.length; i += 4) {
      if (times[change] === i / 4) {
        timestamp = times[change + 1] as number;
        change += 2;
      }
      const code = values[i] as number | string;
      const type = typeof code === 'number' ? (TYPES[code] as string) : code;
      const id = first + i / 4;
      const event: HistoryEvent = { id, previousEventId: id - (values[i + 1] as number), type, timestamp };
      const full = details(type, values[i + 2] as Values[2], values[i + 3] as Values[2]);
      events.push(full ? Object.assign(event, { [detailsKeyOf(type)]: full }) : event);
    }
  }
  return events;
}

function withDefaults(details: JsonObject, text: (value: string | true) => string): JsonObject {
  const full: JsonObject = {};
  for (const [name, value] of Object.entries(details)) {
    full[name] = DATA.has(name) ? text(value as string | true) : value;
    if (DEFAULTS.has(`${name}Details`)) full[`${name}Details`] = NOT_TRUNCATED;
  }
  return full;
}
