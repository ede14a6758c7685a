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

// How history is stored: JSON arrays, each with its length before it, and behind it the texts that it has the lengths of. It is
// written far more often than read, and most of what a durable execution writes is history.
//
//   54:[17,[0,1767225600000,3,1767225600100], …]{"orderId":7}   the first event has the id 17; from which event on (0 is the
//                                                              first) which time
//
// Four values for each event follow:
//
//   0,"A",1,13               a type, how many events ago the previous one was, and details in the type's shape: here a name
//                            (after the type) and the length of a text
//   12,{"error":"E"},3,null  … or the details as an object
//   "MapRunFailed",null,1,null  … or none; types that are not in the list below are written out
//
// Details that say `{"truncated":false}` are left out beside what they belong to (a 1 at the end says that they are not), and a
// text that is the same as the one before is `true`. A text that cannot be encoded as it is is quoted.

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

/** Texts may be joined: each says how long it is. */
export function historyToText({ first, times, slots }: History): string {
  let text = `[${first},[${times}]`;
  let texts = '';
  let id = first;
  let last: string | undefined;

  function data(value: string): string | true {
    if (value === last) return true;
    last = value;
    return value;
  }

  function shapedData(value: string): string {
    if (data(value) === true) return 'true';
    if (!value.isWellFormed()) return JSON.stringify(value);
    texts += value;
    return `${value.length}`;
  }

  for (const list of slots) {
    for (let i = 0; i < list.length; i += SLOTS) {
      const type = list[i] as string;
      const back = id++ - (list[i + 1] as number);
      const details = list[i + 2];
      const value = list[i + 3];
      if (typeof details === 'string') {
        text += `${head(type, details)}${back},${typeof value === 'string' ? shapedData(value) : value}`;
      } else if (!details) text += `,${codeOf(type)},null,${back},null`;
      else if (isUsual(details as JsonObject)) {
        text += `,${codeOf(type)},${JSON.stringify(withoutDefaults(details as JsonObject, data))},${back},null`;
      } else text += `,${codeOf(type)},${JSON.stringify(details)},${back},1`;
    }
  }
  return `${text.length + 1}:${text}]${texts}`;
}

const codeOf = (type: string): string => `${codes.get(type) ?? JSON.stringify(type)}`;

/** By type and name: how most events begin, which come again and again. */
const heads = new Map<string, Map<string, string>>();

/** Names that are kept for each type. */
const NAMES = 500;

function head(type: string, name: string): string {
  let names = heads.get(type);
  if (!names) {
    names = new Map();
    heads.set(type, names);
  }
  let text = names.get(name);
  if (text === undefined) {
    text = `,${codeOf(type)},${JSON.stringify(name)},`;
    if (names.size < NAMES && name.length < 200) names.set(name, text);
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
  for (let at = 0; at < text.length; ) {
    const start = text.indexOf(':', at) + 1;
    const end = start + Number(text.slice(at, start - 1));
    if (start === 0 || !(end <= text.length)) throw notWhole();
    at = end + addEvents(events, JSON.parse(text.slice(start, end)) as Values, text, end);
    if (at > text.length) throw notWhole();
  }
  return events;
}

const notWhole = () => new SyntaxError('A history is not whole');

/** @param behind where the texts are that the values have the lengths of. @returns how long they are altogether */
function addEvents(events: HistoryEvent[], [first, times, ...values]: Values, text: string, behind: number): number {
  let length = 0;
  let last = '';
  let change = 0;
  let timestamp = 0;

  function repeated(value: string | true): string {
    if (value !== true) last = value;
    return last;
  }

  function shapedData(value: string | true | number): string {
    if (typeof value !== 'number') return repeated(value);
    if (value < 0) throw notWhole();
    length += value;
    return repeated(text.slice(behind + length - value, behind + length));
  }

  function details(type: string, value: Values[2], more: Values[2]): JsonObject | undefined {
    if (value === null) return undefined;
    if (typeof value !== 'string')
      return more === 1 ? (value as JsonObject) : withDefaults(value as JsonObject, repeated);
    const isIndex = shapeOf(type)?.data === 'index';
    return inShape(type, value, isIndex ? (more as number) : shapedData(more as string | true | number));
  }

  for (let i = 0; i < values.length; i += 4) {
    if (times[change] === i / 4) {
      timestamp = times[change + 1] as number;
      change += 2;
    }
    const code = values[i] as number | string;
    const type = typeof code === 'number' ? (TYPES[code] as string) : code;
    const id = first + i / 4;
    const event: HistoryEvent = { id, previousEventId: id - (values[i + 2] as number), type, timestamp };
    const full = details(type, values[i + 1] as Values[2], values[i + 3] as Values[2]);
    events.push(full ? Object.assign(event, { [detailsKeyOf(type)]: full }) : event);
  }
  return length;
}

function withDefaults(details: JsonObject, text: (value: string | true) => string): JsonObject {
  const full: JsonObject = {};
  for (const [name, value] of Object.entries(details)) {
    full[name] = DATA.has(name) ? text(value as string | true) : value;
    if (DEFAULTS.has(`${name}Details`)) full[`${name}Details`] = NOT_TRUNCATED;
  }
  return full;
}
