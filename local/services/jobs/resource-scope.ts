import type { Caller } from '../../aws/service.ts';

/** What keys in the storage start with: resources of one account in one region. */
export const scopeOf = ({ account, region }: Caller): string => `${account}/${region}/`;

/** CloudFormation writes members in Pascal case where these APIs have lower camel case. Maps of free keys are not for it. */
export function lowerCamel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerCamel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.charAt(0).toLowerCase() + key.slice(1), lowerCamel(item)]),
  );
}

/** One page of a list; the token is the position of the next item. */
export function pageOf<T>(
  items: readonly T[],
  nextToken: string | undefined,
  maxResults = 100,
): { items: readonly T[]; nextToken?: string } {
  const start = Number(nextToken ?? 0);
  const end = start + maxResults;
  return { items: items.slice(start, end), ...(end < items.length && { nextToken: String(end) }) };
}
