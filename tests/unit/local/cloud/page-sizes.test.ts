import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { members } from '../../../../local/aws/json-shapes.ts';
import { requiredMembers } from '../../../../local/aws/model.ts';
import { type Cloud, startCloud } from '../../../../local/cloud.ts';
import { CALLER, type KnownOperation, operationsOf } from './operations.ts';
import { makeTwoOfEach } from './two-of-each.ts';

let cloud: Cloud;
let operations: readonly KnownOperation[];
let listings: readonly (KnownOperation & { readonly member: string })[];
beforeAll(async () => {
  cloud = await startCloud();
  operations = await operationsOf(cloud.call);
  listings = operations.flatMap((operation) =>
    [...members(operation.model.input)]
      .filter(([name]) => /^(max(results|items|records|keys|uploads|parts|buckets)|limit|pagesize)$/i.test(name))
      .map(([member]) => ({ ...operation, member })),
  );
});
afterAll(() => cloud.close());

test('there are listings of many services to ask', () => {
  expect(listings.length).toBeGreaterThan(50);
});

/** Zero means: as many as there are by default. S3 answers a page without entries, and says that there are more. */
const ZERO_IS_ALLOWED = ['states', 's3', 'ses'];
/** These have no bound above: they give what they can. */
const UNBOUNDED = [
  's3:ListObjects',
  's3:ListObjectsV2',
  's3:ListParts',
  's3:ListMultipartUploads',
  'dynamodb:Query',
  'dynamodb:Scan',
];

test('a page that has no room for an entry, or more than AWS allows, is refused by every listing, which names the member', async () => {
  for (const listing of listings) {
    const name = `${listing.service}:${listing.name}`;
    const allowsZero = ZERO_IS_ALLOWED.includes(listing.service) && name !== 's3:ListBuckets';
    const sizes = [-1, ...(allowsZero ? [] : [0]), ...(UNBOUNDED.includes(name) ? [] : [10_001])];
    for (const size of sizes)
      expect([name, size, (await refusalOf(listing, listing.member, size))?.message]).toEqual([
        name,
        size,
        expect.stringMatching(new RegExp(listing.member, 'i')),
      ]);
  }
});

/** @returns what it says; nothing if it succeeds */
async function refusalOf(
  { service, name, model }: KnownOperation,
  member: string,
  value: unknown,
): Promise<{ code: string; message: string } | undefined> {
  const required = Object.fromEntries(
    requiredMembers(model.input).map((each) => [each, 'arn:aws:states:us-east-1:000000000000:stateMachine:x']),
  );
  return cloud.call(service, name, { ...required, [member]: value }, CALLER).then(
    () => undefined,
    ({ statusCode, code, message }) => (statusCode === 400 ? { code, message } : undefined),
  );
}

const TOKEN = /^(next|continuation)?token$|^marker$|^position$/i;
/** How each service says that a token is none of its own. Step Functions looks for what is listed first: its own tests ask. */
const TOKEN_REFUSALS: Readonly<Record<string, string>> = {
  apigateway: 'BadRequestException',
  batch: 'ClientException',
  cloudformation: 'ValidationError',
  dynamodb: 'ValidationException',
  ecs: 'InvalidParameterException',
  elasticmapreduce: 'InvalidRequestException',
  events: 'ValidationException',
  glue: 'InvalidInputException',
  iam: 'ValidationError',
  kms: 'InvalidMarkerException',
  lambda: 'InvalidParameterValueException',
  logs: 'InvalidParameterException',
  monitoring: 'InvalidNextToken',
  s3: 'InvalidArgument',
  sagemaker: 'ValidationException',
  scheduler: 'ValidationException',
  secretsmanager: 'InvalidNextTokenException',
  ses: 'BadRequestException',
  sns: 'InvalidParameterException',
  sqs: 'InvalidParameterValue',
  ssm: 'InvalidNextToken',
};

test('a token that came with no page is refused by every listing, as its service says it', async () => {
  const asked = operations.flatMap((operation) => {
    const token = [...members(operation.model.input)].map(([name]) => name).find((name) => TOKEN.test(name));
    // Of ListObjects any key is a marker.
    const isAsked = token && operation.service !== 'states' && operation.name !== 'ListObjects';
    return isAsked ? [{ ...operation, token }] : [];
  });
  expect(asked.length).toBeGreaterThan(60);
  for (const { token, ...operation } of asked) {
    for (const garbage of ['1', 'garbage', 'x'.repeat(40)])
      expect([`${operation.service}:${operation.name}`, garbage, await refusalOf(operation, token, garbage)]).toEqual([
        `${operation.service}:${operation.name}`,
        garbage,
        { code: TOKEN_REFUSALS[operation.service], message: expect.stringMatching(new RegExp(token, 'i')) },
      ]);
  }
});

test('a token is good for the listing that gave it, and for no other', async () => {
  for (const name of ['first', 'second']) {
    const { KeyMetadata } = (await cloud.call('kms', 'CreateKey', {}, CALLER)) as { KeyMetadata: { KeyId: string } };
    const alias = { AliasName: `alias/${name}`, TargetKeyId: KeyMetadata.KeyId };
    await cloud.call('kms', 'CreateAlias', alias, CALLER);
  }
  const { NextMarker: Marker } = await cloud.call('kms', 'ListKeys', { Limit: 1 }, CALLER);
  expect((await cloud.call('kms', 'ListKeys', { Limit: 1, Marker }, CALLER)).Keys).toHaveLength(1);
  await expect(cloud.call('kms', 'ListAliases', { Limit: 1, Marker }, CALLER)).rejects.toMatchObject({
    code: 'InvalidMarkerException',
  });
});

test('a page has the usual size if nobody says another', async () => {
  const make = Array.from({ length: 26 }, (_, count) =>
    cloud.call('apigateway', 'CreateApiKey', { name: `usual ${count}` }, CALLER),
  );
  const made = await Promise.all(make);
  const nameQuery = 'usual';
  const { items, position } = await cloud.call('apigateway', 'GetApiKeys', { nameQuery }, CALLER);
  const rest = await cloud.call('apigateway', 'GetApiKeys', { nameQuery, position }, CALLER);
  expect([items.length, rest.items.length, rest.position]).toEqual([25, 1, undefined]);
  for (const { id } of made) await cloud.call('apigateway', 'DeleteApiKey', { apiKey: id }, CALLER);
});

/** What there are no two of here: their own tests ask for pages of them, or they have none. */
const NOT_ASKED = [
  ...['apigateway:GetDeployments', 'apigateway:GetRestApis', 'apigateway:GetTags', 'batch:ListJobs', 'dynamodb:Query'],
  ...['ecs:ListTasks', 'glue:GetJobRuns', 'lambda:ListAliases', 'lambda:ListEventSourceMappings', 's3:ListParts'],
  ...['lambda:ListFunctions', 'lambda:ListVersionsByFunction', 'logs:GetLogEvents', 's3:ListMultipartUploads'],
  ...['s3:ListObjects', 'sagemaker:ListProcessingJobs', 'states:ListMapRuns'],
  ...['sagemaker:ListTrainingJobs', 'sqs:ListMessageMoveTasks', 'states:GetExecutionHistory'],
  ...['states:ListStateMachineAliases', 'states:ValidateStateMachineDefinition'],
];

test('each listing gives as many entries as were asked for, and goes on from page to page until all were told once', async () => {
  const inputs = await makeTwoOfEach(cloud.call);
  const notAsked: string[] = [];
  for (const { service, name, model, member } of listings) {
    const listing = `${service}:${name}`;
    const ask = async (input: object) =>
      (await cloud.call(service, name, { ...inputs[listing], ...input }, CALLER)) as Record<string, unknown>;
    const all = await ask({}).catch(() => ({}));
    const [list, entries] = Object.entries(all).find(([, value]) => Array.isArray(value) && value.length > 1) ?? [];
    if (list === undefined || !Array.isArray(entries)) {
      notAsked.push(listing);
      continue;
    }
    const found: unknown[] = [];
    let token: Record<string, unknown> = {};
    do {
      const page = await ask({ [member]: 1, ...token });
      const entriesOfPage = page[list] as unknown[];
      expect([listing, entriesOfPage.length <= 1 && found.length <= entries.length]).toEqual([listing, true]);
      found.push(...entriesOfPage);
      token = nextToken(model, page);
    } while (Object.keys(token).length > 0);
    expect([listing, found]).toEqual([listing, entries]);
  }
  expect(notAsked.sort()).toEqual(NOT_ASKED.sort());
});

/** What an answer says to ask for the next page with; nothing on the last. S3 repeats the token that it was asked with. */
function nextToken({ input }: KnownOperation['model'], page: Record<string, unknown>): Record<string, unknown> {
  const inAnswer = ['NextContinuationToken', 'NextMarker', 'Marker', 'NextToken', 'nextToken', 'position'].concat(
    ...['LastEvaluatedTableName', 'LastEvaluatedKey', 'ContinuationToken'],
  );
  const isToken = (member: string) => /^(next|continuation)?token$|^marker$|^position$|^ExclusiveStart/i.test(member);
  const value = inAnswer.map((member) => page[member]).find((each) => each !== undefined && each !== null);
  const name = [...members(input)].map(([member]) => member).find(isToken);
  return value === undefined || name === undefined || page.IsTruncated === false ? {} : { [name]: value };
}
