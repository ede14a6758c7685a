import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { StoreCorruptError } from './store.ts';

/** Characters of the file, so that it is always overwritten as a whole. */
const LENGTH = 128;

export interface Acknowledged {
  /** The number of the last commit that somebody may have been told of. */
  readonly seq: number;
  /** The version of the data file that was closed in an orderly way after it. */
  readonly closed: string | null;
}

/**
 * A small file beside the data file: up to which commit the outside world was told that its wishes are recorded. Data that
 * end before that were cut off: SQLite alone could not tell a log that was torn from one that had not been written yet.
 */
export function createAcknowledged(file: string) {
  let handle: number | undefined;
  const bytes = Buffer.alloc(LENGTH, '\n');

  function write({ seq, closed }: Acknowledged): void {
    const isFirst = handle === undefined;
    handle ??= openForUpdate(file);
    bytes.fill(' ', 0, LENGTH - 1);
    bytes.write(closed === null ? `{"seq":${seq},"closed":null}` : `{"seq":${seq},"closed":"${closed}"}`);
    writeSync(handle, bytes, 0, LENGTH, 0);
    // Later ones may be lost in a power cut, but not the file.
    if (isFirst) fsyncSync(handle);
  }

  return {
    /** @returns undefined if there is no such file. @throws StoreCorruptError */
    read(): Acknowledged | undefined {
      let text: string;
      try {
        text = readFileSync(file, 'utf8');
      } catch {
        return undefined;
      }
      try {
        const { seq, closed } = JSON.parse(text) as Partial<Acknowledged>;
        if (text.length === LENGTH && typeof seq === 'number' && (closed === null || typeof closed === 'string'))
          return { seq, closed };
      } catch {
        // Falls through to the error.
      }
      throw new StoreCorruptError(`${file} is damaged: ${JSON.stringify(text.slice(0, LENGTH))}`);
    },
    write,
    close(): void {
      if (handle !== undefined) closeSync(handle);
      handle = undefined;
    },
  };
}

/** What a copy does not have in common with the file, nor the file with what it was before it was written to. */
export function versionOf(file: string): string {
  const { ino, ctimeMs } = statSync(file);
  return `${ino} ${ctimeMs}`;
}

/** For writing anywhere in it; made if it is not there. */
function openForUpdate(file: string): number {
  closeSync(openSync(file, 'a'));
  return openSync(file, 'r+');
}
