import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { DependencyUnavailableError, RetryableError, TerminalError } from '../domain/errors.ts';
import { logger } from './logger.ts';

interface SdkError extends Error {
  readonly $fault?: 'client' | 'server';
  readonly $retryable?: object;
}

const OUTAGES =
  /^(TimeoutError|NetworkingError|.*Throttl.*|ProvisionedThroughputExceededException|RequestLimitExceeded|InternalServerError|ServiceUnavailable.*)$/;

/**
 * A step of a state machine as a Lambda handler. Errors of the two families go out under their own names, for ErrorEquals;
 * an outage of a service behind us becomes DependencyUnavailableError; anything else is a mistake of ours, and stays as it is.
 */
export function asStep<Input, Output>(
  step: (input: Input) => Promise<Output>,
): (event: Input, context: Context) => Promise<Output> {
  return middy<Input, Output>()
    .use(injectLambdaContext(logger, { logEvent: false }))
    .use({
      onError: ({ error }) => {
        const named = nameOutage(error as SdkError);
        logger.warn('The step failed', { error: named.name, cause: named.message });
        throw named;
      },
    })
    .handler(async (event) => step(event)) as unknown as (event: Input, context: Context) => Promise<Output>;
}

export function nameOutage(error: SdkError): Error {
  if (error instanceof RetryableError || error instanceof TerminalError) return error;
  const outage = error.$fault === 'server' || error.$retryable || OUTAGES.test(error.name);
  return outage ? new DependencyUnavailableError(`${error.name}: ${error.message}`, { cause: error }) : error;
}
