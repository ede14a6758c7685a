import { ApiError } from '../lib/api.ts';
import type { Application } from '../parts/application.tsx';
import type { Route } from './open-api.ts';

/** What is wrong with one member of a body, by JSON pointer: `/lines/0/sku`. */
export interface FieldProblem {
  readonly pointer: string;
  readonly detail: string;
}

/** The API refused, as problem+json (RFC 9457) or otherwise. */
export class RouteError extends ApiError {
  readonly problems: readonly FieldProblem[];

  constructor(status: number, message: string, problems: readonly FieldProblem[]) {
    super(status, message);
    this.problems = problems;
  }
}

interface RouteInput {
  readonly path?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Calls the API as its clients do, over HTTP. @throws RouteError */
export async function callRoute<T>(application: Application, route: Route, input: RouteInput = {}): Promise<T> {
  const url = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(input.path?.[name] ?? ''));
  const token = route.needsToken ? await accessToken(application) : undefined;
  const response = await fetch(url, {
    method: route.method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(route.needsKey && { 'x-api-key': application.apiKey ?? '' }),
      ...(input.body !== undefined && { 'content-type': 'application/json' }),
      ...input.headers,
    },
    ...(input.body !== undefined && { body: JSON.stringify(input.body) }),
  });
  const text = await response.text();
  const value = parsed(text);
  if (response.ok) return value as T;
  const { title, detail, message, errors, problems } = value as Record<string, unknown>;
  const words = [title, detail ?? message].filter((each) => typeof each === 'string' && each !== '');
  throw new RouteError(
    response.status,
    words.join(': ') || `The API answered ${response.status}.`,
    fieldProblems(errors ?? problems),
  );
}

/** A fresh one each time: the clock may have been turned. */
async function accessToken({ tokenUrl, manifest }: Application): Promise<string | undefined> {
  if (!manifest?.access) return undefined;
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'console', ...manifest.access });
  const response = await fetch(tokenUrl, { method: 'POST', body: form });
  const answer = (await response.json()) as { access_token?: string; error?: string };
  if (answer.access_token === undefined) throw new RouteError(response.status, `No access token: ${answer.error}`, []);
  return answer.access_token;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return { detail: text.slice(0, 500) };
  }
}

function fieldProblems(value: unknown): readonly FieldProblem[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each: Record<string, unknown>) =>
    typeof each?.pointer === 'string'
      ? [{ pointer: each.pointer.replace(/^#/, ''), detail: String(each.detail ?? each.message ?? 'is not valid') }]
      : [],
  );
}
