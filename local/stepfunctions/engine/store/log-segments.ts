import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { crc32 } from 'node:zlib';

// The log of commits is in segments, files that are named by the first commit in them. A record is the length of its text, a
// checksum, the number of the commit, and the text. After the last record of a segment may be what was there before: zeros, or
// older commits.

/** Bytes of a record before its text. */
export const HEADER = 16;

/** Bytes that are read at a time, unless a record is longer. */
const CHUNK = 2 ** 20;

/** A commit as it is in the log. */
export interface LogRecord {
  readonly seq: number;
  readonly text: string;
}

export const segmentOf = (file: string, seq: number): string => `${file}-log-${seq}`;

/** A segment that is not needed any more, to be written again: what is in it is on the disk, and need not grow. */
export const spareSegmentOf = (file: string): string => `${file}-log-spare`;

/** Completes a record whose text is in its place. @param bytes the whole record */
export function sealRecord(bytes: Buffer, seq: number): void {
  bytes.writeUInt32LE(bytes.length - HEADER, 0);
  bytes.writeDoubleLE(seq, 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4);
}

/** The first commits of the segments beside a data file, in order. */
export function segmentsOf(file: string): number[] {
  const prefix = basename(segmentOf(file, 0)).slice(0, -1);
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)))
    .filter((first) => first > 0)
    .sort((a, b) => a - b);
}

/** Reads commits in order, as far as they are whole; more may be added meanwhile. */
export class LogReader {
  readonly #file: string;
  #next: number;
  #handle: number | undefined;
  /** The first commit of the segment that is read. */
  #segment = 0;
  #buffer = Buffer.allocUnsafeSlow(CHUNK);
  /** The number of the record that is read next. */
  #seq = 0;
  /** Bytes of the segment before the buffer's, and what of the buffer is still to be looked at. */
  #offset = 0;
  #from = 0;
  #to = 0;

  /** @param next the commit that is wanted first */
  constructor(file: string, next: number) {
    this.#file = file;
    this.#next = next;
  }

  /** The first commit of the segment that was read last. */
  get segment(): number {
    return this.#segment;
  }

  /** @returns undefined if there is none, or none that is whole */
  next(): LogRecord | undefined {
    for (;;) {
      const record = this.#read() ?? this.#readAgain() ?? (this.#openNext() ? this.#read() : undefined);
      if (!record) return undefined;
      // A segment may begin with some that nobody needs any more.
      if (record.seq < this.#next) continue;
      this.#next++;
      return record;
    }
  }

  /** Where one segment ends, the next one begins with the commit that is due. */
  #openNext(): boolean {
    const first = segmentsOf(this.#file).findLast((seq) => seq <= this.#next && seq > this.#segment);
    if (first === undefined) return false;
    this.close();
    this.#handle = openSync(segmentOf(this.#file, first), 'r');
    this.#segment = first;
    this.#seq = first;
    this.#offset = 0;
    this.#from = 0;
    this.#to = 0;
    return true;
  }

  /** What was read ahead may be older than what is there now. */
  #readAgain(): LogRecord | undefined {
    this.#to = this.#from;
    return this.#read();
  }

  #read(): LogRecord | undefined {
    if (!this.#fill(HEADER)) return undefined;
    const length = HEADER + this.#buffer.readUInt32LE(this.#from);
    if (!this.#fill(length)) return undefined;
    const bytes = this.#buffer.subarray(this.#from, this.#from + length);
    // It may be of what the file was before.
    if (bytes.readDoubleLE(8) !== this.#seq || bytes.readUInt32LE(4) !== crc32(bytes.subarray(8))) return undefined;
    this.#from += length;
    return { seq: this.#seq++, text: bytes.toString('utf8', HEADER) };
  }

  /** Sees to it that so many bytes are at hand. */
  #fill(bytes: number): boolean {
    if (this.#handle === undefined) return false;
    if (this.#to - this.#from >= bytes) return true;
    // A length may be damaged, too.
    if (this.#offset + this.#from + bytes > fstatSync(this.#handle).size) return false;
    const rest = this.#buffer.subarray(this.#from, this.#to);
    // A long record is no reason to read as much each time after it.
    const size = Math.max(bytes, CHUNK);
    const buffer = size === this.#buffer.length ? this.#buffer : Buffer.allocUnsafeSlow(size);
    rest.copy(buffer);
    this.#offset += this.#from;
    this.#from = 0;
    this.#to = rest.length;
    this.#buffer = buffer;
    while (this.#to < bytes) {
      const read = readSync(this.#handle, buffer, this.#to, buffer.length - this.#to, this.#offset + this.#to);
      if (read === 0) return false;
      this.#to += read;
    }
    return true;
  }

  close(): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
  }
}
