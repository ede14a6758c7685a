import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createSqliteStore } from '../../../../../local/stepfunctions/engine/store/sqlite-store.ts';
import { createTestEngine, revisionOf, task } from './harness.ts';

const revision = revisionOf({ Work: task('work') });
const request = { revision, name: 'child', input: '{"a":1}', startedBy: 'parent Start#1' };

test('who started an execution gets it again, though it has ended meanwhile; nobody else does', async () => {
  const { engine, tasks, settle } = await createTestEngine();
  const first = await engine.start(request);
  tasks.next().succeed(1);
  await settle();
  expect(engine.describe(first.executionArn).status).toBe('SUCCEEDED');
  expect(await engine.start(request)).toEqual(first);
  for (const startedBy of ['parent Start#2', undefined]) {
    await expect(engine.start({ ...request, startedBy })).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
  }
  expect(tasks.made).toHaveLength(1);
});

test('an execution that somebody else started is not taken for the own', async () => {
  const { engine, tasks, settle } = await createTestEngine();
  await engine.start({ ...request, startedBy: undefined });
  tasks.next().succeed(1);
  await settle();
  await expect(engine.start(request)).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
});

test('it is still known after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'repeated-'));
  const file = join(folder, 'executions.db');
  const before = createSqliteStore({ file });
  const first = await createTestEngine({ store: before });
  const started = await first.engine.start(request);
  first.tasks.next().succeed(1);
  await first.settle();
  await before.close();

  const store = createSqliteStore({ file });
  const { engine } = await createTestEngine({ store });
  expect(await engine.start(request)).toEqual(started);
  await expect(engine.start({ ...request, startedBy: 'other' })).rejects.toMatchObject({
    code: 'ExecutionAlreadyExists',
  });
  await store.close();
  rmSync(folder, { recursive: true });
});
