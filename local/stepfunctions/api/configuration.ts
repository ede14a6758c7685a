import type { Caller } from '../../aws/service.ts';
import type { ApiContext } from './api-context.ts';
import { boolean, list, number, oneOf, required, structure, text } from './constraints.ts';
import { invalidLogging } from './errors.ts';
import type { EncryptionRecord, LoggingRecord } from './records.ts';

export const LOGGING = structure({
  level: oneOf('ALL', 'ERROR', 'FATAL', 'OFF'),
  includeExecutionData: boolean,
  destinations: list(structure({ cloudWatchLogsLogGroup: structure({ logGroupArn: text({ min: 1, max: 256 }) }) })),
});
export const TRACING = structure({ enabled: boolean });
export const ENCRYPTION = structure({
  type: required(oneOf('AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY')),
  kmsKeyId: text({ min: 1, max: 2048 }),
  kmsDataKeyReusePeriodSeconds: number(60, 900),
});
export const TAGS = list(structure({ key: text({ min: 1, max: 128 }), value: text({ max: 256 }) }), { max: 200 });

/**
 * A logging configuration with its defaults.
 * @throws ServiceError InvalidLoggingConfiguration: other than one destination, or a log group that does not exist
 */
export async function loggingOf(
  given: Partial<LoggingRecord> | undefined,
  api: ApiContext,
  caller: Caller,
): Promise<LoggingRecord> {
  const level = given?.level ?? 'OFF';
  const destinations = given?.destinations;
  const count = destinations?.length ?? 0;
  if (count > 1 || (level !== 'OFF' && count === 0)) throw invalidLogging('Must specify exactly one Log Destination.');
  for (const destination of destinations ?? [])
    await checkDestination(destination.cloudWatchLogsLogGroup?.logGroupArn, api, caller);
  return { level, includeExecutionData: given?.includeExecutionData ?? false, ...(destinations && { destinations }) };
}

async function checkDestination(arn: string | undefined, api: ApiContext, caller: Caller): Promise<void> {
  const [, name] = /^arn:[a-z-]+:logs:[^:]+:\d{12}:log-group:([^:]+):\*$/.exec(arn ?? '') ?? [];
  if (name === undefined)
    throw invalidLogging('Log Destination is not a valid CloudWatch Logs log group ARN, or does not end with :*');
  const { logGroups = [] } = await api.call('logs', 'DescribeLogGroups', { logGroupNamePrefix: name }, caller);
  if (!logGroups.some((group: { logGroupName?: string }) => group.logGroupName === name))
    throw invalidLogging('Log Destination not found.');
}

/** Nothing is encrypted on one machine; the configuration is remembered, so that it can be described. */
export const encryptionOf = (given: EncryptionRecord | undefined): EncryptionRecord =>
  given ?? { type: 'AWS_OWNED_KEY' };
