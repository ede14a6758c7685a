import { refuseOthers, type Service } from '../../aws/service.ts';
import { findBucket } from './bucket-operations.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

interface ListInput extends Grouping {
  readonly Bucket?: string;
  readonly MaxKeys?: number;
  readonly Marker?: string;
  readonly StartAfter?: string;
  readonly ContinuationToken?: string;
}

const COMMON = ['Bucket', 'Prefix', 'Delimiter', 'MaxKeys', 'EncodingType'];
export const LARGEST_PAGE = 1_000;

const ACCEPTED = ['ExpectedBucketOwner', 'RequestPayer', 'OptionalObjectAttributes', 'FetchOwner'];

export function listOperations(store: ObjectStore): Service['operations'] {
  return {
    ListObjects(input: ListInput) {
      refuseOthers('s3:ListObjects', input, [...COMMON, 'Marker'], ACCEPTED);
      const page = listObjects(store, input, input.Marker ?? '');
      return {
        ...describe(input, page),
        Marker: encoderOf(input)(input.Marker ?? ''),
        ...(page.isTruncated && input.Delimiter && { NextMarker: encoderOf(input)(page.last) }),
      };
    },

    ListObjectsV2(input: ListInput) {
      refuseOthers('s3:ListObjectsV2', input, [...COMMON, 'StartAfter', 'ContinuationToken'], ACCEPTED);
      const page = listObjects(store, input, input.ContinuationToken ?? input.StartAfter ?? '');
      return {
        ...describe(input, page),
        KeyCount: page.items.length + page.prefixes.length,
        StartAfter: input.StartAfter && encoderOf(input)(input.StartAfter),
        ContinuationToken: input.ContinuationToken,
        ...(page.isTruncated && { NextContinuationToken: page.last }),
      };
    },
  };
}

export interface Grouping {
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly EncodingType?: string;
}

interface ListPage<T> {
  readonly items: readonly T[];
  readonly prefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The key or common prefix that was listed last. */
  readonly last: string;
}

function listObjects(store: ObjectStore, input: ListInput, after: string): ListPage<StoredObject> {
  const { Bucket, Prefix = '', MaxKeys } = input;
  const { name } = findBucket(store, Bucket);
  const range = after > Prefix ? { gt: after } : { gte: Prefix };
  return grouped(store.objects(name).range(range), input, after, MaxKeys);
}

/**
 * One page. Keys with the delimiter after the prefix are listed once, as a common prefix.
 * @param entries in the order of their keys, without those up to `after`
 */
export function grouped<T>(
  entries: Iterable<readonly [key: string, item: T]>,
  { Prefix = '', Delimiter = '' }: Grouping,
  after: string,
  size = LARGEST_PAGE,
): ListPage<T> {
  const limit = Math.min(size, LARGEST_PAGE);
  const items: T[] = [];
  const prefixes: string[] = [];
  let last = after;
  for (const [key, item] of entries) {
    if (key < Prefix) continue;
    if (!key.startsWith(Prefix)) break;
    const end = Delimiter === '' ? -1 : key.indexOf(Delimiter, Prefix.length);
    const common = end < 0 ? undefined : key.slice(0, end + Delimiter.length);
    if (common !== undefined && (common === prefixes.at(-1) || common === after)) continue;
    if (items.length + prefixes.length >= limit) return { items, prefixes, isTruncated: limit > 0, last };
    if (common === undefined) items.push(item);
    else prefixes.push(common);
    last = common ?? key;
  }
  return { items, prefixes, isTruncated: false, last };
}

/** How an answer writes keys: XML cannot carry all characters that they may have. */
export const encoderOf = ({ EncodingType }: Grouping) => {
  const encode = (key: string) => encodeURIComponent(key).replaceAll('%2F', '/');
  return EncodingType === 'url' ? encode : (key: string) => key;
};

/** What the answers of all listings say. */
export function describeGroups(input: Grouping, { prefixes, isTruncated }: ListPage<unknown>) {
  const encode = encoderOf(input);
  const { Prefix = '', Delimiter, EncodingType } = input;
  return {
    Prefix: encode(Prefix),
    Delimiter: Delimiter && encode(Delimiter),
    EncodingType,
    IsTruncated: isTruncated,
    ...(prefixes.length > 0 && { CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })) }),
  };
}

function describe(input: ListInput, page: ListPage<StoredObject>) {
  const encode = encoderOf(input);
  return {
    ...describeGroups(input, page),
    Name: input.Bucket,
    MaxKeys: input.MaxKeys ?? LARGEST_PAGE,
    ...(page.items.length > 0 && {
      Contents: page.items.map(({ key, size, etag, modifiedAt }) => ({
        Key: encode(key),
        LastModified: new Date(modifiedAt),
        ETag: etag,
        Size: size,
        StorageClass: 'STANDARD',
      })),
    }),
  };
}
