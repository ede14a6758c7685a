import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { type AccessTokens, ALL_ROUTES, routesOf } from '../../domain/access.ts';

export interface AuthoriseParts {
  readonly tokens: AccessTokens;
  /** False: the API key alone is enough for clients that send no token. */
  readonly isTokenRequired: boolean;
}

/** What API Gateway answers with 401 to; any other error is a 500. */
export class UnauthorizedError extends Error {
  override readonly name = 'UnauthorizedError';

  constructor() {
    super('Unauthorized');
  }
}

type RequestParts = Pick<APIGatewayRequestAuthorizerEvent, 'methodArn' | 'headers'>;

/**
 * Which routes of this API the caller may use. API Gateway keeps the answer for a while and holds other requests with the
 * same token against it too, so it covers all routes, not only the one that was asked for.
 * @throws UnauthorizedError if there is no token where one is required, or one that is not to be trusted
 */
export const authoriseRequest =
  ({ tokens, isTokenRequired }: AuthoriseParts) =>
  async ({ methodArn, headers }: RequestParts): Promise<APIGatewayAuthorizerResult> => {
    const authorization = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
    if (!authorization) {
      if (isTokenRequired) throw new UnauthorizedError();
      return answer('api-key', ALL_ROUTES, methodArn);
    }
    const [, token] = /^Bearer +([\w.-]+) *$/i.exec(authorization) ?? [];
    const client = token === undefined ? undefined : await tokens.clientOf(token);
    if (!client) throw new UnauthorizedError();
    // Apart from ids of API keys, so that nobody's idempotency keys are somebody else's.
    const context = { client: `token:${client.id}` };
    return { ...answer(client.id, routesOf(client.scopes), methodArn), context };
  };

function answer(principalId: string, routes: readonly string[], methodArn: string): APIGatewayAuthorizerResult {
  // arn:aws:execute-api:eu-central-1:123456789012:abcdef123/prod/GET/orders/ord_1
  const stage = methodArn.split('/').slice(0, 2).join('/');
  const opens = routes.length > 0;
  const Resource = opens ? routes.map((route) => `${stage}/${route}`) : [`${stage}/*`];
  const Statement = [{ Effect: opens ? 'Allow' : 'Deny', Action: 'execute-api:Invoke', Resource } as const];
  return { principalId, policyDocument: { Version: '2012-10-17', Statement } };
}
