import { detailsKeyOf, type HistoryEvent, NOT_TRUNCATED } from '../../asl/history.ts';
import type { JsonObject } from '../../asl/json.ts';

// How history is stored: a JSON value per line, without what can be told from the rest. It is written far more often than
// read, and most of what a durable execution writes is history.
//
//   [17,1767225600000]                        the next event has this id and this time
//   ["PassStateEntered",16,0,{"name":"A"}]    type, previous event, milliseconds since the event before, details
//   {"id":18, …}                              an event that does not fit into this
//
// Details that say `{"truncated":false}` are left out beside what they belong to, and a long text that is the same as the
// one before is a 0.

/** Shorter texts are written again. */
const LONG = 24;

/** Texts may be joined: each says where it begins. */
export function historyToText(events: readonly HistoryEvent[]): string {
  const [first] = events;
  if (!first) return '';
  let text = `[${first.id},${first.timestamp}]\n`;
  let { id, timestamp } = first;
  let writer = createDetailsWriter();
  for (const event of events) {
    const details = event.id === id ? writer.write(event) : undefined;
    if (details === undefined) {
      text += `${JSON.stringify(event)}\n[${event.id + 1},${event.timestamp}]\n`;
      writer = createDetailsWriter();
    } else text += `["${event.type}",${event.previousEventId},${event.timestamp - timestamp}${details}]\n`;
    id = event.id + 1;
    timestamp = event.timestamp;
  }
  return text;
}

function createDetailsWriter() {
  let last = '';

  /** @returns the end of the line: a comma and the details, if there are any; undefined if they do not fit */
  function write(event: HistoryEvent): string | undefined {
    const details = event[detailsKeyOf(event.type)];
    let members = 0;
    for (const _ in event) members++;
    if (members !== (details ? 5 : 4)) return undefined;
    return details ? writeMembers(details) : '';
  }

  function writeMembers(details: JsonObject): string | undefined {
    let text = ',{';
    for (const name in details) {
      const value = details[name];
      switch (name) {
        case 'inputDetails':
          if (value !== NOT_TRUNCATED || details.input === undefined) return undefined;
          continue;
        case 'outputDetails':
          if (value !== NOT_TRUNCATED || details.output === undefined) return undefined;
          continue;
        case 'assignedVariablesDetails':
          if (value !== NOT_TRUNCATED || details.assignedVariables === undefined) return undefined;
          continue;
        case 'assignedVariables':
          if (details.assignedVariablesDetails !== NOT_TRUNCATED) return undefined;
          break;
        case 'input':
        case 'output':
        case 'parameters': {
          const isAlone = name !== 'parameters' && details[COMPANIONS[name]] !== NOT_TRUNCATED;
          if (typeof value !== 'string' || isAlone) return undefined;
          text += `${text === ',{' ? '' : ','}"${name}":${writeData(value)}`;
          continue;
        }
      }
      if (value === undefined) continue;
      text += `${text === ',{' ? '' : ','}"${name}":${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`;
    }
    return `${text}}`;
  }

  function writeData(value: string): string {
    if (value.length < LONG) return quoted(value);
    if (value === last) return '0';
    last = value;
    return JSON.stringify(value);
  }

  return { write };
}

const COMPANIONS = { input: 'inputDetails', output: 'outputDetails' } as const;

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

type Line =
  | [id: number, timestamp: number]
  | [type: string, previous: number, since: number, details?: JsonObject]
  | HistoryEvent;

/** @throws SyntaxError */
export function textToHistory(text: string): HistoryEvent[] {
  const lines = JSON.parse(`[${text.trimEnd().replaceAll('\n', ',')}]`) as Line[];
  const events: HistoryEvent[] = [];
  let [id, timestamp, last] = [0, 0, ''];
  for (const line of lines) {
    if (!Array.isArray(line)) {
      events.push(line);
      continue;
    }
    if (typeof line[0] === 'number') {
      [id, timestamp] = line as [number, number];
      last = '';
      continue;
    }
    const [type, previousEventId, since, written] = line as [string, number, number, JsonObject?];
    timestamp += since;
    const event: HistoryEvent = { id: id++, previousEventId, type, timestamp };
    events.push(written ? Object.assign(event, { [detailsKeyOf(type)]: readMembers(written) }) : event);
  }
  return events;

  function readMembers(written: JsonObject): JsonObject {
    const details: JsonObject = {};
    for (const [name, value] of Object.entries(written)) {
      const isData = name === 'input' || name === 'output' || name === 'parameters';
      details[name] = isData && value === 0 ? last : value;
      if (isData && typeof value === 'string' && value.length >= LONG) last = value;
      if (name === 'input' || name === 'output' || name === 'assignedVariables')
        details[`${name}Details`] = NOT_TRUNCATED;
    }
    return details;
  }
}
