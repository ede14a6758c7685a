import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { about, logger } from './logger.ts';
import { count } from './metrics.ts';

type Endpoint = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

/** An HTTP route as a Lambda handler. What is thrown is logged by name and answered by `failure`, which tells no internals. */
export function asEndpoint(
  endpoint: Endpoint,
  failure: () => APIGatewayProxyResult,
): (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult> {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(injectLambdaContext(logger, { logEvent: false, resetKeys: true }))
    .use({
      onError: (request) => {
        const error = request.error as Error;
        count('UnexpectedErrors');
        logger.error('The request failed', { error: error.name, cause: error.message });
        request.response = failure();
      },
    })
    .handler(async (event) => {
      // The route's template, never the path: the query of an approval page is a secret.
      logger.appendKeys({ requestId: event.requestContext?.requestId, route: `${event.httpMethod} ${event.resource}` });
      about(event.pathParameters);
      const answer = await endpoint(event);
      logger.info('Answered', { status: answer.statusCode });
      return answer;
    }) as unknown as (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;
}
