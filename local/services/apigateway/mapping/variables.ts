import type { Json } from '../../../stepfunctions/asl/json.ts';
import { parsePath } from '../../../stepfunctions/asl/jsonpath/parse-path.ts';
import { isDefinite } from '../../../stepfunctions/asl/jsonpath/path.ts';
import { select } from '../../../stepfunctions/asl/jsonpath/select.ts';

/** Parameters of a request, by their place. The last value of a name counts. */
export interface RequestParameters {
  readonly path: Readonly<Record<string, string>>;
  readonly querystring: Readonly<Record<string, string>>;
  /** Names as the client wrote them. */
  readonly header: Readonly<Record<string, string>>;
}

/** A body was to be read as JSON and is none. */
export class BodySyntaxError extends Error {
  override readonly name = 'BodySyntaxError';
}

/**
 * `$input` of mapping templates.
 * See https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 * @param body of the request, or of the integration's answer
 */
export function inputVariable(body: string, parameters: RequestParameters): object {
  let document: { readonly value: Json } | undefined;
  const read = (path: string): Json | undefined => {
    document ??= { value: parseBody(body) };
    return evaluatePath(document.value, path);
  };
  return {
    body,
    json: (path: string) => {
      const value = read(path);
      return value === undefined ? '""' : JSON.stringify(value);
    },
    path: (path: string) => read(path) ?? '',
    params: (name?: string) => {
      if (name === undefined) return parameters;
      for (const group of [parameters.path, parameters.querystring, parameters.header]) {
        if (Object.hasOwn(group, name)) return group[name];
      }
      return '';
    },
  };
}

function parseBody(body: string): Json {
  if (body.trim() === '') return {};
  try {
    return JSON.parse(body) as Json;
  } catch (error) {
    throw new BodySyntaxError(`Could not parse request body into json: ${(error as Error).message}`);
  }
}

/** @returns undefined if a path to one value leads nowhere */
export function evaluatePath(document: Json, text: string): Json | undefined {
  // API Gateway also takes paths that do not begin with `$`.
  const path = parsePath(text.startsWith('$') ? text : `$.${text}`);
  const found = select(path.segments, document);
  return isDefinite(path) ? found[0] : found;
}

const ESCAPES: Readonly<Record<string, string>> = { '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** As Apache Commons does it, which API Gateway uses: also the apostrophe and the slash, and everything beyond ASCII. */
export function escapeJavaScript(text: string): string {
  return text.replace(/["'\\/]|[^ -~]/g, (char) => {
    if (ESCAPES[char]) return ESCAPES[char];
    if (`"'\\/`.includes(char)) return `\\${char}`;
    return `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** `$util` of mapping templates. */
export const utilVariable = {
  escapeJavaScript: (value: unknown) => escapeJavaScript(asText(value)),
  parseJson: (text: unknown) => JSON.parse(asText(text)) as unknown,
  urlEncode: (text: unknown) => new URLSearchParams([['', asText(text)]]).toString().slice(1),
  urlDecode: (text: unknown) => decodeURIComponent(asText(text).replaceAll('+', ' ')),
  base64Encode: (text: unknown) => Buffer.from(asText(text)).toString('base64'),
  base64Decode: (text: unknown) => Buffer.from(asText(text), 'base64').toString('utf8'),
};

const asText = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? JSON.stringify(value)
    : value === undefined || value === null
      ? ''
      : String(value);
