import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { DependencyUnavailableError, MailNotSentError, RetryableError, TerminalError } from '../domain/errors.ts';
import { about, logger } from './logger.ts';
import { count } from './metrics.ts';

interface SdkError extends Error {
  readonly $fault?: 'client' | 'server';
  readonly $retryable?: object;
}

const OUTAGES =
  /^(TimeoutError|NetworkingError|.*Throttl.*|ProvisionedThroughputExceededException|RequestLimitExceeded|InternalServerError|ServiceUnavailable.*)$/;

/**
 * A step of a state machine as a Lambda handler. Errors of the two families go out under their own names, for ErrorEquals;
 * an outage of a service behind us becomes DependencyUnavailableError; anything else is a mistake of ours, and stays as it is.
 * The state machine may say in `executionId` which execution it is, for the log; the step does not see it.
 */
export function asStep<Input, Output>(
  step: (input: Input) => Promise<Output>,
): (event: Input, context: Context) => Promise<Output> {
  return middy<Input, Output>()
    .use(injectLambdaContext(logger, { logEvent: false, resetKeys: true }))
    .use({
      onError: ({ error }) => {
        const named = nameOutage(error as SdkError);
        if (named instanceof MailNotSentError) count('MailNotSent');
        if (!isForeseen(named)) count('UnexpectedErrors');
        logger.warn('The step failed', { error: named.name, cause: named.message });
        throw named;
      },
    })
    .handler(async (event) => {
      about(event);
      const result = await step(withoutExecution(event));
      about(result);
      logger.info('Step done');
      return result;
    }) as unknown as (event: Input, context: Context) => Promise<Output>;
}

function withoutExecution<Input>(event: Input): Input {
  if (typeof event !== 'object' || event === null || !('executionId' in event)) return event;
  const { executionId: _, ...input } = event;
  return input as Input;
}

const isForeseen = (error: Error): boolean => error instanceof RetryableError || error instanceof TerminalError;

export function nameOutage(error: SdkError): Error {
  if (isForeseen(error)) return error;
  const outage = error.$fault === 'server' || error.$retryable || OUTAGES.test(error.name);
  return outage ? new DependencyUnavailableError(`${error.name}: ${error.message}`, { cause: error }) : error;
}
