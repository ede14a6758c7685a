import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { logger } from './logger.ts';

type Endpoint = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

/** An HTTP route as a Lambda handler. What is thrown is logged by name and answered by `failure`, which tells no internals. */
export function asEndpoint(
  endpoint: Endpoint,
  failure: () => APIGatewayProxyResult,
): (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult> {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(injectLambdaContext(logger, { logEvent: false }))
    .use({
      onError: (request) => {
        const error = request.error as Error;
        logger.error('The request failed', { error: error.name, cause: error.message });
        request.response = failure();
      },
    })
    .handler(async (event) => endpoint(event)) as unknown as (
    event: APIGatewayProxyEvent,
    context: Context,
  ) => Promise<APIGatewayProxyResult>;
}
