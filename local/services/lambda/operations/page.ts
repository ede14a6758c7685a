/** One page of a list. The marker is the position of the next item. */
export function page<T>(
  items: readonly T[],
  marker: string | undefined,
  maxItems: number,
): { items: readonly T[]; next?: string } {
  const start = Number(marker ?? 0);
  const end = start + maxItems;
  return { items: items.slice(start, end), ...(end < items.length && { next: String(end) }) };
}
