import { pageSizeOf } from './bounds.ts';
import type { Operation } from './service.ts';

/** What a listing calls the size of a page, the token that goes on from a page, the same in the answer, and the list. */
type Names = readonly [size: string, token: string, next: string, list: string];

const APIGATEWAY = ['limit', 'position', 'position', 'items'] as const;
const batch = (list: string): Names => ['maxResults', 'nextToken', 'nextToken', list];
const events = (list: string): Names => ['Limit', 'NextToken', 'NextToken', list];
const iam = (list: string): Names => ['MaxItems', 'Marker', 'Marker', list];
const kms = (list: string): Names => ['Limit', 'Marker', 'NextMarker', list];
const usual = (list: string): Names => ['MaxResults', 'NextToken', 'NextToken', list];

/** Operations that give all there is. Others read no more than the page. */
const LISTINGS: Readonly<Record<string, Readonly<Record<string, Names>>>> = {
  apigateway: {
    GetApiKeys: APIGATEWAY,
    GetDeployments: APIGATEWAY,
    GetRestApis: APIGATEWAY,
    GetUsagePlanKeys: APIGATEWAY,
    GetUsagePlans: APIGATEWAY,
  },
  batch: {
    DescribeComputeEnvironments: batch('computeEnvironments'),
    DescribeJobQueues: batch('jobQueues'),
  },
  events: {
    ListConnections: events('Connections'),
    ListRuleNamesByTarget: events('RuleNames'),
    ListTargetsByRule: events('Targets'),
  },
  iam: {
    ListAttachedRolePolicies: iam('AttachedPolicies'),
    ListPolicies: iam('Policies'),
    ListPolicyVersions: iam('Versions'),
    ListRolePolicies: iam('PolicyNames'),
    ListRoles: iam('Roles'),
    ListRoleTags: iam('Tags'),
  },
  kms: { ListAliases: kms('Aliases'), ListKeys: kms('Keys') },
  lambda: { ListEventSourceMappings: ['MaxItems', 'Marker', 'NextMarker', 'EventSourceMappings'] },
  s3: { ListBuckets: ['MaxBuckets', 'ContinuationToken', 'ContinuationToken', 'Buckets'] },
  scheduler: { ListScheduleGroups: usual('ScheduleGroups') },
  secretsmanager: { ListSecrets: usual('SecretList') },
  ses: { ListEmailIdentities: ['PageSize', 'NextToken', 'NextToken', 'EmailIdentities'] },
  sqs: { ListDeadLetterSourceQueues: ['MaxResults', 'NextToken', 'NextToken', 'queueUrls'] },
  ssm: { DescribeParameters: usual('Parameters') },
};

/** How IAM and KMS say that there is more. */
const MORE = ['IsTruncated', 'Truncated'];

/** The operation; one that gives all there is gives it in pages. The token of a page is the position of its first entry. */
export function inPages(service: string, operation: string, run: Operation): Operation {
  const names = LISTINGS[service]?.[operation];
  if (!names) return run;
  const [size, token, next, list] = names;
  return async (input, caller) => {
    const { [size]: most, [token]: from = 0, ...others } = input as Record<string, unknown>;
    const output = (await run(others, caller)) as Record<string, unknown>;
    const all = output[list] as readonly unknown[];
    const begin = Number(from);
    // SES takes a page of 0 for one of the usual size.
    const end = begin + (Number(most) || pageSizeOf(service, operation, size));
    const isLast = end >= all.length;
    const more = Object.fromEntries(MORE.filter((member) => member in output).map((member) => [member, !isLast]));
    return { ...output, ...more, [list]: all.slice(begin, end), ...(!isLast && { [next]: String(end) }) };
  };
}
