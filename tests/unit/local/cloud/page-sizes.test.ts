import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { members } from '../../../../local/aws/json-shapes.ts';
import { requiredMembers } from '../../../../local/aws/model.ts';
import { type Cloud, startCloud } from '../../../../local/cloud.ts';
import { CALLER, type KnownOperation, operationsOf } from './operations.ts';

let cloud: Cloud;
let listings: readonly (KnownOperation & { readonly member: string })[];
beforeAll(async () => {
  cloud = await startCloud();
  listings = (await operationsOf(cloud.call)).flatMap((operation) =>
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
      expect([name, size, await refusalOf(listing, size)]).toEqual([
        name,
        size,
        expect.stringMatching(new RegExp(listing.member, 'i')),
      ]);
  }
});

/** @returns what it says; nothing if it succeeds */
async function refusalOf(
  { service, name, model, member }: (typeof listings)[number],
  size: number,
): Promise<string | undefined> {
  const required = Object.fromEntries(
    requiredMembers(model.input).map((each) => [each, 'arn:aws:states:us-east-1:000000000000:stateMachine:x']),
  );
  return cloud.call(service, name, { ...required, [member]: size }, CALLER).then(
    () => undefined,
    ({ statusCode, message }) => (statusCode === 400 ? message : undefined),
  );
}
