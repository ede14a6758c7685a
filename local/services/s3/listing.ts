import { refuseOthers, type Service } from '../../aws/service.ts';
import { findBucket } from './bucket-operations.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

interface ListInput {
  readonly Bucket?: string;
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly MaxKeys?: number;
  readonly Marker?: string;
  readonly StartAfter?: string;
  readonly ContinuationToken?: string;
  readonly EncodingType?: string;
  readonly FetchOwner?: boolean;
}

const COMMON = ['Bucket', 'Prefix', 'Delimiter', 'MaxKeys', 'EncodingType'];
const ACCEPTED = ['ExpectedBucketOwner', 'RequestPayer', 'OptionalObjectAttributes', 'FetchOwner'];

export function listOperations(store: ObjectStore): Service['operations'] {
  return {
    ListObjects(input: ListInput) {
      refuseOthers('s3:ListObjects', input, [...COMMON, 'Marker'], ACCEPTED);
      const page = list(store, input, input.Marker ?? '');
      return {
        ...describe(input, page),
        Marker: input.Marker ?? '',
        ...(page.isTruncated && input.Delimiter && { NextMarker: page.last }),
      };
    },

    ListObjectsV2(input: ListInput) {
      refuseOthers('s3:ListObjectsV2', input, [...COMMON, 'StartAfter', 'ContinuationToken'], ACCEPTED);
      const after =
        input.ContinuationToken === undefined
          ? (input.StartAfter ?? '')
          : Buffer.from(input.ContinuationToken, 'base64url').toString();
      const page = list(store, input, after);
      return {
        ...describe(input, page),
        KeyCount: page.objects.length + page.prefixes.length,
        StartAfter: input.StartAfter,
        ContinuationToken: input.ContinuationToken,
        ...(page.isTruncated && { NextContinuationToken: Buffer.from(page.last).toString('base64url') }),
      };
    },
  };
}

interface ListPage {
  readonly objects: readonly StoredObject[];
  readonly prefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The key or common prefix that was listed last. */
  readonly last: string;
}

/** Keys in the order of their bytes; those with the delimiter after the prefix are listed once, as a common prefix. */
function list(
  store: ObjectStore,
  { Bucket, Prefix = '', Delimiter = '', MaxKeys = 1000 }: ListInput,
  after: string,
): ListPage {
  const { name } = findBucket(store, Bucket);
  const limit = Math.min(MaxKeys, 1000);
  const objects: StoredObject[] = [];
  const prefixes: string[] = [];
  let last = after;
  const range = after > Prefix ? { gt: after } : { gte: Prefix };
  for (const [key, object] of store.objects(name).range(range)) {
    if (!key.startsWith(Prefix)) break;
    const end = Delimiter === '' ? -1 : key.indexOf(Delimiter, Prefix.length);
    const common = end < 0 ? undefined : key.slice(0, end + Delimiter.length);
    if (common !== undefined && (common === prefixes.at(-1) || common === after)) continue;
    if (objects.length + prefixes.length >= limit) return { objects, prefixes, isTruncated: limit > 0, last };
    if (common === undefined) objects.push(object);
    else prefixes.push(common);
    last = common ?? key;
  }
  return { objects, prefixes, isTruncated: false, last };
}

function describe(
  { Bucket, Prefix = '', Delimiter, MaxKeys = 1000, EncodingType }: ListInput,
  { objects, prefixes, isTruncated }: ListPage,
) {
  const encode = (key: string) => (EncodingType === 'url' ? encodeURIComponent(key).replaceAll('%2F', '/') : key);
  return {
    Name: Bucket,
    Prefix: encode(Prefix),
    Delimiter,
    MaxKeys,
    EncodingType,
    IsTruncated: isTruncated,
    ...(objects.length > 0 && {
      Contents: objects.map(({ key, size, etag, modifiedAt }) => ({
        Key: encode(key),
        LastModified: new Date(modifiedAt),
        ETag: etag,
        Size: size,
        StorageClass: 'STANDARD',
      })),
    }),
    ...(prefixes.length > 0 && { CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })) }),
  };
}
