import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ItemReader } from '../../../../../../local/stepfunctions/asl/definition.ts';
import type { Json } from '../../../../../../local/stepfunctions/asl/json.ts';
import { parseCsv } from '../../../../../../local/stepfunctions/engine/map-run/csv.ts';
import { readItems } from '../../../../../../local/stepfunctions/engine/map-run/item-reader.ts';
import type { MapScope } from '../../../../../../local/stepfunctions/engine/map-run/map-scope.ts';
import { createMemoryStorage } from './memory-storage.ts';

const scope: MapScope = { evaluate: ({ source }) => source, number: (field) => field as number | undefined };

function read(
  config: ItemReader['config'],
  objects: Record<string, string | Uint8Array>,
  parameters: Json = { Bucket: 'b', Key: 'k' },
  action = 'getObject',
) {
  const expression = { source: parameters, variables: [], evaluate: () => parameters };
  const reader: ItemReader = { resource: `arn:aws:states:::s3:${action}`, parameters: expression, config };
  return readItems(reader, scope, createMemoryStorage(objects));
}

describe('items from S3', () => {
  test('an object that is not there, not JSON or no array fails the reader', async () => {
    const failed = (cause: string) => ({ error: 'States.ItemReaderFailed', message: expect.stringContaining(cause) });
    await expect(read({ inputType: 'JSON' }, {})).rejects.toMatchObject(failed('does not exist'));
    await expect(read({ inputType: 'JSON' }, { 'b/k': '{' })).rejects.toMatchObject(failed('not valid JSON'));
    const deep = '['.repeat(1001) + ']'.repeat(1001);
    await expect(read({ inputType: 'JSON' }, { 'b/k': deep })).rejects.toMatchObject(failed('nest deeper'));
    await expect(read({ inputType: 'JSON' }, { 'b/k': '{"a":1}' })).rejects.toMatchObject(
      failed('Attempting to map over non-iterable node.'),
    );
    await expect(read({ inputType: 'JSON' }, { 'b/k': '[]' }, { Bucket: 'b' })).rejects.toMatchObject(failed('Key'));
    await expect(read({ inputType: 'PARQUET' }, { 'b/k': '' })).rejects.toMatchObject(
      failed('not readable as Parquet'),
    );
    const athena = { inputType: 'CSV', manifestType: 'ATHENA_DATA' } as const;
    await expect(read(athena, { 'b/k': 'somewhere/else' })).rejects.toMatchObject(failed('not the URI of an object'));
    await expect(read(athena, { 'b/k': 's3://b/gone.csv' })).rejects.toMatchObject(failed('does not exist'));
    const torn = { 'b/k.gz': gzipSync('[1]').subarray(0, 12) };
    await expect(read({ inputType: 'JSON' }, torn, { Bucket: 'b', Key: 'k.gz' })).rejects.toMatchObject(
      failed('cannot be decompressed'),
    );
    await expect(read({ inputType: 'MANIFEST' }, { 'b/k': '{}' })).rejects.toMatchObject(failed('inventory'));
  });

  test('JSON, as a whole, in part, or at a pointer', async () => {
    const objects = { 'b/k': '{"a/b":[{"list":[1,2,3]}]}' };
    expect(await read({ inputType: 'JSON', itemsPointer: '/a~1b/0/list' }, objects)).toEqual({
      items: [1, 2, 3],
      parts: [{ source: 'S3://b/k', count: 3 }],
    });
    expect((await read({ inputType: 'JSON', maxItems: 2 }, { 'b/k': '[1,2,3]' })).items).toEqual([1, 2]);
    expect((await read({ inputType: 'JSON', maxItems: 0 }, { 'b/k': '[1,2,3]' })).items).toEqual([1, 2, 3]);
  });

  test('the members of an object that a pointer leads to', async () => {
    const objects = { 'b/k': '{"servers":{"web":{"port":80},"db":{"port":5432}},"port":1}' };
    expect(await read({ inputType: 'JSON', itemsPointer: '/servers' }, objects)).toEqual({
      items: [
        { Key: 'web', Value: { port: 80 } },
        { Key: 'db', Value: { port: 5432 } },
      ],
      parts: [{ source: 'S3://b/k', count: 2, keyed: true }],
    });
    const failed = (message: string) => ({ error: 'States.ItemReaderFailed', message });
    await expect(read({ inputType: 'JSON', itemsPointer: '/port' }, objects)).rejects.toMatchObject(
      failed('Attempting to map over non-iterable node.'),
    );
    await expect(read({ inputType: 'JSON', itemsPointer: '/none' }, objects)).rejects.toMatchObject(
      failed('The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.'),
    );
  });

  test.each(['/list/', '/list/01', '/list/1.0', '/list/2', '/__proto__', '/list/length'])(
    'nothing, where the pointer %s leads nowhere',
    async (itemsPointer) => {
      await expect(read({ inputType: 'JSON', itemsPointer }, { 'b/k': '{"list":[[1],[2]]}' })).rejects.toMatchObject({
        message: 'The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.',
      });
    },
  );

  test('parameters that nobody would look at', async () => {
    const parameters = { Bucket: 'b', Key: 'k', RequestPayer: 'requester' };
    await expect(read({ inputType: 'JSON' }, { 'b/k': '[]' }, parameters)).rejects.toMatchObject({
      message: 'The parameter RequestPayer is not supported.',
    });
    const version = { Bucket: 'b', Key: 'k', VersionId: 'v' };
    await expect(read({ inputType: 'PARQUET' }, { 'b/k': '' }, version)).rejects.toMatchObject({
      message: 'VersionId is not supported for Parquet files.',
    });
  });

  test('JSON lines, also compressed', async () => {
    const lines = '{"a":1}\n\n{"a":2}\n{"a":3}';
    expect((await read({ inputType: 'JSONL', maxItems: 2 }, { 'b/k': lines })).items).toEqual([{ a: 1 }, { a: 2 }]);
    const compressed = { 'b/k.gz': gzipSync(lines) };
    expect((await read({ inputType: 'JSONL' }, compressed, { Bucket: 'b', Key: 'k.gz' })).items).toHaveLength(3);
    const zstd = { 'b/k.zstd': zstdCompressSync(lines) };
    expect((await read({ inputType: 'JSONL' }, zstd, { Bucket: 'b', Key: 'k.zstd' })).items).toHaveLength(3);
  });

  test('an inventory', async () => {
    const manifest = {
      fileFormat: 'CSV',
      fileSchema: 'Bucket, Key',
      destinationBucket: 'arn:aws:s3:::inventory',
      files: [{ key: 'one.csv.gz' }, { key: 'two.csv' }],
    };
    const objects = {
      'b/k': JSON.stringify(manifest),
      'inventory/one.csv.gz': gzipSync('"x","1"\n"x","2"\n'),
      'inventory/two.csv': 'x,3\n',
    };
    expect((await read({ inputType: 'MANIFEST' }, objects)).items).toEqual(
      ['1', '2', '3'].map((Key) => ({ Bucket: 'x', Key })),
    );
  });

  test('an inventory whose columns and delimiter the reader names', async () => {
    const manifest = { fileFormat: 'CSV', fileSchema: 'Bucket, Key', destinationBucket: 'i', files: [{ key: 'f' }] };
    const objects = { 'b/k': JSON.stringify(manifest), 'i/f': 'x;1\ny;2\n' };
    const config = { inputType: 'MANIFEST', csvDelimiter: 'SEMICOLON' } as const;
    expect((await read({ ...config, csvHeaderLocation: 'GIVEN', csvHeaders: ['B', 'K'] }, objects)).items).toEqual([
      { B: 'x', K: '1' },
      { B: 'y', K: '2' },
    ]);
    expect((await read({ ...config, csvHeaderLocation: 'FIRST_ROW' }, objects)).items).toEqual([{ x: 'y', 1: '2' }]);
    expect((await read(config, objects)).items).toHaveLength(2);
  });

  test('what an Athena query has written, up to so many items', async () => {
    const objects = {
      'b/k': 's3://results/a/one.gz\ns3://results/a/two\n',
      'results/a/one.gz': gzipSync('{"id":1}\n{"id":2}\n'),
      'results/a/two': '{"id":3}\n{"id":4}\n',
    };
    const config = { inputType: 'JSONL', manifestType: 'ATHENA_DATA' } as const;
    const whole = await read(config, objects);
    expect(whole.items).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }]);
    expect(whole.parts).toEqual([
      { source: 'S3://results/a/one.gz', count: 2 },
      { source: 'S3://results/a/two', count: 2 },
    ]);
    expect((await read({ ...config, maxItems: 3 }, objects)).items).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect((await read({ ...config, maxItems: 2 }, objects)).items).toEqual([{ id: 1 }, { id: 2 }]);
  });

  test('a listing of objects, or what is in them', async () => {
    const objects = { 'b/p/1': '[1]', 'b/p/2': '[2,3]', 'b/q': '[]' };
    const listed = await read({}, objects, { Bucket: 'b', Prefix: 'p/' }, 'listObjectsV2');
    expect(listed.items[1]).toEqual({
      Etag: '"e"',
      Key: 'p/2',
      LastModified: 1_700_000_000,
      Size: 5,
      StorageClass: 'STANDARD',
    });
    expect(listed.items).toHaveLength(2);
    const config = { transformation: 'LOAD_AND_FLATTEN', inputType: 'JSON' as const };
    expect((await read(config, objects, { Bucket: 'b', Prefix: 'p/' }, 'listObjectsV2')).items).toEqual([1, 2, 3]);
    const first = { ...config, maxItems: 1 };
    expect((await read(first, objects, { Bucket: 'b', Prefix: 'p/' }, 'listObjectsV2')).items).toEqual([1]);
  });

  test('an object in a listing may have very many items', async () => {
    const many = Array.from({ length: 200_000 }, (_, index) => index);
    const config = { transformation: 'LOAD_AND_FLATTEN', inputType: 'JSON' as const };
    const { items } = await read(config, { 'b/p': JSON.stringify(many) }, { Bucket: 'b' }, 'listObjectsV2');
    expect(items).toHaveLength(200_000);
  });
});

describe('CSV', () => {
  test('columns with the same name are refused', () => {
    expect(() => parseCsv('a,a\n1,2', { limit: 9 })).toThrow('CSV headers cannot contain duplicates.');
  });

  test('missing values are empty, further ones are dropped, empty lines are no rows', () => {
    expect(parseCsv('A,B\n1\n\n1,2,3\r\n,\n', { limit: 9 })).toEqual([
      { A: '1', B: '' },
      { A: '1', B: '2' },
      { A: '', B: '' },
    ]);
    expect(parseCsv('', { limit: 9 })).toEqual([]);
    expect(parseCsv('A,B\n1,2\n3,4', { limit: 1 })).toHaveLength(1);
  });

  test('a doubled quotation mark is one, also where nothing is quoted', () => {
    const [item] = parseCsv('abc,"a (""), and a newline (\n)",{""MyKey"":""MyValue""},"[1,2]"', {
      headers: ['letters', 'string', 'object', 'array'],
      limit: 9,
    });
    expect(item).toEqual({
      letters: 'abc',
      string: 'a ("), and a newline (\n)',
      object: '{"MyKey":"MyValue"}',
      array: '[1,2]',
    });
  });

  test('a backslash escapes backslashes, quotation marks and delimiters, and is dropped before anything else', () => {
    const text = [
      'path|size',
      String.raw`C:\\Program Files\\App.exe|1`,
      String.raw`a\|b|\2`,
      String.raw`"\"x\""|3`,
    ].join('\n');
    expect(parseCsv(text, { delimiter: 'PIPE', limit: 9 })).toEqual([
      { path: String.raw`C:\Program Files\App.exe`, size: '1' },
      { path: 'a|b', size: '2' },
      { path: '"x"', size: '3' },
    ]);
  });

  test('what follows a closing quotation mark belongs to the field', () => {
    expect(parseCsv('A,B\n"1,2" x,3', { limit: 9 })).toEqual([{ A: '1,2 x', B: '3' }]);
  });

  test('whatever is quoted comes back, with any delimiter', () => {
    const table = fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(table, fc.constantFrom('COMMA', 'PIPE', 'TAB'), (rows, delimiter) => {
        const sign = { COMMA: ',', PIPE: '|', TAB: '\t' }[delimiter];
        const text = rows
          .map((row) => row.map((field) => `"${field.replaceAll('\\', '\\\\').replaceAll('"', '""')}"`).join(sign))
          .join('\n');
        const items = parseCsv(text, { headers: ['a', 'b'], delimiter, limit: 99 });
        expect(items).toEqual(rows.map(([a, b]) => ({ a, b })));
      }),
    );
  });
});
