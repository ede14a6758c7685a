/** The console, or a service behind it, refused. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** AWS's name of the error, if it has one. */
  readonly code: string | undefined;

  constructor(status: number, message: string, code?: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

type Query = Readonly<Record<string, string | number | null | undefined>>;

/** Asks one of the console's own endpoints: `executions`, `history`, … @throws ApiError */
export async function ask<T>(endpoint: string, query: Query = {}): Promise<T> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return answerOf<T>(await fetch(`/_local/api/${endpoint}?${search}`));
}

/** @param path `/_local/clock/advance` */
export async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  return answerOf<T>(await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }));
}

/** An AWS operation of this cloud: what a button does can be done by the AWS CLI as well. */
export interface AwsCall {
  /** `states` */
  readonly service: string;
  /** `StartExecution` */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export const call = <T>(
  service: string,
  operation: string,
  input: Readonly<Record<string, unknown>> = {},
): Promise<T> => post<T>('/_local/api/call', { service, operation, input });

async function answerOf<T>(response: Response): Promise<T> {
  const value = (await response.json().catch(() => ({}))) as T & { error?: string; code?: string };
  if (response.ok) return value;
  throw new ApiError(response.status, value.error ?? `The local cloud answered ${response.status}.`, value.code);
}
