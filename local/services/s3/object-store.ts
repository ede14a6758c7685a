import { createHash, randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Storage, Table } from '../../storage.ts';

export interface Bucket {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly policy?: string;
}

/** What describes an object beside its bytes; the names are those of the API. */
export interface ObjectHeaders {
  readonly ContentType?: string;
  readonly ContentEncoding?: string;
  readonly ContentDisposition?: string;
  readonly ContentLanguage?: string;
  readonly CacheControl?: string;
  readonly Metadata?: Readonly<Record<string, string>>;
}

export interface StoredObject extends ObjectHeaders {
  readonly key: string;
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  /** Base64; an object of several parts has none. */
  readonly crc32?: string;
  readonly modifiedAt: number;
  /** Where its bytes are. */
  readonly body: string;
}

const CHUNK_BYTES = 768 * 1024;

/** Objects of the buckets. Bytes are kept in chunks beside the descriptions. */
export interface ObjectStore {
  readonly buckets: Table<Bucket>;
  objects(bucket: string): Table<StoredObject>;
  /** Inside a transaction. @returns where the bytes are */
  writeBody(bytes: Uint8Array): string;
  readBody(body: string): Buffer;
  deleteBody(body: string): void;
}

export function openObjects(storage: Storage): ObjectStore {
  const chunks = storage.table<string>('s3/chunks');
  return {
    buckets: storage.table('s3/buckets'),
    objects: (bucket) => storage.table(`s3/objects/${bucket}`),
    writeBody(bytes) {
      const body = randomUUID();
      for (let start = 0, number = 0; start < bytes.length; start += CHUNK_BYTES, number++) {
        const chunk = Buffer.from(bytes.subarray(start, start + CHUNK_BYTES)).toString('base64');
        chunks.put(`${body}/${String(number).padStart(8, '0')}`, chunk);
      }
      return body;
    },
    readBody: (body) => Buffer.concat([...chunks.entries(`${body}/`)].map(([, chunk]) => Buffer.from(chunk, 'base64'))),
    deleteBody(body) {
      for (const [key] of chunks.entries(`${body}/`)) chunks.delete(key);
    },
  };
}

export const md5 = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest();

export const etagOf = (bytes: Uint8Array): string => `"${md5(bytes).toString('hex')}"`;

/** Big-endian base64, as in the header. */
export function crc32Of(bytes: Uint8Array): string {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes));
  return checksum.toString('base64');
}
