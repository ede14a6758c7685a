import { createHmac, timingSafeEqual } from 'node:crypto';
import { sha256 } from './fingerprint.ts';

// A link's secret is 256 random bits in base64url. It exists in the mail only; what is kept is its SHA-256.

const SECRET = /^[A-Za-z0-9_-]{43}$/;

export const isSecret = (text: unknown): text is string => typeof text === 'string' && SECRET.test(text);

/** @returns what is stored of a secret: SHA-256 in hexadecimal */
export const secretHash = (secret: string): string => sha256(secret);

/** Compares in a time that says nothing about where two hashes differ. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8')];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** @param baseUrl where approvers reach the API, without a slash at the end */
export const approvalUrl = (baseUrl: string, approvalId: string, secret: string): string =>
  `${baseUrl}/approvals/${approvalId}?link=${secret}`;

/** What the form of an approval page carries: only who has both the page's cookie and the link can compute it. */
export const formNonce = (cookie: string, approvalId: string, secret: string): string =>
  createHmac('sha256', cookie).update(`${approvalId}\n${secret}`, 'utf8').digest('hex');
