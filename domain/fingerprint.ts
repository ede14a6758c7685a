import { createHash } from 'node:crypto';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** JSON with the keys of every object in code unit order and without undefined members: equal documents, equal text. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).filter((member): member is [string, Json] => member[1] !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}

/** @returns SHA-256 in hexadecimal, of UTF-8 text */
export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** @returns the hash that stands for a document: equal for equal documents, whatever the order of their keys */
export const fingerprint = (document: Json): string => sha256(canonicalJson(document));
