import type { APIGatewayProxyEvent } from 'aws-lambda';

const LARGEST = 64 * 1024;

/**
 * The body of a request as it came over the wire, for who checks a signature of it.
 * @param largest in bytes
 * @returns undefined if there is none, or it is larger
 */
export function bodyBytes(
  { body, isBase64Encoded }: Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'>,
  largest: number,
): Buffer | undefined {
  if (!body || body.length > largest * 2) return undefined;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  return bytes.length > largest ? undefined : bytes;
}

/**
 * The body of a request as text. API Gateway and Node replace bytes that aren't UTF-8 by U+FFFD; neither they nor their
 * replacements are let through.
 * @returns undefined if there is none, if it is too large, or not UTF-8
 */
export function bodyText({
  body,
  isBase64Encoded,
}: Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'>): string | undefined {
  const bytes = body === '' ? Buffer.alloc(0) : bodyBytes({ body, isBase64Encoded }, LARGEST);
  if (!bytes || !body?.isWellFormed()) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\uFFFD') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** @returns undefined if the body isn't a form, or has a field twice */
export function formBody(
  event: Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded' | 'headers'>,
): Readonly<Record<string, string>> | undefined {
  const type = Object.entries(event.headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (type?.split(';')[0]?.trim().toLowerCase() !== 'application/x-www-form-urlencoded') return undefined;
  const text = bodyText(event);
  if (text === undefined) return undefined;
  const fields = [...new URLSearchParams(text)];
  if (new Set(fields.map(([name]) => name)).size < fields.length) return undefined;
  return Object.fromEntries(fields);
}

/** @returns the document, or `{ok: false}` if the body isn't JSON */
export function jsonBody(
  event: Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'>,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  const text = bodyText(event);
  if (text === undefined) return { ok: false };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

/** @param name in lower case */
export const headerOf = ({ headers }: Pick<APIGatewayProxyEvent, 'headers'>, name: string): string | undefined =>
  Object.entries(headers ?? {}).find(([given]) => given.toLowerCase() === name)?.[1];
