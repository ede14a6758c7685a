/** How many `limit` asks for; as many as usual if it asks for nothing that a page can be long. */
export function pageSize(query: URLSearchParams, { usual, largest }: { usual: number; largest: number }): number {
  const asked = Number(query.get('limit'));
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, largest) : usual;
}
