import { describe, expect, test } from '@jest/globals';
import { historyOf } from '../harness.ts';
import { distributed, mapRunOf, run, WORK } from './harness.ts';

describe('redrive of a map run', () => {
  for (const type of ['STANDARD', 'EXPRESS']) {
    test(`does only again what did not succeed: ${type} children`, async () => {
      const test = await run(distributed(WORK, { MaxConcurrency: 2 }, type), [1, 2, 3]);
      test.tasks.next('"parameters":1').succeed('one');
      await test.settle();
      test.tasks.next('"parameters":2').fail('E');
      await test.settle();
      expect(test.engine.describe(test.executionArn).status).toBe('FAILED');
      test.tasks.open.splice(0);
      await test.skip(10);
      await test.engine.redrive(test.executionArn);
      await test.settle();
      expect(test.tasks.open.map(({ call }) => call.parameters)).toEqual([2, 3]);
      for (const open of test.tasks.open.splice(0)) open.succeed(`again ${open.call.parameters}`);
      await test.settle();
      await test.settle();
      expect(test.engine.describe(test.executionArn)).toMatchObject({
        status: 'SUCCEEDED',
        output: '["one","again 2","again 3"]',
      });
      expect(historyOf(test, test.executionArn)).toContain('MapRunRedriven');
      expect(mapRunOf(test)).toMatchObject({
        status: 'SUCCEEDED',
        redriveCount: 1,
        executionCounts: { succeeded: 3, failed: 0 },
      });
    });
  }

  test('begins another one where the result of the first could not be used', async () => {
    const test = await run(distributed(WORK, { ResultSelector: { 'first.$': '$[0].value' } }), [1]);
    test.tasks.next().succeed('no object');
    await test.settle();
    expect(test.engine.describe(test.executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    await test.engine.redrive(test.executionArn);
    await test.settle();
    test.tasks.next().succeed({ value: 'better' });
    await test.settle();
    await test.settle();
    expect(test.engine.describe(test.executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"first":"better"}',
    });
    expect(test.engine.mapRuns(test.executionArn, { maxResults: 10 }).items).toHaveLength(2);
  });
});
