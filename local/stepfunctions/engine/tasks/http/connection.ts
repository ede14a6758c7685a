import { ServiceError } from '../../../../aws/service.ts';
import type { TaskAttempt } from '../integration.ts';
import { type HttpRequest, isSuccess } from './http-exchange.ts';

/** What a connection adds to each request. */
export interface ConnectionData {
  readonly headers: readonly Parameter[];
  readonly query: readonly Parameter[];
  readonly body: readonly Parameter[];
}

/** A request as the task alone says it is. */
export const NOTHING: ConnectionData = { headers: [], query: [], body: [] };

interface Parameter {
  readonly key: string;
  readonly value: string;
}

/** The connection cannot be used; `name` is the task's error. */
export class ConnectionError extends Error {
  override readonly name: string;

  constructor(reason: string, message: string) {
    super(message);
    this.name = `Events.ConnectionResource.${reason}`;
  }
}

interface HttpParameters {
  readonly header_parameters?: readonly Parameter[];
  readonly query_string_parameters?: readonly Parameter[];
  readonly body_parameters?: readonly Parameter[];
}

/** The secret of a connection, as EventBridge keeps it. */
interface ConnectionSecret {
  readonly api_key_name?: string;
  readonly api_key_value?: string;
  readonly username?: string;
  readonly password?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly authorization_endpoint?: string;
  readonly http_method?: string;
  readonly oauth_http_parameters?: HttpParameters;
  readonly invocation_http_parameters?: HttpParameters;
}

/** Reads a connection with its secret, and gets a token where it needs one. @throws ConnectionError */
export async function openConnection(attempt: TaskAttempt, arn: string, signal: AbortSignal): Promise<ConnectionData> {
  const secret = await readSecret(attempt, arn);
  const {
    header_parameters = [],
    query_string_parameters = [],
    body_parameters = [],
  } = secret.invocation_http_parameters ?? {};
  const authorization = await authorizationOf(attempt, secret, signal);
  return { headers: [authorization, ...header_parameters], query: query_string_parameters, body: body_parameters };
}

async function readSecret({ environment, caller }: TaskAttempt, arn: string): Promise<ConnectionSecret> {
  const [, name] = /:connection\/([^/]+)/.exec(arn) ?? [];
  if (!name) throw new ConnectionError('ResourceNotFound', `${arn} is not the ARN of a connection.`);
  try {
    const connection = await environment.callService('events', 'DescribeConnection', { Name: name }, caller);
    if (connection.ConnectionArn !== arn)
      throw new ConnectionError('ResourceNotFound', `There is no connection ${arn}.`);
    if (connection.ConnectionState !== 'AUTHORIZED') {
      throw new ConnectionError('InvalidConnectionState', `The connection ${arn} is ${connection.ConnectionState}.`);
    }
    const secret = { SecretId: connection.SecretArn };
    const { SecretString } = await environment.callService('secretsmanager', 'GetSecretValue', secret, caller);
    return JSON.parse(SecretString) as ConnectionSecret;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const reason = error.code === 'ResourceNotFoundException' ? 'ResourceNotFound' : 'InternalError';
    throw new ConnectionError(reason, error.message);
  }
}

async function authorizationOf(
  attempt: TaskAttempt,
  secret: ConnectionSecret,
  signal: AbortSignal,
): Promise<Parameter> {
  if (secret.api_key_name !== undefined) return { key: secret.api_key_name, value: secret.api_key_value ?? '' };
  if (secret.username !== undefined) {
    const credentials = Buffer.from(`${secret.username}:${secret.password}`).toString('base64');
    return { key: 'Authorization', value: `Basic ${credentials}` };
  }
  return { key: 'Authorization', value: `Bearer ${await accessToken(attempt, secret, signal)}` };
}

/** OAuth's client credentials grant (RFC 6749, 4.4). */
async function accessToken(
  { environment }: TaskAttempt,
  secret: ConnectionSecret,
  signal: AbortSignal,
): Promise<string> {
  const {
    header_parameters = [],
    query_string_parameters = [],
    body_parameters = [],
  } = secret.oauth_http_parameters ?? {};
  const url = new URL(secret.authorization_endpoint ?? '');
  for (const { key, value } of query_string_parameters) url.searchParams.append(key, value);
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  form.set('client_id', secret.client_id ?? '');
  form.set('client_secret', secret.client_secret ?? '');
  for (const { key, value } of body_parameters) form.set(key, value);
  const isGet = secret.http_method === 'GET';
  if (isGet) for (const [key, value] of form) url.searchParams.set(key, value);
  const request: HttpRequest = {
    method: secret.http_method ?? 'POST',
    url: url.href,
    headers: [
      ['Accept', 'application/json'],
      ...(isGet ? [] : [['Content-Type', 'application/x-www-form-urlencoded'] as const]),
      ...header_parameters.map(({ key, value }) => [key, value] as const),
    ],
    ...(!isGet && { body: form.toString() }),
    signal,
  };
  const answer = await environment.sendHttp(request);
  const token = isSuccess(answer) ? tokenIn(Buffer.from(answer.body).toString('utf8')) : undefined;
  if (token !== undefined) return token;
  const problem = `${url.origin}${url.pathname} answered ${answer.status} and gave no access token.`;
  throw new ConnectionError('InvalidConnectionState', problem);
}

function tokenIn(text: string): string | undefined {
  try {
    const { access_token: token } = JSON.parse(text) as { access_token?: unknown };
    return typeof token === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}
