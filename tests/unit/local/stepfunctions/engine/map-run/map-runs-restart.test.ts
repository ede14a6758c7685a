import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createManualClock } from '../../../../../../local/manual-clock.ts';
import type { MapStorage } from '../../../../../../local/stepfunctions/engine/map-run/map-storage.ts';
import { createSqliteStore } from '../../../../../../local/stepfunctions/engine/store/sqlite-store.ts';
import { createTestEngine, historyOf, revisionOf, type TestEngine, task } from '../harness.ts';
import { distributed, mapRunOf, run, WORK } from './harness.ts';
import { createMemoryStorage } from './memory-storage.ts';

describe('after a restart', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'map-runs-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = () => createSqliteStore({ file: join(folder, 'executions.db') });

  /** A store that takes nothing any more once the process is lost. */
  function openMortal() {
    const store = open();
    let isLost = false;
    const commit: typeof store.commit = (...changes) => {
      if (isLost) throw new Error('The process was killed');
      store.commit(...changes);
    };
    return {
      store: { ...store, commit },
      async lose(test: TestEngine): Promise<void> {
        isLost = true;
        await test.settle();
        await store.close();
      },
    };
  }

  const reader = {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType: 'JSON' },
    Parameters: { Bucket: 'in', Key: 'k' },
  };

  test.each(['STANDARD', 'EXPRESS'])('a map run that is still being stopped is redriven: %s children', async (type) => {
    const store = open();
    const test = await run(distributed(WORK, {}, type), [1, 2], { store });
    await test.engine.stop(test.executionArn, {});
    await test.engine.redrive(test.executionArn);
    await test.settle();
    await test.settle();
    for (const call of test.tasks.open.splice(0)) call.succeed('again');
    await test.settle();
    await test.settle();
    expect(test.engine.describe(test.executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '["again","again"]' });
    expect(mapRunOf(test)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    await store.close();
  });

  test.each([
    ['that have succeeded', 'succeed'],
    ['of which too many failed', 'fail'],
  ] as const)('a map run that is writing down results %s is over before it is redriven', async (_children, outcome) => {
    const written = Promise.withResolvers<void>();
    const memory = createMemoryStorage();
    const mapStorage: MapStorage = {
      ...memory,
      async write(...args) {
        await written.promise;
        return memory.write(...args);
      },
    };
    const ResultWriter = { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'out', Prefix: 'p' } };
    const test = await run(distributed(WORK, { ResultWriter }), [1], { mapStorage });
    test.tasks.open.splice(0)[0]![outcome]('E');
    await test.settle();
    await test.settle();
    await test.engine.stop(test.executionArn, {});
    const redriven = test.engine.redrive(test.executionArn);
    await test.settle();
    written.resolve();
    await redriven;
    await test.settle();
    await test.settle();
    for (const call of test.tasks.open.splice(0)) call.succeed('again');
    await test.settle();
    await test.settle();
    expect(test.engine.describe(test.executionArn).status).toBe('SUCCEEDED');
    expect(mapRunOf(test)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
  });

  test('a map run that its execution went on without is stopped', async () => {
    const first = openMortal();
    const { Each } = JSON.parse(distributed(WORK).definition).States;
    const revision = revisionOf({
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Each', States: { Each } },
          { StartAt: 'Fails', States: { Fails: { ...task('fails'), End: true } } },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Over' }],
        Next: 'Over',
      },
      Over: { Type: 'Succeed' },
    });
    const test = await createTestEngine({ store: first.store });
    const { executionArn } = await test.engine.start({ revision, input: '[1,2]' });
    await test.settle();
    await test.settle();
    const failing = test.tasks.open.find(({ call }) => JSON.stringify(call.resource).includes('fails'))!;
    failing.fail('E');
    await test.engine.ended(executionArn);
    await first.lose(test);

    const second = open();
    const after = await createTestEngine({ store: second, clock: createManualClock(test.clock.now()) });
    await after.settle();
    await after.settle();
    expect(after.engine.describe(executionArn).status).toBe('SUCCEEDED');
    const mapRun = mapRunOf({ ...after, executionArn });
    expect(mapRun).toMatchObject({ status: 'ABORTED', executionCounts: { total: 2, aborted: 2 } });
    await second.close();
  });

  test('a map run whose execution was stopped just before is stopped as well', async () => {
    const first = openMortal();
    const before = await run(distributed(WORK), [1, 2], { store: first.store });
    await before.engine.stop(before.executionArn, {});
    await first.lose(before);

    const second = open();
    const after = await createTestEngine({ store: second, clock: createManualClock(before.clock.now()) });
    await after.settle();
    await after.settle();
    const mapRun = mapRunOf({ ...after, executionArn: before.executionArn });
    const children = after.engine.list({ mapRunArn: mapRun.mapRunArn }, { maxResults: 10 }).items;
    expect(mapRun).toMatchObject({ status: 'ABORTED', executionCounts: { total: 2, aborted: 2 } });
    expect(children.map(({ status }) => status)).toEqual(['ABORTED', 'ABORTED']);
    await second.close();
  });

  test.each([
    ['STANDARD', 'the input', [1, 2, 3], {}],
    ['EXPRESS', 'the input', [1, 2, 3], {}],
    ['STANDARD', 'S3', {}, { ItemReader: reader }],
    ['EXPRESS', 'S3', {}, { ItemReader: reader }],
  ])('a map run goes on with what was not over: %s children, items from %s', async (type, _source, input, more) => {
    const revision = distributed(WORK, { MaxConcurrency: 2, ...more }, type);
    const first = open();
    const mapStorage = createMemoryStorage({ 'in/k': '[1,2,3]' });
    const before = await run(revision, input, { store: first, mapStorage });
    before.tasks.next('"parameters":1').succeed('one');
    await before.settle();
    await before.settle();
    await first.close();

    const second = open();
    // The items were read before; what is there now does not matter.
    const clock = createManualClock(before.clock.now());
    const after = await createTestEngine({ store: second, clock, mapStorage: createMemoryStorage() });
    await after.settle();
    expect(after.tasks.open.map(({ call }) => call.parameters).sort()).toEqual([2, 3]);
    for (const call of after.tasks.open.splice(0)) call.succeed(`again ${call.call.parameters}`);
    await after.settle();
    await after.settle();
    expect(after.engine.describe(before.executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      output: '["one","again 2","again 3"]',
    });
    expect(after.errors).toEqual([]);
    expect(historyOf(after, before.executionArn).filter((name) => name === 'MapRunStarted')).toHaveLength(1);
    await second.close();
  });
});
