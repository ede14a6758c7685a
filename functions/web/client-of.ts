import type { APIGatewayProxyEvent } from 'aws-lambda';

/** Which program called a machine-to-machine route: by its access token, else by its API key. */
export function clientOf({ requestContext }: APIGatewayProxyEvent): string {
  const client: unknown = requestContext?.authorizer?.client;
  return typeof client === 'string' && client ? client : (requestContext?.identity?.apiKeyId ?? 'unknown');
}
