import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { crc32, gunzipSync } from 'node:zlib';
import { ServiceError } from './service.ts';

/**
 * Reads a request's body and takes off its packaging: chunk signatures and gzip. Checks the checksums that came with it.
 * @param limit bytes, before and after unpacking
 * @param options.gzip whether gzip is packaging: for S3 it is what the object's owner wants to keep
 * @throws ServiceError RequestEntityTooLarge, BadDigest, IncompleteBody
 */
export async function readBody(
  request: IncomingMessage,
  limit: number,
  { gzip: mayUnzip }: { readonly gzip: boolean },
): Promise<Uint8Array> {
  const tooLarge = () =>
    new ServiceError('RequestEntityTooLarge', `The request body is larger than ${limit} bytes`, 413);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > limit) throw tooLarge();
    parts.push(part);
  }
  let body: Buffer = Buffer.concat(parts);
  const encodings = contentEncodings(request.headers);
  let checksums: IncomingHttpHeaders = request.headers;
  if (
    encodings.includes('aws-chunked') ||
    request.headers['x-amz-content-sha256']?.toString().startsWith('STREAMING-')
  ) {
    const chunked = joinChunks(body);
    body = chunked.body;
    checksums = { ...checksums, ...chunked.trailers };
    const expected = request.headers['x-amz-decoded-content-length'];
    if (expected !== undefined && Number(expected) !== body.length) throw incomplete();
  }
  verify(body, checksums);
  return mayUnzip && encodings.includes('gzip') ? gunzip(body, limit, tooLarge) : body;
}

export const contentEncodings = (headers: IncomingHttpHeaders): string[] =>
  (headers['content-encoding'] ?? '').split(/\s*,\s*/).filter(Boolean);

function gunzip(body: Buffer, limit: number, tooLarge: () => ServiceError): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new ServiceError('SerializationException', 'The request body is not valid gzip');
  }
}

const incomplete = () => new ServiceError('IncompleteBody', 'The request body terminated unexpectedly');

/** `size[;chunk-signature=…]\r\n bytes \r\n … 0\r\n trailers \r\n` */
function joinChunks(body: Buffer): { body: Buffer; trailers: Record<string, string> } {
  const parts: Buffer[] = [];
  let position = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', position);
    if (lineEnd < 0) throw incomplete();
    const sizeText = body.toString('latin1', position, lineEnd).split(';')[0]!.trim();
    if (!/^[0-9a-fA-F]{1,8}$/.test(sizeText)) throw incomplete();
    const size = Number.parseInt(sizeText, 16);
    position = lineEnd + 2;
    if (size === 0) break;
    if (position + size > body.length) throw incomplete();
    parts.push(body.subarray(position, position + size));
    position += size + 2;
  }
  const trailers: Record<string, string> = {};
  for (const line of body.toString('latin1', position).split('\r\n')) {
    const [, name, value] = /^([^:]+):(.*)$/.exec(line) ?? [];
    if (name) trailers[name.toLowerCase()] = value!.trim();
  }
  return { body: Buffer.concat(parts), trailers };
}

const CHECKSUMS: Readonly<Record<string, (body: Buffer) => string>> = {
  'content-md5': (body) => createHash('md5').update(body).digest('base64'),
  'x-amz-checksum-sha1': (body) => createHash('sha1').update(body).digest('base64'),
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest('base64'),
  'x-amz-checksum-crc32': (body) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes.toString('base64');
  },
};

function verify(body: Buffer, headers: IncomingHttpHeaders): void {
  for (const [name, digest] of Object.entries(CHECKSUMS)) {
    // A multipart upload's completion names the checksum of the whole object, not of this body.
    const given = headers[name];
    if (typeof given !== 'string' || given.includes('-') || headers['x-amz-checksum-type']) continue;
    if (given !== digest(body))
      throw new ServiceError('BadDigest', `The ${name} you specified did not match what we received.`);
  }
}
