import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newExecution } from '../../../../../local/stepfunctions/engine/snapshot.ts';
import { versionOf } from '../../../../../local/stepfunctions/engine/store/acknowledged.ts';
import { connect } from '../../../../../local/stepfunctions/engine/store/sqlite-open.ts';
import { createSqliteStore } from '../../../../../local/stepfunctions/engine/store/sqlite-store.ts';
import type { StoredExecution } from '../../../../../local/stepfunctions/engine/store/store.ts';
import { type ExecutionStore, StoreCorruptError } from '../../../../../local/stepfunctions/engine/store/store.ts';
import { revisionOf, storedExecution } from './harness.ts';

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

/** Copies the files of the open store as they are: what a crash would leave. */
function crash(name: string, which: (suffix: string) => boolean = () => true): string {
  const file = join(folder, name);
  for (const each of readdirSync(folder)) {
    const suffix = each.slice('live.db'.length);
    if (!each.startsWith('live.db') || ['-lock', '-shm'].includes(suffix) || !which(suffix)) continue;
    // A segment of the log may be retired meanwhile.
    if (existsSync(join(folder, each))) copyFileSync(join(folder, each), `${file}${suffix}`);
  }
  return file;
}

const isTable = (suffix: string) => suffix === '' || suffix === '-wal';

/** The files after a power cut: what only SQLite had written is gone, what was synced is there. */
function powerCut(name: string, tables: string): string {
  const file = crash(name, (suffix) => !isTable(suffix));
  for (const suffix of ['', '-wal']) copyFileSync(`${tables}${suffix}`, `${file}${suffix}`);
  return file;
}

const LOG = '-log-1';

/** How much of a segment of the log was written to. */
const written = (log: Buffer): number => log.findLastIndex((byte) => byte !== 0) + 1;

const REVISION = revisionOf({ Only: { Type: 'Succeed' } });

const execution = (id: number, input?: string): StoredExecution => storedExecution(id, REVISION, input);

function start(input = '{}'): void {
  const id = store.nextId();
  const started = execution(id, input);
  store.commit([{ id, started, snapshot: { execution: newExecution(started), due: true } }]);
}

/** Lists wait for the tables. */
const settle = () => store.list({}, { limit: 1 });

async function count(file: string): Promise<number> {
  const opened = createSqliteStore({ file });
  const { length } = opened.list({}, { limit: 5000 });
  await opened.close();
  return length;
}

describe('after a crash', () => {
  test('everything that was acknowledged is there', async () => {
    for (let n = 0; n < 5; n++) start();
    expect(await count(crash('copy.db'))).toBe(5);
  });

  test('everything is there although the tables have nothing of it, and again after another crash', async () => {
    const tables = crash('tables.db', isTable);
    for (let n = 0; n < 5; n++) start();
    const file = powerCut('cut.db', tables);
    expect(await count(file)).toBe(5);
    expect(await count(file)).toBe(5);
  });

  test('everything is there when the log has begun other segments, and is missed where an earlier one is needed', async () => {
    await store.close();
    store = createSqliteStore({ file: join(folder, 'live.db'), segment: 64 * 1024 });
    const tables = crash('tables.db', isTable);
    // They are of one length: what a segment held before it was written again looks like what comes next.
    for (let n = 0; n < 3000; n++) start();
    settle();
    expect(readdirSync(folder)).not.toContain(`live.db${LOG}`);
    // It is put aside just after the tables have all of it.
    while (!readdirSync(folder).includes('live.db-log-spare')) await setTimeout(5);
    expect(await count(crash('copy.db'))).toBe(3000);
    expect(() => createSqliteStore({ file: powerCut('lost.db', tables) })).toThrow(StoreCorruptError);
  });

  test('a copy that is made while everything is written to is complete, or refused', async () => {
    const large = JSON.stringify('x'.repeat(100_000));
    for (let n = 1; n <= 100; n++) {
      start(large);
      if (n % 20 !== 0) continue;
      const file = crash(`copy-${n}.db`);
      try {
        expect(await count(file)).toBe(n);
      } catch (error) {
        expect(error).toBeInstanceOf(StoreCorruptError);
      }
    }
  });

  test('a log that was cut at any byte is not taken for a complete one', () => {
    const tables = crash('tables.db', isTable);
    for (let n = 0; n < 3; n++) start();
    const size = written(readFileSync(join(folder, `live.db${LOG}`)));
    const file = powerCut('cut.db', tables);
    for (let bytes = size - 1; bytes >= 0; bytes -= bytes > size - 50 ? 1 : 17) {
      truncateSync(`${file}${LOG}`, bytes);
      expect(() => createSqliteStore({ file })).toThrow(/was acknowledged: the last commits were lost/);
    }
  });

  test('a log with a byte that changed is not taken for a shorter one', () => {
    const tables = crash('tables.db', isTable);
    for (let n = 0; n < 3; n++) start();
    const log = readFileSync(join(folder, `live.db${LOG}`));
    const file = powerCut('changed.db', tables);
    for (let at = written(log) - 1; at >= 0; at -= 13) {
      const changed = Buffer.from(log);
      changed[at]! ^= 0xff;
      writeFileSync(`${file}${LOG}`, changed);
      expect(() => createSqliteStore({ file })).toThrow(StoreCorruptError);
    }
  });

  test('a log that goes on after a gap is refused, even if nothing is known of acknowledgements after it', async () => {
    await store.close();
    const none = readFileSync(join(folder, 'live.db-acknowledged'));
    store = createSqliteStore({ file: join(folder, 'live.db'), segment: 8 * 1024 });
    const tables = crash('tables.db', isTable);
    let log = Buffer.alloc(0);
    for (let n = 0; n < 50; n++) {
      start();
      if (existsSync(join(folder, `live.db${LOG}`))) log = readFileSync(join(folder, `live.db${LOG}`));
    }
    const file = powerCut('gap.db', tables);
    log[written(log) >> 1]! ^= 0xff;
    writeFileSync(`${file}${LOG}`, log);
    writeFileSync(`${file}-acknowledged`, none);
    expect(() => createSqliteStore({ file })).toThrow(/has commit \d+, but not those before it from \d+ on/);
  });

  test('a log that is not there is missed, and so is the file of acknowledgements', () => {
    const tables = crash('tables.db', isTable);
    start();
    const withoutLog = powerCut('no-log.db', tables);
    rmSync(`${withoutLog}${LOG}`);
    expect(() => createSqliteStore({ file: withoutLog })).toThrow(StoreCorruptError);
    const file = crash('no-acknowledged.db', (suffix) => suffix !== '-acknowledged');
    expect(() => createSqliteStore({ file })).toThrow(/-acknowledged is missing/);
  });

  test('a torn file of acknowledgements is refused', () => {
    start();
    const file = crash('torn.db');
    truncateSync(`${file}-acknowledged`, 20);
    expect(() => createSqliteStore({ file })).toThrow(StoreCorruptError);
  });

  test.each(['machines', 'revisions'])('an execution that has nothing in %s is missed', (table) => {
    start();
    settle();
    const file = crash(`without-${table}.db`);
    const db = connect(file);
    db.exec(`DELETE FROM ${table}`);
    db.close();
    expect(() => createSqliteStore({ file })).toThrow(/belongs to no state machine/);
  });

  test('a commit that nobody was told of may be lost', async () => {
    const tables = crash('tables.db', isTable);
    start();
    const before = readFileSync(join(folder, 'live.db-acknowledged'));
    const size = written(readFileSync(join(folder, `live.db${LOG}`)));
    start();
    const file = powerCut('untold.db', tables);
    writeFileSync(`${file}-acknowledged`, before);
    truncateSync(`${file}${LOG}`, size + 50);
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
    store.commit([{ id, snapshot: { execution: { ...newExecution(execution(id)), events: 2 }, due: false } }]);
  }
  await store.close();
  const later = readFileSync(file);
  // The copy ends with the file that says that all was closed in an orderly way.
  const acknowledged = readFileSync(`${file}-acknowledged`);
  let mixed = 0;
  for (let page = 0; page * 4096 < Math.min(earlier.length, later.length); page++) {
    const [from, to] = [page * 4096, (page + 1) * 4096];
    if (earlier.subarray(from, to).equals(later.subarray(from, to))) continue;
    mixed++;
    const copy = join(folder, `mixed-${page}.db`);
    writeFileSync(copy, Buffer.concat([later.subarray(0, from), earlier.subarray(from, to), later.subarray(to)]));
    writeFileSync(`${copy}-acknowledged`, acknowledged);
    expect(() => createSqliteStore({ file: copy })).toThrow(StoreCorruptError);
  }
  expect(mixed).toBeGreaterThan(3);
});

test('a store that was closed is not searched again, and leaves no log behind', async () => {
  start();
  await store.close();
  expect(readdirSync(folder).filter((name) => /-(wal|log-.*)$/.test(name))).toEqual([]);
  const file = join(folder, 'live.db');
  expect(readFileSync(`${file}-acknowledged`, 'utf8')).toContain(`"closed":"${versionOf(file)}"`);
  expect(await count(file)).toBe(1);
});
