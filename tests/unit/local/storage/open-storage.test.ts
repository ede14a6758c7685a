import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openStorage, StorageError } from '../../../../local/storage/open-storage.ts';
import type { Storage } from '../../../../local/storage.ts';

const folder = mkdtempSync(join(tmpdir(), 'storage-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = () => join(folder, `${files++}.sqlite`);

const implementations: Record<string, () => Storage> = {
  'in memory': () => openStorage(),
  'in a file': () => openStorage({ file: newFile() }),
};

describe.each(Object.entries(implementations))('a storage %s', (_, open) => {
  const using = (work: (storage: Storage) => void) => {
    const storage = open();
    try {
      work(storage);
    } finally {
      storage.close();
    }
  };

  test('has nothing at first', () =>
    using((storage) => {
      expect(storage.table('a').get('x')).toBeUndefined();
      expect([...storage.table('a').entries()]).toEqual([]);
    }));

  test('deleting what is not there does nothing', () => using((storage) => storage.table('a').delete('x')));

  test('refuses a value that is not JSON', () =>
    using((storage) => expect(() => storage.table('a').put('x', undefined)).toThrow()));

  test('gives back copies', () =>
    using((storage) => {
      const value = { list: [1] };
      storage.table('a').put('x', value);
      value.list.push(2);
      (storage.table<{ list: number[] }>('a').get('x') as { list: number[] }).list.push(3);
      expect(storage.table('a').get('x')).toEqual({ list: [1] });
    }));

  test('keeps tables apart', () =>
    using((storage) => {
      storage.table('a').put('x', 1);
      storage.table('b').put('x', 2);
      storage.table('a').delete('x');
      expect([...storage.table('b').entries()]).toEqual([['x', 2]]);
      expect([...storage.table('a').entries()]).toEqual([]);
    }));

  test('lists by key, in the order of code points', () =>
    using((storage) => {
      const table = storage.table<number>('a');
      for (const key of ['b', 'a', '\u{1f600}', '\uffee', 'B', '']) table.put(key, 0);
      expect([...table.entries()].map(([key]) => key)).toEqual(['', 'B', 'a', 'b', '\uffee', '\u{1f600}']);
    }));

  test('lists by prefix, literally', () =>
    using((storage) => {
      const table = storage.table<number>('a');
      for (const key of ['a%', 'a%b', 'a', 'ab', 'b', 'a_']) table.put(key, 0);
      expect([...table.entries('a%')].map(([key]) => key)).toEqual(['a%', 'a%b']);
    }));

  test('lists any part of the keys as sorting and filtering them would', () =>
    using((storage) => {
      const table = storage.table<number>('a');
      const bound = fc.option(fc.integer({ min: 0, max: 999 }).map(String), { nil: undefined });
      storage.transaction(() => {
        for (let i = 0; i < 700; i++) table.put(String(i), i);
      });
      const all = Array.from({ length: 700 }, (_, i) => String(i)).sort();
      fc.assert(
        fc.property(fc.record({ gt: bound, gte: bound, lt: bound, lte: bound, reverse: fc.boolean() }), (range) => {
          const { gt = '', gte = '', lt = 'x', lte = 'x', reverse } = range;
          const expected = all.filter((key) => key > gt && key >= gte && key < lt && key <= lte);
          expect([...table.range(range)].map(([key]) => key)).toEqual(reverse ? expected.reverse() : expected);
        }),
      );
    }));

  test('may be changed while it is listed', () =>
    using((storage) => {
      const table = storage.table<number>('a');
      storage.transaction(() => {
        for (let i = 0; i < 1000; i++) table.put(String(i).padStart(4, '0'), i);
      });
      let seen = 0;
      for (const [key] of table.entries()) {
        table.delete(key);
        seen += 1;
      }
      expect(seen).toBe(1000);
      expect([...table.entries()]).toEqual([]);
    }));

  test('a failed transaction changes nothing', () =>
    using((storage) => {
      const table = storage.table('a');
      table.put('x', 1);
      const failing = () =>
        storage.transaction(() => {
          table.put('x', 2);
          table.put('y', 2);
          throw new RangeError('no');
        });
      expect(failing).toThrow(RangeError);
      expect([...table.entries()]).toEqual([['x', 1]]);
    }));

  test('an inner transaction can fail alone', () =>
    using((storage) => {
      const table = storage.table('a');
      storage.transaction(() => {
        table.put('outer', 1);
        expect(() =>
          storage.transaction(() => {
            table.put('inner', 1);
            throw new RangeError('no');
          }),
        ).toThrow(RangeError);
      });
      expect([...table.entries()]).toEqual([['outer', 1]]);
    }));

  test('a transaction cannot await', () =>
    using((storage) => {
      expect(() => storage.transaction(async () => storage.table('a').put('x', 1))).toThrow(TypeError);
      expect(storage.table('a').get('x')).toBeUndefined();
      expect(storage.transaction(() => 7)).toBe(7);
    }));
});

test('a file that is no database is refused with its name', () => {
  const file = newFile();
  writeFileSync(file, 'not a database, but long enough to look like one '.repeat(100));
  expect(() => openStorage({ file })).toThrow(StorageError);
  expect(() => openStorage({ file })).toThrow(file);
});

test('a folder that does not exist is refused', () => {
  expect(() => openStorage({ file: join(folder, 'none', 'x.sqlite') })).toThrow(StorageError);
});

test('a file in use is refused', () => {
  const file = newFile();
  const first = openStorage({ file });
  expect(() => openStorage({ file })).toThrow('another process uses it');
  first.close();
  openStorage({ file }).close();
});

test('what was put is there after the process was killed', () => {
  const file = newFile();
  const module = new URL('../../../../local/storage/open-storage.ts', import.meta.url).href;
  const script = `
    import { openStorage } from '${module}';
    const storage = openStorage({ file: ${JSON.stringify(file)} });
    storage.table('a').put('x', { n: 1 });
    storage.transaction(() => storage.table('a').put('y', 2));
    process.kill(process.pid, 'SIGKILL');`;
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  expect(signal).toBe('SIGKILL');
  const storage = openStorage({ file });
  expect([...storage.table('a').entries()]).toEqual([
    ['x', { n: 1 }],
    ['y', 2],
  ]);
  storage.close();
});
