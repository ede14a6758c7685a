import { invalidToken } from './errors.ts';

/** Where the next page begins, and of which listing it is one. */
interface Position {
  readonly listing: string;
  readonly from: number;
}

/** @returns an opaque token that only fits the same listing; it stays valid while entries are added */
export function pageToken(listing: string, from: number): string {
  return Buffer.from(JSON.stringify({ listing, from } satisfies Position)).toString('base64url');
}

/** @throws ServiceError InvalidToken: not ours, or of another listing */
export function pagePosition(listing: string, token: string): number {
  let position: Partial<Position>;
  try {
    position = JSON.parse(Buffer.from(token, 'base64url').toString()) as Partial<Position>;
  } catch {
    throw invalidToken();
  }
  if (position?.listing !== listing || !Number.isSafeInteger(position.from)) throw invalidToken();
  return position.from as number;
}
