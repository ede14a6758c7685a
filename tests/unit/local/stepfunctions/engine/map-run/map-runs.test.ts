import { describe, expect, test } from '@jest/globals';
import { createTestEngine, historyOf, pass, START } from '../harness.ts';
import { distributed, ITEM, mapRunOf, run, WORK } from './harness.ts';
import { createMemoryStorage } from './memory-storage.ts';

describe('a map run that fails', () => {
  test('one failed child is too many by default: the others are stopped', async () => {
    const test = await run(distributed(WORK, { MaxConcurrency: 2 }), [1, 2, 3]);
    test.tasks.next().fail('E', 'C');
    await test.settle();
    expect(test.engine.describe(test.executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    });
    expect(historyOf(test, test.executionArn)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
    const mapRun = mapRunOf(test);
    expect(mapRun).toMatchObject({
      status: 'FAILED',
      executionCounts: { total: 3, failed: 1, aborted: 1, pending: 1, running: 0 },
    });
    const children = test.engine.list({ mapRunArn: mapRun.mapRunArn }, { maxResults: 10 }).items;
    expect(children.map(({ status }) => status).sort()).toEqual(['ABORTED', 'FAILED']);
    expect(test.tasks.open[0]?.context.signal.aborted).toBe(true);
  });

  test('tolerated failures are left out of the result; one more is too many', async () => {
    const outcome = async (more: object, failures: number) => {
      const test = await run(distributed(WORK, more), [1, 2, 3, 4]);
      for (let n = 0; n < failures; n++) test.tasks.next().fail('E');
      while (test.tasks.open.length > 0) test.tasks.next().succeed('ok');
      await test.settle();
      return test.engine.describe(test.executionArn);
    };
    expect(await outcome({ ToleratedFailureCount: 2 }, 2)).toMatchObject({
      status: 'SUCCEEDED',
      output: '["ok","ok"]',
    });
    expect(await outcome({ ToleratedFailureCount: 2 }, 3)).toMatchObject({ status: 'FAILED' });
    expect(await outcome({ ToleratedFailurePercentage: 50 }, 2)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await outcome({ ToleratedFailurePercentage: 50 }, 3)).toMatchObject({ status: 'FAILED' });
    expect(await outcome({ ToleratedFailurePercentage: 100 }, 4)).toMatchObject({ status: 'SUCCEEDED', output: '[]' });
  });

  test.each([
    [{ ToleratedFailureCountPath: '$.n' }, 'ToleratedFailureCount must not be negative, but was: -1'],
    [{ ItemBatcher: { MaxItemsPerBatchPath: '$.n' } }, 'MaxItemsPerBatch must not be negative, but was: -1'],
    [{ ItemBatcher: { MaxInputBytesPerBatchPath: '$.n' } }, 'MaxInputBytesPerBatch must not be negative, but was: -1'],
  ])('a negative number in %j', async (more, cause) => {
    const test = await run(distributed(WORK, { ItemsPath: '$.items', ...more }), { items: [1], n: -1 });
    expect(test.tasks.open).toEqual([]);
    expect(test.engine.describe(test.executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringContaining(cause),
    });
  });

  test('items that cannot be read', async () => {
    const reader = {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSON' },
      Parameters: { Bucket: 'b', 'Key.$': '$.key' },
    };
    const test = await run(
      distributed(ITEM, { ItemReader: reader }),
      { key: 'none' },
      { mapStorage: createMemoryStorage() },
    );
    expect(test.engine.describe(test.executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
      cause: 'The specified key does not exist.',
    });
  });

  test('a stopped execution stops its children', async () => {
    const test = await run(distributed(WORK), [1, 2]);
    await test.engine.stop(test.executionArn, {});
    await test.settle();
    const mapRun = mapRunOf(test);
    expect(mapRun).toMatchObject({ status: 'ABORTED', executionCounts: { aborted: 2 } });
  });
});

describe('a map run', () => {
  test('gives the results in the order of the items, however the children end', async () => {
    const test = await run(distributed(WORK), ['a', 'b', 'c']);
    expect(test.tasks.open.map(({ call }) => call.parameters)).toEqual(['a', 'b', 'c']);
    for (const open of [...test.tasks.open].reverse()) {
      open.succeed(`${open.call.parameters}!`);
      await test.settle();
    }
    expect(test.engine.describe(test.executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '["a!","b!","c!"]' });
    const mapRun = mapRunOf(test);
    expect(mapRun.mapRunArn).toMatch(/^arn:aws:states:eu-west-1:123456789012:mapRun:machine\/each:[0-9a-f-]{36}$/);
    expect(mapRun).toMatchObject({
      status: 'SUCCEEDED',
      startedAt: START,
      stoppedAt: START,
      executionArn: test.executionArn,
      itemCounts: { total: 3, succeeded: 3 },
    });
    const [child] = test.engine.list({ mapRunArn: mapRun.mapRunArn }, { maxResults: 1 }).items;
    expect(child?.executionArn).toMatch(
      /^arn:aws:states:eu-west-1:123456789012:execution:machine\/each:[0-9a-f-]{36}$/,
    );
    expect(child?.revision.stateMachineArn).toBe('arn:aws:states:eu-west-1:123456789012:stateMachine:machine/each');
    expect(historyOf(test, child!.executionArn)).toContain('LambdaFunctionSucceeded');
  });

  test('over nothing is over at once', async () => {
    const test = await run(distributed(WORK), []);
    expect(test.engine.describe(test.executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[]' });
  });

  test('over many items, in memory and durably, and with Express children', async () => {
    const items = Array.from({ length: 350 }, (_, index) => index);
    for (const type of ['STANDARD', 'EXPRESS']) {
      const test = await run(distributed(ITEM, {}, type), items);
      for (let turns = 0; turns < 5; turns++) await test.settle();
      expect(test.engine.describe(test.executionArn)).toMatchObject({
        status: 'SUCCEEDED',
        output: JSON.stringify(items),
      });
      expect(test.engine.list({ mapRunArn: mapRunOf(test).mapRunArn }, { maxResults: 1000 }).items).toHaveLength(350);
    }
  });

  test('over more items than a stack is deep', async () => {
    const items = Array.from({ length: 12_000 }, () => 0);
    const test = await run(
      distributed(
        ITEM,
        { ResultWriter: { WriterConfig: { OutputType: 'JSON', Transformation: 'COMPACT' } } },
        'EXPRESS',
      ),
      items,
    );
    await test.engine.ended(test.executionArn);
    expect(test.engine.describe(test.executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(mapRunOf(test)).toMatchObject({ executionCounts: { total: 12_000, succeeded: 12_000 } });
  });

  test('keeps to MaxConcurrency, which can be changed while it runs', async () => {
    const test = await run(distributed(WORK, { MaxConcurrency: 2 }), [1, 2, 3, 4, 5]);
    expect(test.tasks.open).toHaveLength(2);
    expect(mapRunOf(test)).toMatchObject({ maxConcurrency: 2, executionCounts: { running: 2, pending: 3 } });
    test.tasks.next().succeed(1);
    await test.settle();
    expect(test.tasks.open).toHaveLength(2);
    await test.engine.updateMapRun(mapRunOf(test).mapRunArn, { maxConcurrency: 10 });
    await test.settle();
    expect(test.tasks.open).toHaveLength(4);
  });

  test('what does not exist is not described or updated', async () => {
    const { engine } = await createTestEngine();
    expect(() => engine.mapRun('arn:none')).toThrow(expect.objectContaining({ code: 'ResourceNotFound' }));
    await expect(engine.updateMapRun('arn:none', {})).rejects.toMatchObject({ code: 'ResourceNotFound' });
  });

  test('selects and batches', async () => {
    const revision = distributed(ITEM, {
      ItemsPath: '$.items',
      ItemSelector: { 'n.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index', 'factor.$': '$.factor' },
      ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { 'factor.$': '$.factor' } },
    });
    const test = await run(revision, { items: ['a', 'b', 'c'], factor: 3 });
    expect(JSON.parse(test.engine.describe(test.executionArn).output!)).toEqual([
      {
        BatchInput: { factor: 3 },
        Items: [
          { n: 'a', index: 0, factor: 3 },
          { n: 'b', index: 1, factor: 3 },
        ],
      },
      { BatchInput: { factor: 3 }, Items: [{ n: 'c', index: 2, factor: 3 }] },
    ]);
    expect(mapRunOf(test)).toMatchObject({ itemCounts: { total: 3 }, executionCounts: { total: 2 } });
  });

  test('batches by size', async () => {
    const test = await run(distributed(ITEM, { ItemBatcher: { MaxInputBytesPerBatch: 60 } }), [
      'x'.repeat(20),
      'y'.repeat(20),
      'z'.repeat(20),
    ]);
    const batches = JSON.parse(test.engine.describe(test.executionArn).output!) as { Items: string[] }[];
    expect(batches.map(({ Items }) => Items.length)).toEqual([2, 1]);
  });

  test('reads from S3 and writes its results there', async () => {
    const mapStorage = createMemoryStorage({ 'in/items.json': '[1,2,3]' });
    const revision = distributed(WORK, {
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'JSON' },
        Parameters: { Bucket: 'in', Key: 'items.json' },
      },
      ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'out', Prefix: 'results' } },
      ToleratedFailureCount: 1,
    });
    const test = await run(revision, {}, { mapStorage });
    test.tasks.next().fail('E', 'C');
    for (const open of test.tasks.open.splice(0)) open.succeed({ doubled: 2 });
    for (let turns = 0; turns < 3; turns++) await test.settle();
    const { mapRunArn } = mapRunOf(test);
    const folder = `results/${mapRunArn.split(':').at(-1)}`;
    expect(JSON.parse(test.engine.describe(test.executionArn).output!)).toEqual({
      MapRunArn: mapRunArn,
      ResultWriterDetails: { Bucket: 'out', Key: `${folder}/manifest.json` },
    });
    const text = (name: string) => mapStorage.texts[`out/${folder}/${name}`]!;
    expect(JSON.parse(text('manifest.json'))).toEqual({
      DestinationBucket: 'out',
      MapRunArn: mapRunArn,
      ResultFiles: {
        FAILED: [{ Key: `${folder}/FAILED_0.json`, Size: text('FAILED_0.json').length }],
        PENDING: [],
        SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.json`, Size: text('SUCCEEDED_0.json').length }],
      },
    });
    expect(JSON.parse(text('SUCCEEDED_0.json'))).toHaveLength(2);
    expect(JSON.parse(text('FAILED_0.json'))).toEqual([
      expect.objectContaining({ Status: 'FAILED', Error: 'E', Cause: 'C', Input: '1' }),
    ]);
    expect(mapRunOf(test)).toMatchObject({ executionCounts: { resultsWritten: 3 } });
  });

  test('transforms results without writing them', async () => {
    const output = async (Transformation: string) => {
      const revision = distributed(
        { Only: pass(['a', 'b']) },
        { ResultWriter: { WriterConfig: { OutputType: 'JSON', Transformation } } },
      );
      const test = await run(revision, [1, 2]);
      return JSON.parse(test.engine.describe(test.executionArn).output!) as unknown[];
    };
    expect(await output('FLATTEN')).toEqual(['a', 'b', 'a', 'b']);
    expect(await output('COMPACT')).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(await output('NONE')).toEqual([
      expect.objectContaining({ Status: 'SUCCEEDED', Output: '["a","b"]' }),
      expect.anything(),
    ]);
  });

  test('inside a child of another one', async () => {
    const inner = {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        StartAt: 'Only',
        States: ITEM,
      },
      End: true,
    };
    const test = await run(distributed({ Inner: inner }), [[1, 2], [3]]);
    await test.settle();
    expect(test.engine.describe(test.executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[[1,2],[3]]' });
  });
});
