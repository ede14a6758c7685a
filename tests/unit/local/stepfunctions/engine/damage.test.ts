import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connect } from '../../../../../local/stepfunctions/engine/store/sqlite-open.ts';
import { createSqliteStore } from '../../../../../local/stepfunctions/engine/store/sqlite-store.ts';
import type { StoredExecution } from '../../../../../local/stepfunctions/engine/store/store.ts';
import { type ExecutionStore, StoreCorruptError } from '../../../../../local/stepfunctions/engine/store/store.ts';
import { revisionOf } from './harness.ts';

let folder: string;
let store: ExecutionStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'damage-'));
  store = createSqliteStore({ file: join(folder, 'live.db') });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const SUFFIXES = ['', '-wal', '-acknowledged'];

/** Copies the files of the open store as they are: what a crash would leave. */
function crash(name: string, suffixes = SUFFIXES): string {
  const file = join(folder, name);
  for (const suffix of suffixes) copyFileSync(join(folder, `live.db${suffix}`), `${file}${suffix}`);
  return file;
}

const REVISION = revisionOf({ Only: { Type: 'Succeed' } });

function start(): void {
  const id = store.nextId();
  const started: StoredExecution = {
    id,
    executionArn: `arn:aws:states:eu-west-1:123456789012:execution:machine:${id}`,
    name: `${id}`,
    revision: REVISION,
    status: 'RUNNING',
    startedAt: id,
    input: '{}',
    redriveCount: 0,
  };
  store.commit([{ id, started, snapshot: { state: { id }, due: true } }]);
}

async function count(file: string): Promise<number> {
  const opened = createSqliteStore({ file });
  const { length } = opened.list({}, { limit: 1000 });
  await opened.close();
  return length;
}

describe('after a crash', () => {
  test('everything that was acknowledged is there', async () => {
    for (let n = 0; n < 5; n++) start();
    expect(await count(crash('copy.db'))).toBe(5);
  });

  test('a log that was cut at any byte is not taken for a complete one', async () => {
    for (let n = 0; n < 5; n++) start();
    const { size } = statSync(join(folder, 'live.db-wal'));
    // The schema comes first; what follows are the commits.
    for (let bytes = size - 1; bytes >= 0; bytes -= bytes > size - 20_000 ? 997 : 13_001) {
      const file = crash(`cut-${bytes}.db`);
      truncateSync(`${file}-wal`, bytes);
      expect(() => createSqliteStore({ file })).toThrow(StoreCorruptError);
    }
  });

  test('a log with a byte that changed is not taken for a shorter one', () => {
    for (let n = 0; n < 5; n++) start();
    const log = readFileSync(join(folder, 'live.db-wal'));
    for (const back of [1, 100, 4100, 9000]) {
      const file = crash(`changed-${back}.db`);
      const changed = Buffer.from(log);
      changed[log.length - back]! ^= 0xff;
      writeFileSync(`${file}-wal`, changed);
      expect(() => createSqliteStore({ file })).toThrow(StoreCorruptError);
    }
  });

  test('a log that is not there is missed, and so is the file of acknowledgements', () => {
    start();
    expect(() => createSqliteStore({ file: crash('no-log.db', ['', '-acknowledged']) })).toThrow(StoreCorruptError);
    expect(() => createSqliteStore({ file: crash('no-acknowledged.db', ['', '-wal']) })).toThrow(
      /-acknowledged is missing/,
    );
  });

  test('a torn file of acknowledgements is refused', () => {
    start();
    const file = crash('torn.db');
    truncateSync(`${file}-acknowledged`, 20);
    expect(() => createSqliteStore({ file })).toThrow(StoreCorruptError);
  });

  test.each(['machines', 'revisions'])('an execution that has nothing in %s is missed', (table) => {
    start();
    const file = crash(`without-${table}.db`);
    const db = connect(file);
    db.exec(`DELETE FROM ${table}`);
    db.close();
    expect(() => createSqliteStore({ file })).toThrow(/belongs to no state machine/);
  });

  test('a commit that nobody was told of may be lost', async () => {
    start();
    const before = readFileSync(join(folder, 'live.db-acknowledged'));
    const { size } = statSync(join(folder, 'live.db-wal'));
    start();
    const file = crash('untold.db');
    writeFileSync(`${file}-acknowledged`, before);
    truncateSync(`${file}-wal`, size + 500);
    expect(await count(file)).toBe(1);
  });
});

test('pages of different moments are noticed, whichever they are', async () => {
  for (let n = 0; n < 40; n++) start();
  await store.close();
  const file = join(folder, 'live.db');
  const earlier = readFileSync(file);
  store = createSqliteStore({ file });
  for (let n = 0; n < 3; n++) start();
  for (let id = 1; id <= 40; id += 3) {
    store.commit([{ id, snapshot: { state: { id, again: true }, due: false } }]);
  }
  await store.close();
  const later = readFileSync(file);
  const acknowledged = readFileSync(`${file}-acknowledged`, 'utf8')
    .replace('true ', 'false')
    .replace('true}', 'false}');
  let mixed = 0;
  for (let page = 0; page * 4096 < Math.min(earlier.length, later.length); page++) {
    const [from, to] = [page * 4096, (page + 1) * 4096];
    if (earlier.subarray(from, to).equals(later.subarray(from, to))) continue;
    mixed++;
    const copy = join(folder, `mixed-${page}.db`);
    writeFileSync(copy, Buffer.concat([later.subarray(0, from), earlier.subarray(from, to), later.subarray(to)]));
    writeFileSync(`${copy}-acknowledged`, `${acknowledged.trim().padEnd(63)}\n`);
    expect(() => createSqliteStore({ file: copy })).toThrow(StoreCorruptError);
  }
  expect(mixed).toBeGreaterThan(3);
});

test('a store that was closed is not searched again, and leaves no log behind', async () => {
  start();
  await store.close();
  expect(readdirSync(folder).filter((name) => name.endsWith('-wal'))).toEqual([]);
  expect(readFileSync(join(folder, 'live.db-acknowledged'), 'utf8')).toContain('"closed":true');
  expect(await count(join(folder, 'live.db'))).toBe(1);
});
