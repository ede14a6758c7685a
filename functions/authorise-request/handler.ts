import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { accessTokens } from '../../adapters/oidc/access-tokens.ts';
import { systemClock } from '../../adapters/system.ts';
import { environment } from '../environment.ts';
import { logger } from '../logger.ts';
import { authoriseRequest, UnauthorizedError } from './authorise-request.ts';

const tokens = accessTokens({
  issuer: environment('ISSUER'),
  audience: environment('AUDIENCE'),
  clock: systemClock,
});
const authorise = authoriseRequest({ tokens, isTokenRequired: environment('AUTHORIZATION_REQUIRED') === 'true' });

export const handler = middy<APIGatewayRequestAuthorizerEvent, APIGatewayAuthorizerResult>()
  .use(injectLambdaContext(logger, { logEvent: false }))
  .use({
    onError: ({ error }) => {
      // Guesses are no mistake of ours: API Gateway's log counts them.
      if (error instanceof UnauthorizedError || !(error instanceof Error)) return;
      logger.error('The issuer could not be asked for its keys', { error: error.name, cause: error.message });
    },
  })
  .handler(authorise);
