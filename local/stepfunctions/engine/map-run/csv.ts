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
 * doubled quotes, delimiters and line ends inside (RFC 4180).
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
    const field = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at, delimiter);
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

function readPlain(text: string, start: number, delimiter: string): Field {
  let end = start;
  while (
    end < text.length &&
    text[end] !== delimiter &&
    text[end] !== '\n' &&
    !(text[end] === '\r' && text[end + 1] === '\n')
  )
    end++;
  return { value: text.slice(start, end), end };
}

function readQuoted(text: string, start: number): Field {
  let value = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { value: value + text.slice(at), end: text.length };
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    at = quote + 2;
  }
}
