import { createHash, randomUUID } from 'node:crypto';
import { refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { findBucket } from './bucket-operations.ts';
import { type Conditions, checkWriteConditions, readRange } from './conditions.ts';
import { describeGroups, encoderOf, type Grouping, grouped, LARGEST_PAGE } from './listing.ts';
import { ACCEPTED, checkKey, HEADERS, headersOf, readSource } from './object-operations.ts';
import { etagOf, type ObjectHeaders, type ObjectStore } from './object-store.ts';

interface Upload extends ObjectHeaders {
  readonly bucket: string;
  readonly key: string;
  readonly startedAt: number;
}

interface Part {
  readonly number: number;
  readonly etag: string;
  readonly size: number;
  readonly body: string;
  readonly modifiedAt: number;
}

interface PartInput extends ObjectHeaders, Conditions {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly UploadId?: string;
  readonly PartNumber?: number;
  readonly Body?: Uint8Array;
  readonly CopySource?: string;
  readonly CopySourceRange?: string;
  readonly MpuObjectSize?: number;
  readonly MultipartUpload?: { readonly Parts?: readonly { readonly PartNumber: number; readonly ETag: string }[] };
}

interface UploadsInput extends Grouping {
  readonly Bucket?: string;
  readonly MaxUploads?: number;
  readonly KeyMarker?: string;
  readonly UploadIdMarker?: string;
}

const PART = ['Bucket', 'Key', 'UploadId'];
const COMPLETE = ['MultipartUpload', 'MpuObjectSize', 'IfMatch', 'IfNoneMatch'];

export function multipartOperations(store: ObjectStore, storage: Storage, clock: Clock): Service['operations'] {
  const uploads = storage.table<Upload>('s3/uploads');
  const parts = storage.table<Part>('s3/parts');
  const partsOf = (id: string): Part[] => [...parts.entries(`${id}/`)].map(([, part]) => part);

  function find({ Bucket, Key, UploadId = '' }: PartInput): { id: string; upload: Upload } {
    const upload = uploads.get(UploadId);
    if (!upload || upload.bucket !== Bucket || upload.key !== Key) {
      throw new ServiceError(
        'NoSuchUpload',
        'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
        404,
      );
    }
    return { id: UploadId, upload };
  }

  function putPart(input: PartInput, bytes: Uint8Array): Part {
    const { id } = find(input);
    const { PartNumber: number = 0 } = input;
    if (!(number >= 1 && number <= 10_000))
      throw new ServiceError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
    const key = `${id}/${String(number).padStart(5, '0')}`;
    return storage.transaction(() => {
      const existing = parts.get(key);
      if (existing) store.deleteBody(existing.body);
      const part = {
        number,
        etag: etagOf(bytes),
        size: bytes.length,
        body: store.writeBody(bytes),
        modifiedAt: clock.now(),
      };
      parts.put(key, part);
      return part;
    });
  }

  function discard(id: string): void {
    for (const [key, { body }] of parts.entries(`${id}/`)) {
      store.deleteBody(body);
      parts.delete(key);
    }
    uploads.delete(id);
  }

  return {
    CreateMultipartUpload(input: PartInput) {
      refuseOthers('s3:CreateMultipartUpload', input, ['Bucket', 'Key', ...HEADERS], ACCEPTED);
      const { name } = findBucket(store, input.Bucket);
      const key = checkKey(input.Key);
      const UploadId = randomUUID().replaceAll('-', '');
      uploads.put(UploadId, { ...headersOf(input), bucket: name, key, startedAt: clock.now() });
      return { Bucket: name, Key: key, UploadId };
    },

    UploadPart(input: PartInput) {
      refuseOthers('s3:UploadPart', input, [...PART, 'PartNumber', 'Body'], ACCEPTED);
      return { ETag: putPart(input, input.Body ?? new Uint8Array()).etag };
    },

    UploadPartCopy(input: PartInput) {
      refuseOthers('s3:UploadPartCopy', input, [...PART, 'PartNumber', 'CopySource', 'CopySourceRange'], ACCEPTED);
      const { object } = readSource(store, input.CopySource);
      const bytes = store.readBody(object.body);
      const range = readRange(input.CopySourceRange, bytes.length);
      const { etag, modifiedAt } = putPart(input, range ? bytes.subarray(range.start, range.end + 1) : bytes);
      return { CopyPartResult: { ETag: etag, LastModified: new Date(modifiedAt) } };
    },

    CompleteMultipartUpload(input: PartInput) {
      refuseOthers('s3:CompleteMultipartUpload', input, [...PART, ...COMPLETE], ACCEPTED);
      const { id, upload } = find(input);
      const named = input.MultipartUpload?.Parts ?? [];
      const chosen = choose(partsOf(id), named);
      return storage.transaction(() => {
        const bytes = Buffer.concat(chosen.map(({ body }) => store.readBody(body)));
        const digests = chosen.map(({ etag }) => Buffer.from(etag.slice(1, -1), 'hex'));
        const etag = `"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${chosen.length}"`;
        const objects = store.objects(upload.bucket);
        const existing = objects.get(upload.key);
        checkWriteConditions(existing, input);
        const { MpuObjectSize = bytes.length } = input;
        if (MpuObjectSize !== bytes.length)
          throw new ServiceError(
            'InvalidRequest',
            `The provided 'x-amz-mp-object-size' header value ${MpuObjectSize} does not match what was computed: ${bytes.length}`,
          );
        if (existing) store.deleteBody(existing.body);
        const { bucket, startedAt: _, ...headers } = upload;
        objects.put(upload.key, {
          ...headers,
          size: bytes.length,
          etag,
          modifiedAt: clock.now(),
          body: store.writeBody(bytes),
        });
        discard(id);
        return { Location: `/${bucket}/${upload.key}`, Bucket: bucket, Key: upload.key, ETag: etag };
      });
    },

    AbortMultipartUpload(input: PartInput) {
      refuseOthers('s3:AbortMultipartUpload', input, PART, ACCEPTED);
      const { id } = find(input);
      storage.transaction(() => discard(id));
      return {};
    },

    ListParts(input: PartInput & { MaxParts?: number; PartNumberMarker?: string }) {
      refuseOthers('s3:ListParts', input, [...PART, 'MaxParts', 'PartNumberMarker'], ACCEPTED);
      const { id, upload } = find(input);
      const { MaxParts = LARGEST_PAGE, PartNumberMarker = '0' } = input;
      const all = partsOf(id).filter(({ number }) => number > Number(PartNumberMarker));
      const shown = all.slice(0, Math.min(MaxParts, LARGEST_PAGE));
      return {
        Bucket: upload.bucket,
        Key: upload.key,
        UploadId: id,
        PartNumberMarker,
        MaxParts,
        IsTruncated: shown.length < all.length,
        ...(shown.length < all.length && { NextPartNumberMarker: String(shown.at(-1)?.number ?? PartNumberMarker) }),
        Parts: shown.map(({ number, etag, size, modifiedAt }) => ({
          PartNumber: number,
          ETag: etag,
          Size: size,
          LastModified: new Date(modifiedAt),
        })),
      };
    },

    ListMultipartUploads(input: UploadsInput) {
      const { name } = findBucket(store, input.Bucket);
      const { MaxUploads, KeyMarker = '', UploadIdMarker = '' } = input;
      const isAfter = ([id, { key }]: [string, Upload]) =>
        key > KeyMarker || (key === KeyMarker && UploadIdMarker !== '' && id > UploadIdMarker);
      const all = [...uploads.entries()]
        .filter((entry) => entry[1].bucket === name && isAfter(entry))
        .sort(([a, one], [b, other]) => (`${one.key}\0${a}` < `${other.key}\0${b}` ? -1 : 1))
        .map((entry) => [entry[1].key, entry] as const);
      const page = grouped(all, input, KeyMarker, MaxUploads);
      const encode = encoderOf(input);
      const [lastId, { key: lastKey } = { key: KeyMarker }] = page.items.at(-1) ?? [UploadIdMarker];
      return {
        ...describeGroups(input, page),
        Bucket: name,
        KeyMarker: encode(KeyMarker),
        UploadIdMarker,
        MaxUploads: MaxUploads ?? LARGEST_PAGE,
        ...(page.isTruncated && {
          NextKeyMarker: encode(page.last),
          // After a common prefix there is no upload to go on from.
          NextUploadIdMarker: page.last === lastKey ? lastId : '',
        }),
        Uploads: page.items.map(([UploadId, { key, startedAt }]) => ({
          UploadId,
          Key: encode(key),
          Initiated: new Date(startedAt),
          StorageClass: 'STANDARD',
        })),
      };
    },
  };
}

/** @throws ServiceError InvalidPart, InvalidPartOrder, EntityTooSmall */
function choose(
  all: readonly Part[],
  named: readonly { readonly PartNumber: number; readonly ETag: string }[],
): Part[] {
  if (named.length === 0)
    throw new ServiceError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  const chosen = named.map(({ PartNumber, ETag }) => {
    const part = all.find(({ number }) => number === PartNumber);
    if (!part || part.etag.replaceAll('"', '') !== ETag?.replaceAll('"', '')) {
      throw new ServiceError(
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    }
    return part;
  });
  if (chosen.some(({ number }, index) => index > 0 && number <= chosen[index - 1]!.number)) {
    throw new ServiceError(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    );
  }
  const SMALLEST = 5 * 1024 * 1024;
  if (chosen.slice(0, -1).some(({ size }) => size < SMALLEST)) {
    throw new ServiceError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
  }
  return chosen;
}
