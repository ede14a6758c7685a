import { gzipSync } from 'node:zlib';

export interface TarEntry {
  /** Path within the archive, at most 100 bytes. */
  readonly name: string;
  readonly content: Uint8Array;
}

const BLOCK = 512;

/** A gzipped tar archive (POSIX ustar) of plain files. */
export function tarGz(entries: readonly TarEntry[]): Uint8Array {
  const blocks = entries.flatMap(({ name, content }) => [
    header(name, content.length),
    content,
    padding(content.length),
  ]);
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

const padding = (length: number): Uint8Array => Buffer.alloc((BLOCK - (length % BLOCK)) % BLOCK);

function header(name: string, size: number): Uint8Array {
  if (Buffer.byteLength(name) > 100) throw new RangeError(`The file name ${name} is too long for the archive.`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(name, 0);
  block.write(octal(0o644, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  // The checksum counts its own field as spaces.
  block.write(' '.repeat(8), 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
