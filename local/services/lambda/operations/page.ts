import { ServiceError } from '../../../aws/service.ts';

/** One page of a list. The marker is the position of the next item. */
export function page<T>(
  items: readonly T[],
  marker: string | undefined,
  maxItems: number,
): { items: readonly T[]; next?: string } {
  const start = marker === undefined ? 0 : Number(marker);
  if (!Number.isInteger(start) || start < 0)
    throw new ServiceError('InvalidParameterValueException', `The marker ${marker} is not valid.`);
  const end = start + maxItems;
  return { items: items.slice(start, end), ...(end < items.length && { next: String(end) }) };
}
