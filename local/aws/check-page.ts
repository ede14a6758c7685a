import { ServiceError } from './service.ts';

/**
 * A page without room for an entry is none: whoever goes on from page to page would never come to an end.
 * @throws ServiceError `code`
 */
export function checkPage(member: string, size: number, code: string): void {
  if (size >= 1) return;
  throw new ServiceError(
    code,
    `1 validation error detected: Value '${size}' at '${member}' failed to satisfy constraint: Member must have value greater than or equal to 1`,
  );
}
