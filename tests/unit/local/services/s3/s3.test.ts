import { request } from 'node:http';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  paginateListParts,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CALLER, type CoreCloud, startCoreCloud } from '../core-cloud.ts';

let cloud: CoreCloud;
let client: S3Client;
beforeAll(async () => {
  cloud = await startCoreCloud();
  client = cloud.client(S3Client);
  await client.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => cloud.close());

const Bucket = 'the-bucket';
const put = (Key: string, Body: PutObjectCommandInput['Body'] = 'x', more: Partial<PutObjectCommandInput> = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key: string, more: Partial<GetObjectCommandInput> = {}) =>
  client.send(new GetObjectCommand({ Bucket, Key, ...more }));
const textOf = async (Key: string, more = {}) => (await get(Key, more)).Body?.transformToString();

describe('what is refused', () => {
  test('a bucket that is not there', async () => {
    await expect(get('x', { Bucket: 'none-there' })).rejects.toMatchObject({
      name: 'NoSuchBucket',
      message: 'The specified bucket does not exist',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(client.send(new HeadBucketCommand({ Bucket: 'none-there' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('a bucket that is not whose it is expected to be', async () => {
    await put('owned');
    const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };
    const stranger = { ExpectedBucketOwner: '999999999999' };
    await expect(get('owned', stranger)).rejects.toMatchObject(denied);
    await expect(put('owned', 'y', stranger)).rejects.toMatchObject(denied);
    await expect(client.send(new ListObjectsV2Command({ Bucket, ...stranger }))).rejects.toMatchObject(denied);
    const copy = { Bucket, Key: 'copy', CopySource: `${Bucket}/owned`, ExpectedSourceBucketOwner: '999999999999' };
    await expect(client.send(new CopyObjectCommand(copy))).rejects.toMatchObject(denied);
    expect(await textOf('owned', { ExpectedBucketOwner: CALLER.account })).toBe('x');
  });

  test('an object that is not there', async () => {
    await expect(get('none')).rejects.toMatchObject({
      name: 'NoSuchKey',
      message: 'The specified key does not exist.',
    });
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  test.each(['ab', 'Upper', 'under_score', 'a..b', '-a-'])('the bucket name %s', async (name) => {
    await expect(client.send(new CreateBucketCommand({ Bucket: name }))).rejects.toMatchObject({
      name: 'InvalidBucketName',
    });
  });

  test("somebody else's bucket name", async () => {
    const other = cloud.client(S3Client, { credentials: { accessKeyId: '222222222222', secretAccessKey: 'x' } });
    await expect(other.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: 'BucketAlreadyExists',
    });
    expect((await other.send(new ListBucketsCommand())).Buckets ?? []).toEqual([]);
  });

  test('deleting a bucket that is not empty', async () => {
    await put('kept');
    await expect(client.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
  });

  test('versions, by name', async () => {
    const command = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });
    await expect(client.send(command)).rejects.toThrow('PutBucketVersioning of s3');
    await expect(get('kept', { VersionId: 'v1' })).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  test('tags, by name', async () => {
    await expect(put('tagged', 'x', { Tagging: 'a=b' })).rejects.toThrow('Tagging of s3:PutObject');
  });

  test('a range outside the object', async () => {
    await put('short', 'abc');
    await expect(get('short', { Range: 'bytes=3-' })).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
  });
});

test('an object comes back with what was told of it', async () => {
  const headers = {
    ContentType: 'text/plain; charset=utf-8',
    CacheControl: 'no-cache',
    ContentEncoding: 'identity',
    Metadata: { colour: 'red' },
  };
  const { ETag } = await put('a/b c+d.txt', 'hällo', headers);
  expect(ETag).toBe('"38bbce5fb3d0aec801f9eab39182fa7a"');
  const { Body, $metadata, ...rest } = await get('a/b c+d.txt');
  expect(rest).toMatchObject({
    ETag,
    ...headers,
    ContentLength: 6,
    LastModified: new Date(cloud.clock.now()),
    AcceptRanges: 'bytes',
  });
  expect(await Body?.transformToString()).toBe('hällo');
  expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'a/b c+d.txt' }))).toMatchObject({
    ETag,
    ...headers,
    ContentLength: 6,
  });
});

test.each([
  ['none', ''],
  ['several chunks', Buffer.alloc(2 ** 20 + 1, 7)],
  ['a stream', () => Readable.from([Buffer.from('abc'), Buffer.from('def')])],
])('%s of bytes', async (_, content) => {
  const Body = typeof content === 'function' ? content() : content;
  const size = typeof content === 'function' ? 6 : content.length;
  await put('bytes', Body, { ContentLength: size });
  const { Body: read, ContentLength, ContentEncoding } = await get('bytes');
  expect([ContentLength, ContentEncoding]).toEqual([size, undefined]);
  expect(
    Buffer.from((await read?.transformToByteArray()) ?? []).equals(
      typeof content === 'function' ? Buffer.from('abcdef') : Buffer.from(content),
    ),
  ).toBe(true);
});

test('any key and any bytes', async () => {
  const key = fc
    .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 })
    .filter((text) => !/^[./\\]|\/\.|\/\//.test(text));
  await fc.assert(
    fc.asyncProperty(key, fc.uint8Array(), async (Key, bytes) => {
      await put(Key, bytes);
      expect(await (await get(Key)).Body?.transformToByteArray()).toEqual(bytes);
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
      await expect(get(Key)).rejects.toMatchObject({ name: 'NoSuchKey' });
    }),
    { numRuns: 30 },
  );
});

test.each([
  ['bytes=1-2', 'bc', 'bytes 1-2/5'],
  ['bytes=3-', 'de', 'bytes 3-4/5'],
  ['bytes=-2', 'de', 'bytes 3-4/5'],
  ['bytes=0-99', 'abcde', 'bytes 0-4/5'],
])('the part %s', async (Range, text, ContentRange) => {
  await put('parts', 'abcde');
  const { Body, ...rest } = await get('parts', { Range });
  expect(rest).toMatchObject({ ContentRange, $metadata: { httpStatusCode: 206 } });
  expect(await Body?.transformToString()).toBe(text);
});

test('conditions', async () => {
  const { ETag } = await put('conditional', 'one');
  await expect(put('conditional', 'two', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  await expect(put('conditional', 'two', { IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  await expect(get('conditional', { IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  await expect(get('conditional', { IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  await put('conditional', 'two', { IfMatch: ETag });
  expect(await textOf('conditional')).toBe('two');
});

test('a copy has the same bytes, and other metadata if asked', async () => {
  await put('origin al', 'x', { Metadata: { a: '1' }, ContentType: 'text/plain' });
  const copy = (more: object = {}) =>
    client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/origin%20al`, ...more }));
  await copy();
  expect(await get('copy')).toMatchObject({ Metadata: { a: '1' }, ContentType: 'text/plain' });
  const { CopyObjectResult } = await copy({ MetadataDirective: 'REPLACE', Metadata: { b: '2' } });
  expect(await get('copy')).toMatchObject({ Metadata: { b: '2' }, ETag: CopyObjectResult?.ETag });
});

describe('listings', () => {
  const Bucket = 'listed';
  const keys = ['a', 'b/1', 'b/2', 'b/c/3', 'd&<>"', 'ü', 'z'];
  beforeAll(async () => {
    await client.send(new CreateBucketCommand({ Bucket }));
    for (const key of keys) await put(key, 'x', { Bucket });
  });
  const list = async (more: object) => {
    const {
      Contents = [],
      CommonPrefixes = [],
      ...rest
    } = await client.send(new ListObjectsV2Command({ Bucket, ...more }));
    return { keys: Contents.map(({ Key }) => Key), prefixes: CommonPrefixes.map(({ Prefix }) => Prefix), ...rest };
  };

  test('of all', async () => {
    expect(await list({})).toMatchObject({
      keys: ['a', 'b/1', 'b/2', 'b/c/3', 'd&<>"', 'z', 'ü'],
      KeyCount: 7,
      IsTruncated: false,
    });
  });

  test('of a prefix, like a folder', async () => {
    expect(await list({ Delimiter: '/' })).toMatchObject({ keys: ['a', 'd&<>"', 'z', 'ü'], prefixes: ['b/'] });
    expect(await list({ Prefix: 'b/', Delimiter: '/' })).toMatchObject({
      keys: ['b/1', 'b/2'],
      prefixes: ['b/c/'],
      Prefix: 'b/',
    });
    expect(await list({ Prefix: 'none' })).toMatchObject({ keys: [], KeyCount: 0 });
  });

  test('after a key', async () => {
    expect((await list({ StartAfter: 'b/2' })).keys).toEqual(['b/c/3', 'd&<>"', 'z', 'ü']);
  });

  test.each([1, 2, 3])('in pages of %d', async (MaxKeys) => {
    for (const Delimiter of [undefined, '/']) {
      const seen: (string | undefined)[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await list({ MaxKeys, Delimiter, ContinuationToken });
        expect(page.keys.length + page.prefixes.length).toBeLessThanOrEqual(MaxKeys);
        seen.push(...page.keys, ...page.prefixes);
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      expect(seen.sort()).toEqual((Delimiter ? ['a', 'b/', 'd&<>"', 'z', 'ü'] : [...keys]).sort());
    }
  });

  test('of the first version', async () => {
    const { Contents, NextMarker } = await client.send(
      new ListObjectsCommand({ Bucket, Marker: 'b/1', MaxKeys: 1, Delimiter: '/' }),
    );
    expect([Contents?.[0]?.Key, NextMarker]).toEqual([undefined, 'b/']);
  });

  test('with all that keys are in encoded, if asked for', async () => {
    const encoded = new ListObjectsCommand({ Bucket, Marker: 'd&', MaxKeys: 1, Delimiter: '"', EncodingType: 'url' });
    expect(await client.send(encoded)).toMatchObject({
      Marker: 'd%26',
      Delimiter: '%22',
      CommonPrefixes: [{ Prefix: 'd%26%3C%3E%22' }],
      NextMarker: 'd%26%3C%3E%22',
    });
  });

  test('of buckets', async () => {
    const { Buckets } = await client.send(new ListBucketsCommand());
    expect(Buckets?.map(({ Name }) => Name)).toEqual(expect.arrayContaining([Bucket, 'the-bucket']));
  });
});

test('many objects can be deleted at once', async () => {
  await put('gone & forgotten');
  const { Deleted } = await client.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'gone & forgotten' }, { Key: 'never there' }] } }),
  );
  expect(Deleted).toEqual([{ Key: 'gone & forgotten' }, { Key: 'never there' }]);
  await expect(get('gone & forgotten')).rejects.toMatchObject({ name: 'NoSuchKey' });
});

describe('an upload in parts', () => {
  const start = async (Key: string) =>
    (await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'x/y' }))).UploadId!;
  const upload = async (Key: string, UploadId: string, PartNumber: number, Body: Uint8Array) =>
    (await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }))).ETag;
  const complete = (Key: string, UploadId: string, Parts: object[]) =>
    client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));

  test('gives one object', async () => {
    const UploadId = await start('large');
    const first = Buffer.alloc(5 * 1024 * 1024, 1);
    const second = Buffer.from('the end');
    const Parts = [
      { PartNumber: 1, ETag: await upload('large', UploadId, 1, first) },
      { PartNumber: 3, ETag: await upload('large', UploadId, 3, second) },
    ];
    const { ETag } = await complete('large', UploadId, Parts);
    expect(ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    const { Body, ContentType, ContentLength } = await get('large');
    expect([ContentType, ContentLength]).toEqual(['x/y', first.length + second.length]);
    expect(Buffer.from(await Body!.transformToByteArray()).equals(Buffer.concat([first, second]))).toBe(true);
  });

  test('refuses parts that are unknown, small or out of order, and is gone when aborted', async () => {
    const UploadId = await start('broken');
    const one = { PartNumber: 1, ETag: await upload('broken', UploadId, 1, Buffer.from('x')) };
    const two = { PartNumber: 2, ETag: await upload('broken', UploadId, 2, Buffer.from('y')) };
    await expect(complete('broken', UploadId, [{ ...one, ETag: '"other"' }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(complete('broken', UploadId, [two, one])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete('broken', UploadId, [one, two])).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key: 'broken', UploadId }));
    await expect(complete('broken', UploadId, [one])).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  test('is listed with the others, and so are its parts, in pages', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'uploads' }));
    const begin = async (Key: string) =>
      (await client.send(new CreateMultipartUploadCommand({ Bucket: 'uploads', Key }))).UploadId!;
    const b = await begin('b');
    const a = [await begin('a'), await begin('a')].sort();
    const uploads: (string | undefined)[] = [];
    for await (const page of pagesOfUploads('uploads')) uploads.push(...page.map(({ UploadId }) => UploadId));
    expect(uploads).toEqual([...a, b]);
    const UploadId = await start('listed');
    for (const number of [1, 2, 7]) await upload('listed', UploadId, number, Buffer.from('x'));
    const parts: (number | undefined)[] = [];
    for await (const page of paginateListParts({ client, pageSize: 2 }, { Bucket, Key: 'listed', UploadId })) {
      expect(page.Parts?.length).toBeLessThanOrEqual(2);
      parts.push(...(page.Parts ?? []).map(({ PartNumber }) => PartNumber));
    }
    expect(parts).toEqual([1, 2, 7]);
  });

  test('can be listed with others of a prefix, like a folder', async () => {
    const Bucket = 'folders';
    await client.send(new CreateBucketCommand({ Bucket }));
    for (const Key of ['a/1', 'a/2', 'b/1', 'b/ü/1', 'c'])
      await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const list = async (more: Partial<ListMultipartUploadsCommandInput>) => {
      const page = await client.send(new ListMultipartUploadsCommand({ Bucket, ...more }));
      return {
        ...page,
        keys: page.Uploads?.map(({ Key }) => Key) ?? [],
        prefixes: page.CommonPrefixes?.map(({ Prefix }) => Prefix) ?? [],
      };
    };
    expect(await list({ Prefix: 'b/' })).toMatchObject({ keys: ['b/1', 'b/ü/1'], prefixes: [], Prefix: 'b/' });
    expect(await list({ Delimiter: '/' })).toMatchObject({ keys: ['c'], prefixes: ['a/', 'b/'], Delimiter: '/' });
    expect(await list({ Prefix: 'b/', Delimiter: '/', EncodingType: 'url' })).toMatchObject({
      keys: ['b/1'],
      prefixes: ['b/%C3%BC/'],
      EncodingType: 'url',
    });
    const first = await list({ Delimiter: '/', MaxUploads: 1 });
    expect(first).toMatchObject({ keys: [], prefixes: ['a/'], IsTruncated: true, NextKeyMarker: 'a/' });
    const rest = await list({ Delimiter: '/', KeyMarker: first.NextKeyMarker });
    expect(rest).toMatchObject({ keys: ['c'], prefixes: ['b/'], IsTruncated: false, KeyMarker: 'a/' });
  });

  async function* pagesOfUploads(Bucket: string) {
    let markers: { KeyMarker?: string; UploadIdMarker?: string } = {};
    for (;;) {
      const page = await client.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 1, ...markers }));
      yield page.Uploads ?? [];
      if (!page.IsTruncated) return;
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
  }
});

/** The SDK for JavaScript names the operation in the query; the AWS CLI, and SDKs for other languages, do not. */
test('a request that does not name its operation is told by what it carries', async () => {
  const plain = cloud.client(S3Client);
  plain.middlewareStack.add(
    (next) => (args) => {
      delete (args.request as { query: Record<string, string> }).query['x-id'];
      return next(args);
    },
    { step: 'build' },
  );
  const Key = 'told';
  await plain.send(new PutObjectCommand({ Bucket, Key, Body: 'whole' }));
  await plain.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource: `${Bucket}/${Key}` }));
  const read = await plain.send(new GetObjectCommand({ Bucket, Key: 'copied' }));
  expect(await read.Body?.transformToString()).toBe('whole');
  const { UploadId } = await plain.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const { ETag } = await plain.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'part' }));
  await plain.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  const complete = new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload });
  await expect(plain.send(complete)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  await plain.send(new DeleteObjectCommand({ Bucket, Key }));
  await expect(get(Key)).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('the bucket may be part of the host, and a URL may be signed', async () => {
  await put('styled', 'by host');
  const { port } = new URL(cloud.url);
  const path = '/styled?X-Amz-Credential=000000000000%2F20261122%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=0';
  for (const host of [`${Bucket}.localhost:${port}`, `${Bucket}.s3.us-east-1.localhost:${port}`]) {
    const body = await new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, headers: { host } }, (response) =>
        response.on('data', (data) => resolve(data.toString())),
      );
      sent.on('error', reject);
      sent.end();
    });
    expect(body).toBe('by host');
  }
});

test('AWS::S3::Bucket is the same bucket each time', async () => {
  const type = cloud.core.all.find(({ name }) => name === 's3')!.resources!['AWS::S3::Bucket']!;
  const deployment = { ...CALLER, region: 'eu-central-1', stackName: 'shop', logicalId: 'Ledger', packageFolder: '' };
  const first = await type.apply({}, deployment);
  expect(first).toMatchObject({
    ref: expect.stringMatching(/^shop-ledger-[0-9a-f]{12}$/),
    attributes: { Arn: `arn:aws:s3:::${first.ref}` },
  });
  expect(await type.apply({}, deployment)).toEqual(first);
});

test('a bucket tells where it is', async () => {
  const there = cloud.client(S3Client, { region: 'eu-central-1' });
  await there.send(new CreateBucketCommand({ Bucket: 'in-frankfurt' }));
  expect(await there.send(new GetBucketLocationCommand({ Bucket: 'in-frankfurt' }))).toMatchObject({
    LocationConstraint: 'eu-central-1',
  });
  expect(await client.send(new GetBucketLocationCommand({ Bucket }))).not.toHaveProperty('LocationConstraint');
});
