import type { APIGatewayProxyEvent } from 'aws-lambda';
import { formNonce, isSecret, sameHash } from '../../domain/link.ts';

// A decision is taken only from a form that our own page made in the same browser: the page sets a random cookie that no
// other site can send along (SameSite=Strict) or read, and the form carries a hash that needs both the cookie and the link.

const COOKIE = 'approval-nonce';
const HOUR = 3_600;

/** Plain HTTP is for one's own machine only, where a Secure cookie may be dropped; an unknown base URL is the deployed HTTPS one. */
export const isSecure = (baseUrl: string | undefined): boolean => !baseUrl?.startsWith('http://');

/** The cookie's `Path` is left to the browser: the folder of the page, with the stage in front if there is one. */
export const nonceCookie = (nonce: string, secure: boolean): string =>
  `${COOKIE}=${nonce}; Max-Age=${HOUR}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;

export function nonceOf({
  headers,
  multiValueHeaders,
}: Pick<APIGatewayProxyEvent, 'headers' | 'multiValueHeaders'>): string | undefined {
  const lines = Object.entries({ ...headers, ...multiValueHeaders }).flatMap(([name, value]) =>
    name.toLowerCase() === 'cookie' ? (value ?? []) : [],
  );
  const pairs = lines.flatMap((line) => line.split(';')).map((pair) => pair.trim());
  const nonce = pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
  return isSecret(nonce) ? nonce : undefined;
}

export const isOurForm = (nonce: string | undefined, approvalId: string, secret: string, sent: string): boolean =>
  nonce !== undefined && sameHash(formNonce(nonce, approvalId, secret), sent);
