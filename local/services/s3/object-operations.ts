import { refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { findBucket } from './bucket-operations.ts';
import { type Conditions, checkReadConditions, checkWriteConditions, readRange } from './conditions.ts';
import { crc32Of, etagOf, type ObjectHeaders, type ObjectStore, type StoredObject } from './object-store.ts';

export interface ObjectInput extends ObjectHeaders, Conditions {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly Body?: Uint8Array | string;
  readonly Range?: string;
  readonly ChecksumMode?: string;
  readonly CopySource?: string;
  readonly MetadataDirective?: string;
  readonly VersionId?: string;
  readonly Delete?: {
    readonly Objects?: readonly { readonly Key: string; readonly VersionId?: string }[];
    readonly Quiet?: boolean;
  };
  readonly [member: string]: unknown;
}

export const HEADERS = [
  'ContentType',
  'ContentEncoding',
  'ContentDisposition',
  'ContentLanguage',
  'CacheControl',
  'Metadata',
] as const;

/** Change nothing on one machine, or were checked when the request was read. */
export const ACCEPTED = [
  'ACL',
  'ContentLength',
  'ContentMD5',
  'ChecksumAlgorithm',
  'ChecksumCRC32',
  'ChecksumCRC32C',
  'ChecksumCRC64NVME',
  'ChecksumSHA1',
  'ChecksumSHA256',
  'ChecksumType',
  'ExpectedBucketOwner',
  'ExpectedSourceBucketOwner',
  'RequestPayer',
  'ServerSideEncryption',
  'SSEKMSKeyId',
  'BucketKeyEnabled',
  'StorageClass',
];

export function objectOperations(store: ObjectStore, storage: Storage, clock: Clock): Service['operations'] {
  const put = (bucket: string, key: string, bytes: Uint8Array, headers: ObjectHeaders): StoredObject => {
    const objects = store.objects(bucket);
    const existing = objects.get(key);
    if (existing) store.deleteBody(existing.body);
    const object = {
      ...headers,
      key,
      size: bytes.length,
      etag: etagOf(bytes),
      crc32: crc32Of(bytes),
      modifiedAt: clock.now(),
      body: store.writeBody(bytes),
    };
    objects.put(key, object);
    return object;
  };

  const remove = (bucket: string, key: string): void => {
    const objects = store.objects(bucket);
    const existing = objects.get(key);
    if (!existing) return;
    store.deleteBody(existing.body);
    objects.delete(key);
  };

  return {
    PutObject(input: ObjectInput) {
      refuseOthers('s3:PutObject', input, ['Bucket', 'Key', 'Body', ...HEADERS, 'IfMatch', 'IfNoneMatch'], ACCEPTED);
      const { name } = findBucket(store, input.Bucket);
      const key = checkKey(input.Key);
      const bytes = typeof input.Body === 'string' ? Buffer.from(input.Body) : (input.Body ?? new Uint8Array());
      return storage.transaction(() => {
        checkWriteConditions(store.objects(name).get(key), input);
        const { etag, crc32 } = put(name, key, bytes, headersOf(input));
        return { ETag: etag, ChecksumCRC32: crc32, ChecksumType: 'FULL_OBJECT', ServerSideEncryption: 'AES256' };
      });
    },

    GetObject(input: ObjectInput) {
      const object = findObject(store, input, 'GetObject');
      checkReadConditions(object, input);
      const bytes = store.readBody(object.body);
      const range = readRange(input.Range, bytes.length);
      return {
        ...describe(object, input),
        ...(range && { ContentRange: `bytes ${range.start}-${range.end}/${bytes.length}` }),
        ContentLength: range ? range.end - range.start + 1 : bytes.length,
        Body: range ? bytes.subarray(range.start, range.end + 1) : bytes,
      };
    },

    HeadObject(input: ObjectInput) {
      const object = findObject(store, input, 'HeadObject');
      checkReadConditions(object, input);
      return { ...describe(object, input), ContentLength: object.size };
    },

    /** Deleting what is not there succeeds too. */
    DeleteObject(input: ObjectInput) {
      refuseOthers('s3:DeleteObject', input, ['Bucket', 'Key', 'VersionId'], ACCEPTED);
      const { Bucket, Key, VersionId } = input;
      refuseVersions(VersionId);
      const { name } = findBucket(store, Bucket);
      storage.transaction(() => remove(name, checkKey(Key)));
      return {};
    },

    DeleteObjects(input: ObjectInput) {
      refuseOthers('s3:DeleteObjects', input, ['Bucket', 'Delete'], ACCEPTED);
      const { Bucket, Delete = {} } = input;
      const { name } = findBucket(store, Bucket);
      const { Objects = [], Quiet = false } = Delete;
      if (Objects.length > 1000)
        throw new ServiceError(
          'MalformedXML',
          'The XML you provided was not well-formed or did not validate against our published schema',
        );
      storage.transaction(() => {
        for (const object of Objects) {
          refuseOthers('an object of s3:DeleteObjects', object, ['Key', 'VersionId']);
          refuseVersions(object.VersionId);
          remove(name, object.Key);
        }
      });
      return Quiet ? {} : { Deleted: Objects.map(({ Key }) => ({ Key })) };
    },

    CopyObject(input: ObjectInput) {
      refuseOthers(
        's3:CopyObject',
        input,
        ['Bucket', 'Key', 'CopySource', 'MetadataDirective', ...HEADERS],
        [...ACCEPTED, 'TaggingDirective'],
      );
      const source = readSource(store, input.CopySource);
      const { name } = findBucket(store, input.Bucket);
      const key = checkKey(input.Key);
      const replaces = input.MetadataDirective === 'REPLACE';
      if (source.bucket === name && source.object.key === key && !replaces) {
        throw new ServiceError(
          'InvalidRequest',
          "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
        );
      }
      return storage.transaction(() => {
        const { etag, modifiedAt } = put(
          name,
          key,
          store.readBody(source.object.body),
          headersOf(replaces ? input : source.object),
        );
        return { CopyObjectResult: { ETag: etag, LastModified: new Date(modifiedAt) }, ServerSideEncryption: 'AES256' };
      });
    },
  };
}

/** @throws ServiceError NoSuchKey and the like */
export function readSource(store: ObjectStore, source = ''): { bucket: string; object: StoredObject } {
  const [, Bucket, Key, version] = /^\/?([^/]+)\/([^?]+)(\?versionId=.*)?$/.exec(source) ?? [];
  if (Key === undefined)
    throw new ServiceError(
      'InvalidArgument',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  refuseVersions(version);
  const object = findObject(store, { Bucket: decodeURIComponent(Bucket!), Key: decodeURIComponent(Key) }, 'CopyObject');
  return { bucket: decodeURIComponent(Bucket!), object };
}

export function checkKey(key = ''): string {
  if (key === '') throw new ServiceError('InvalidURI', "Couldn't parse the specified URI.");
  if (Buffer.byteLength(key) > 1024) throw new ServiceError('KeyTooLongError', 'Your key is too long');
  return key;
}

export function headersOf(input: ObjectHeaders): ObjectHeaders {
  return Object.fromEntries(HEADERS.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]));
}

const READ = [
  'Bucket',
  'Key',
  'Range',
  'ChecksumMode',
  'VersionId',
  'IfMatch',
  'IfNoneMatch',
  'IfModifiedSince',
  'IfUnmodifiedSince',
];
const OVERRIDES = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'Expires',
];

function findObject(store: ObjectStore, input: ObjectInput, operation: string): StoredObject {
  refuseOthers(`s3:${operation}`, input, [...READ, ...OVERRIDES.map((name) => `Response${name}`)], ACCEPTED);
  refuseVersions(input.VersionId);
  const { name } = findBucket(store, input.Bucket);
  const object = store.objects(name).get(checkKey(input.Key));
  if (object) return object;
  // An answer to HEAD has no body to name the error in: clients make one up of the status.
  throw operation === 'HeadObject'
    ? new ServiceError('NotFound', 'Not Found', 404)
    : new ServiceError('NoSuchKey', 'The specified key does not exist.', 404, { Key: input.Key });
}

function refuseVersions(versionId: string | undefined): void {
  if (versionId !== undefined && versionId !== 'null')
    throw new ServiceError('NotImplemented', 'This local cloud does not support versions of S3 objects.', 501);
}

function describe(object: StoredObject, input: ObjectInput): object {
  const overrides = OVERRIDES.filter((name) => input[`Response${name}`] !== undefined).map((name) => [
    name,
    input[`Response${name}`],
  ]);
  const checksum = input.ChecksumMode === 'ENABLED' && object.crc32 !== undefined && !input.Range;
  return {
    AcceptRanges: 'bytes',
    LastModified: new Date(object.modifiedAt),
    ETag: object.etag,
    ...(checksum && { ChecksumCRC32: object.crc32, ChecksumType: 'FULL_OBJECT' }),
    ContentType: 'binary/octet-stream',
    ServerSideEncryption: 'AES256',
    Metadata: {},
    ...headersOf(object),
    ...Object.fromEntries(overrides),
  };
}
