/** `usual`: how many entries a page has if nobody says; absent: as many as it may have. */
type Bounds = readonly [min: number, max: number, usual?: number];

/** It gives 1,000 to whoever asks for more. */
const S3_PAGE: Bounds = [0, 2_147_483_647];

/**
 * Between which numbers a member has to be: how many entries a page may be asked for, and what else would be too much. By
 * service and member, or by operation and member where one differs. Source: the service models, and the API reference where
 * they say nothing. Left out is what the services check themselves.
 */
const BOUNDS: Readonly<Record<string, Readonly<Record<string, Bounds>>>> = {
  apigateway: { limit: [1, 500, 25] },
  batch: { maxResults: [1, 100], 'ListJobs.maxResults': [1, 1_000] },
  ecs: { maxResults: [1, 100] },
  events: { Limit: [1, 100] },
  glue: { MaxResults: [1, 1_000], 'GetJobRuns.MaxResults': [1, 200] },
  iam: { MaxItems: [1, 1_000, 100] },
  kms: { Limit: [1, 1_000, 100], 'ListAliases.Limit': [1, 100, 50], NumberOfBytes: [1, 1_024] },
  lambda: { MaxItems: [1, 10_000, 100] },
  logs: { limit: [1, 50], 'FilterLogEvents.limit': [1, 10_000], 'GetLogEvents.limit': [1, 10_000] },
  monitoring: { MaxRecords: [1, 100] },
  s3: { MaxBuckets: [1, 10_000], MaxKeys: S3_PAGE, MaxUploads: S3_PAGE, MaxParts: S3_PAGE },
  sagemaker: { MaxResults: [1, 100] },
  scheduler: { MaxResults: [1, 100] },
  secretsmanager: { MaxResults: [1, 100] },
  ses: { PageSize: [0, 1_000] },
  sqs: { MaxResults: [1, 1_000], 'ListMessageMoveTasks.MaxResults': [1, 10] },
  ssm: { MaxResults: [1, 50], 'GetParametersByPath.MaxResults': [1, 10] },
};

/** @returns undefined if any number goes */
export const boundsOf = (service: string, operation: string, member: string): Bounds | undefined =>
  BOUNDS[service]?.[`${operation}.${member}`] ?? BOUNDS[service]?.[member];

/** How many entries a page of a listing has if nobody says. */
export function pageSizeOf(service: string, operation: string, member: string): number {
  const [, max = Number.POSITIVE_INFINITY, usual = max] = boundsOf(service, operation, member) ?? [];
  return usual;
}
