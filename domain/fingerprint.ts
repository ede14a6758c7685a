import { hash } from 'node:crypto';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** JSON with the keys of every object in code unit order and without undefined members: equal documents, equal text. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  let members = '';
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    members += `${members && ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** `Array.isArray` does not tell a read-only list from an object. */
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** @returns SHA-256 in hexadecimal, of UTF-8 text */
export const sha256 = (text: string): string => hash('sha256', text, 'hex');

/** @returns the hash that stands for a document: equal for equal documents, whatever the order of their keys */
export const fingerprint = (document: Json): string => sha256(canonicalJson(document));
