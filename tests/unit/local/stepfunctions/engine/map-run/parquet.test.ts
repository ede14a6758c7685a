import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CompressionCodec } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { parseParquet } from '../../../../../../local/stepfunctions/engine/map-run/parquet.ts';

interface Row {
  readonly name: string | null;
  readonly count: number;
  readonly share: number;
  readonly isPaid: boolean;
  readonly at: Date;
}

const rows = fc.array(
  fc.record<Row>({
    name: fc.option(fc.string({ unit: 'grapheme' })),
    count: fc.maxSafeInteger(),
    share: fc.double({ noDefaultInfinity: true, noNaN: true }),
    isPaid: fc.boolean(),
    at: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
  }),
  { minLength: 1, maxLength: 20 },
);

const COMPRESSORS = {
  GZIP: (bytes: Uint8Array) => gzipSync(bytes),
  ZSTD: (bytes: Uint8Array) => zstdCompressSync(bytes),
  LZ4: (bytes: Uint8Array) => bytes,
};

function parquetOf(rows: readonly Row[], codec: CompressionCodec): Uint8Array {
  const columnData = [
    { name: 'name', data: rows.map(({ name }) => name), type: 'STRING' as const },
    { name: 'count', data: rows.map(({ count }) => BigInt(count)), type: 'INT64' as const },
    { name: 'share', data: rows.map(({ share }) => share), type: 'DOUBLE' as const },
    { name: 'isPaid', data: rows.map(({ isPaid }) => isPaid), type: 'BOOLEAN' as const },
    { name: 'at', data: rows.map(({ at }) => at), type: 'TIMESTAMP' as const },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, codec, compressors: COMPRESSORS, rowGroupSize: 7 }));
}

const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD'] as const;

describe('Parquet', () => {
  test('what is none, torn, or compressed in another way fails the reader', async () => {
    const file = parquetOf([{ name: 'a', count: 1, share: 0.5, isPaid: true, at: new Date(0) }], 'SNAPPY');
    const failed = { error: 'States.ItemReaderFailed', message: expect.stringContaining('not readable as Parquet') };
    await expect(parseParquet(Buffer.from('a,b\n1,2'), 9)).rejects.toMatchObject(failed);
    await expect(parseParquet(file.subarray(0, file.length - 9), 9)).rejects.toMatchObject(failed);
    const lz4 = parquetOf([{ name: 'a', count: 1, share: 0.5, isPaid: true, at: new Date(0) }], 'LZ4');
    await expect(parseParquet(lz4, 9)).rejects.toMatchObject({ message: expect.stringContaining('LZ4') });
  });

  test('rows come back as objects by column, with times as text', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(...CODECS), async (rows, codec) => {
        const items = rows.map((row) => ({ ...row, at: row.at.toISOString() }));
        expect(await parseParquet(parquetOf(rows, codec), 99)).toEqual(items);
      }),
    );
  });

  test('no more rows than are wanted', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.nat({ max: 25 }), async (rows, limit) => {
        const items = await parseParquet(parquetOf(rows, 'SNAPPY'), limit);
        expect(items.map(({ count }) => count)).toEqual(rows.slice(0, limit).map(({ count }) => count));
      }),
    );
  });
});
