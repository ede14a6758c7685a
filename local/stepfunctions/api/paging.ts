import { invalidToken } from './errors.ts';

const DEFAULT_PAGE = 100;

/** `maxResults`: 0 means the default. */
export const pageSize = (maxResults: number | undefined): number => maxResults || DEFAULT_PAGE;

/**
 * One page of a list. The token is the number of what came before: entries may come or go between two pages, as on AWS.
 * @throws ServiceError InvalidToken
 */
export function page<T>(
  items: readonly T[],
  request: { maxResults?: number; nextToken?: string },
): { items: readonly T[]; nextToken?: string } {
  const from = request.nextToken === undefined ? 0 : Number(Buffer.from(request.nextToken, 'base64url').toString());
  if (!Number.isInteger(from) || from < 0) throw invalidToken('Invalid token');
  const end = from + pageSize(request.maxResults);
  return {
    items: items.slice(from, end),
    ...(end < items.length && { nextToken: Buffer.from(String(end)).toString('base64url') }),
  };
}

/** Without the members that are undefined. */
export function present<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;
}

export const date = (milliseconds: number): Date => new Date(milliseconds);
