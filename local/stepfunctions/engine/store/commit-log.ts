import { closeSync, existsSync, fdatasyncSync, fstatSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { HEADER, sealRecord, segmentOf, spareSegmentOf } from './log-segments.ts';

/** Bytes from which on the log goes on in another segment. */
export const SEGMENT = 16 * 2 ** 20;

/** Bytes of the longest record that needs no buffer of its own. */
const BUFFER = 2 ** 20;

/**
 * A segment grows by so many bytes at a time, ahead of what is written. A sync of bytes that were there before is one of them
 * alone: where a file has grown, the file system writes down all that goes on with other files as well.
 */
const GROWTH = Buffer.alloc(2 ** 20);

/** What the log asks of the disk. */
export interface LogDisk {
  /** Makes a file that will be there after a power cut, of whatever is in the spare one if there is one. */
  create(path: string, spare: string): { readonly handle: number; readonly size: number };
  write(handle: number, bytes: Uint8Array, position: number): void;
  /** Returns when what was written is on the disk. */
  sync(handle: number): void;
  close(handle: number): void;
}

export const DISK: LogDisk = {
  create(path, spare) {
    if (existsSync(spare)) renameSync(spare, path);
    else closeSync(openSync(path, 'w'));
    const handle = openSync(path, 'r+');
    const folder = openSync(dirname(path), 'r');
    fsyncSync(folder);
    closeSync(folder);
    return { handle, size: fstatSync(handle).size };
  },
  write(handle, bytes, position) {
    for (let done = 0; done < bytes.length; )
      done += writeSync(handle, bytes, done, bytes.length - done, position + done);
  },
  sync: fdatasyncSync,
  close: closeSync,
};

/** The log of commits, which is only ever added to. */
export class CommitLog {
  readonly #file: string;
  readonly #disk: LogDisk;
  readonly #segment: number;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER);
  #handle: number | undefined;
  #position = 0;
  /** Bytes of the segment: from the position on they mean nothing. */
  #size = 0;

  /**
   * @param file the data file; segments are beside it
   * @param segment bytes from which on the log goes on in another segment
   */
  constructor(file: string, disk: LogDisk, segment: number) {
    this.#file = file;
    this.#disk = disk;
    this.#segment = segment;
  }

  /** Returns when the commit is on the disk. @throws if it may not be: then nothing can be appended any more */
  append(seq: number, text: string): void {
    const most = HEADER + 3 * text.length;
    const buffer = most > BUFFER ? Buffer.allocUnsafeSlow(most) : this.#buffer;
    const record = buffer.subarray(0, HEADER + buffer.write(text, HEADER));
    sealRecord(record, seq);
    if (this.#position >= this.#segment) this.close();
    this.#handle ??= this.#open(seq);
    this.#disk.write(this.#handle, record, this.#position);
    this.#position += record.length;
    if (this.#position > this.#size) {
      this.#disk.write(this.#handle, GROWTH, this.#position);
      this.#size = this.#position + GROWTH.length;
    }
    this.#disk.sync(this.#handle);
  }

  #open(seq: number): number {
    const { handle, size } = this.#disk.create(segmentOf(this.#file, seq), spareSegmentOf(this.#file));
    this.#position = 0;
    this.#size = size;
    return handle;
  }

  close(): void {
    if (this.#handle !== undefined) this.#disk.close(this.#handle);
    this.#handle = undefined;
  }
}
