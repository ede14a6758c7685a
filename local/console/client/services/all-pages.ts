import { call } from '../lib/api.ts';

type Answer = Readonly<Record<string, unknown>>;

/**
 * All entries of a listing, page after page.
 * @param members of the answer: the list, and the token of the next page; `input` names the token's member of the input
 */
export async function allPages<T>(
  service: string,
  operation: string,
  input: Answer,
  members: { readonly list: string; readonly token?: string; readonly input?: string },
): Promise<readonly T[]> {
  const { list, token = 'NextToken' } = members;
  const all: T[] = [];
  let next: unknown;
  do {
    const page: Answer = await call<Answer>(service, operation, {
      ...input,
      ...(next !== undefined && { [members.input ?? token]: next }),
    });
    all.push(...((page[list] as readonly T[] | undefined) ?? []));
    next = page[token] ?? undefined;
  } while (next !== undefined && all.length < 20_000);
  return all;
}
