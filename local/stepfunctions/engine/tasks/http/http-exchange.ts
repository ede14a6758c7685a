import type { Json, JsonObject } from '../../../asl/json.ts';

/** One request, of a task or of the authorisation that it needs. */
export interface HttpRequest {
  readonly method: string;
  /** For an API of the local API Gateway: the path, percent-encoded, and the query. */
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Text in UTF-8. */
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  /** Names as the server wrote them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** @throws Error if there is no answer */
export type SendHttp = (request: HttpRequest) => Promise<HttpAnswer>;

/** `{ "Content-Type": ["application/json"] }` */
export function headerLists(headers: HttpAnswer['headers']): JsonObject {
  const lists: Record<string, string[]> = {};
  for (const [name, value] of headers) {
    const known = Object.keys(lists).find((each) => each.toLowerCase() === name.toLowerCase()) ?? name;
    lists[known] = [...(lists[known] ?? []), value];
  }
  return lists;
}

export const mediaTypeOf = ({ headers }: Pick<HttpAnswer, 'headers'>): string =>
  (headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '').split(';')[0]!.trim().toLowerCase();

/** The body as JSON where it says that it is, and is; otherwise as text. */
export function bodyOf(answer: HttpAnswer, text: string): Json {
  if (!/^application\/(.+\+)?json$/.test(mediaTypeOf(answer))) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

export const isSuccess = ({ status }: HttpAnswer): boolean => status >= 200 && status < 300;

/** What a task sees of an answer. */
export const exchangeOutput = (answer: HttpAnswer, body: Json): JsonObject => ({
  Headers: headerLists(answer.headers),
  ResponseBody: body,
  StatusCode: answer.status,
  StatusText: answer.statusText,
});

/** Header and query values: one, or a list of them. */
export function textValues(value: Json): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
}

/** `{ "id": ["1", "2"] }` → `id=1&id=2` */
export const queryText = (parameters: JsonObject): string =>
  Object.entries(parameters)
    .flatMap(([name, value]) =>
      textValues(value).map((each) => `${encodeURIComponent(name)}=${encodeURIComponent(each)}`),
    )
    .join('&');
