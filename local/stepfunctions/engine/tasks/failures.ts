import type { ExceptionModel } from '../../../aws/model.ts';
import type { ServiceError } from '../../../aws/service.ts';
import type { TaskOutcome } from '../ports.ts';
import type { SdkService } from './sdk-services.ts';
import { UnsupportedParameterError } from './shapes.ts';

type Failure = Extract<TaskOutcome, { ok: false }>;

/**
 * How an AWS SDK integration words a refusal: `S3.NoSuchBucketException`, or `DynamoDb.DynamoDbException` for an error
 * that the service's model does not list. Texts as AWS records them since 2025, with the number of attempts.
 */
export function sdkFailure(
  { errorPrefix, service }: SdkService,
  error: ServiceError,
  isModelled: boolean,
  requestId: string,
): Failure {
  const name = isModelled ? withSuffix(error.code) : `${errorPrefix}Exception`;
  const extended = service === 's3' ? `, Extended Request ID: ${requestId}` : '';
  const origin = `Service: ${errorPrefix}, Status Code: ${error.statusCode}, Request ID: ${requestId}${extended}`;
  return { ok: false, error: `${errorPrefix}.${name}`, cause: `${error.message} (${origin}) (SDK Attempt Count: 1)` };
}

/** What optimised integrations call a service in error names and in causes. */
export interface OptimizedNames {
  readonly errorPrefix: string;
  readonly serviceName: string;
  /** The exception of errors that the service's model does not list: `AmazonSQSException`. */
  readonly fallback: string;
}

/** How an optimised integration words a refusal; its causes are those of the AWS SDK for Java 1. */
export function optimizedFailure(
  names: OptimizedNames,
  error: ServiceError,
  exception: ExceptionModel | undefined,
  requestId: string,
): Failure {
  const name = exception ? withSuffix(error.code) : names.fallback;
  const code = exception?.queryCode ?? error.code;
  const origin =
    `Service: ${names.serviceName}; Status Code: ${error.statusCode}; Error Code: ${code}; ` +
    `Request ID: ${requestId}; Proxy: null`;
  return { ok: false, error: `${names.errorPrefix}.${name}`, cause: `${error.message} (${origin})` };
}

const withSuffix = (code: string): string => (code.endsWith('Exception') ? code : `${code}Exception`);

/** Something other than a service's refusal: parameters that it does not know, or a fault of this cloud. */
export function unexpectedFailure(error: unknown): Failure {
  const cause = error instanceof Error ? error.message : String(error);
  return {
    ok: false,
    error: error instanceof UnsupportedParameterError ? 'States.Runtime' : 'States.TaskFailed',
    cause,
  };
}
