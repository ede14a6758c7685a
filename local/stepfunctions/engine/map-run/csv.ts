import type { JsonObject } from '../../asl/json.ts';
import { itemReaderFailed } from './map-failure.ts';

const DELIMITERS: Readonly<Record<string, string>> = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' };

export interface CsvOptions {
  /** Absent: the first row names the columns. */
  readonly headers?: readonly string[];
  /** COMMA, PIPE, SEMICOLON, SPACE or TAB; COMMA if absent. */
  readonly delimiter?: string;
  /** 0: all. */
  readonly limit: number;
}

/**
 * Rows as objects by column, all values texts. Missing values are empty, further ones are dropped. Fields may be quoted, with
 * delimiters and line ends inside (RFC 4180). Anywhere, a doubled quotation mark is one, and a backslash makes a backslash, a
 * quotation mark or a delimiter an ordinary character; before any other it is dropped. (Source: "How Step Functions parses input
 * CSV files" in the AWS Step Functions Developer Guide.)
 * @throws MapFailure States.ItemReaderFailed: two columns have the same name
 */
export function parseCsv(text: string, { headers: given, delimiter = 'COMMA', limit }: CsvOptions): JsonObject[] {
  const rows = readRows(text.replace(/^\uFEFF/, ''), DELIMITERS[delimiter] ?? ',');
  const headers = given ?? rows.next().value ?? [];
  if (new Set(headers).size < headers.length) throw itemReaderFailed('CSV headers cannot contain duplicates.');
  const items: JsonObject[] = [];
  for (const row of rows) {
    items.push(Object.fromEntries(headers.map((header, column) => [header, row[column] ?? ''])));
    if (items.length === limit) break;
  }
  return items;
}

/** Empty lines are no rows. */
function* readRows(text: string, delimiter: string): Generator<string[], undefined> {
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    const field = readField(text, at, delimiter);
    row.push(field.value);
    at = field.end;
    if (text[at] === delimiter) {
      at++;
      if (at < text.length) continue;
      row.push('');
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    if (row.length > 1 || row[0] !== '') yield row;
    row = [];
  }
  return undefined;
}

interface Field {
  readonly value: string;
  /** Where what follows it begins. */
  readonly end: number;
}

/** Up to a delimiter or the end of a line that is not within quotation marks. What follows the closing one belongs to it. */
function readField(text: string, start: number, delimiter: string): Field {
  let isQuoted = text[start] === '"';
  let at = isQuoted ? start + 1 : start;
  let value = '';
  let kept = at;
  const keep = (next: number): void => {
    value += text.slice(kept, at);
    kept = next;
  };
  for (; at < text.length; at++) {
    const char = text[at] as string;
    const next = text[at + 1];
    if (char === '\\') {
      keep(at + 1);
      if (next === '\\' || next === '"' || next === delimiter) at++;
    } else if (char === '"' && next === '"') {
      keep(at + 1);
      at++;
    } else if (char === '"' && isQuoted) {
      keep(at + 1);
      isQuoted = false;
    } else if (!isQuoted && (char === delimiter || char === '\n' || (char === '\r' && next === '\n'))) break;
  }
  keep(at);
  return { value, end: at };
}
