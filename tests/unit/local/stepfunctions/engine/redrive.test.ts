import { describe, expect, test } from '@jest/globals';
import { createTestEngine, historyOf, pass, revisionOf, START, task } from './harness.ts';

const PASS = revisionOf({ Only: pass({ done: true }) });
const TASK = revisionOf({ Work: task('work') });

describe('redrive', () => {
  test('what runs or succeeded is not redriven', async () => {
    const { engine } = await createTestEngine();
    const running = await engine.start({ revision: TASK, input: '{}' });
    const over = await engine.start({ revision: PASS, input: '{}' });
    await expect(engine.redrive(running.executionArn)).rejects.toMatchObject({
      code: 'ExecutionNotRedrivable',
      message: expect.stringContaining('RUNNING'),
    });
    await expect(engine.redrive(over.executionArn)).rejects.toMatchObject({
      message: expect.stringContaining('SUCCEEDED'),
    });
  });

  test('what is older than a year, or has a full history, is not redriven', async () => {
    const { engine, skip } = await createTestEngine();
    const old = await engine.start({ revision: TASK, input: '{}' });
    await skip(365 * 24 * 3600 + 1);
    expect(engine.describe(old.executionArn).status).toBe('TIMED_OUT');
    expect(engine.whyNotRedrivable(old.executionArn)).toBe('Execution has exceeded the max execution time');
    const enough = { Variable: '$.enough', IsPresent: true, Next: 'Done' };
    const endless = revisionOf({
      'Enough?': { Type: 'Choice', Choices: [enough], Default: 'Again' },
      Again: { Type: 'Pass', Next: 'Enough?' },
      Done: { Type: 'Succeed' },
    });
    const full = await engine.start({ revision: endless, input: '{}' });
    const { status, cause } = await engine.ended(full.executionArn);
    expect([status, cause]).toEqual(['FAILED', expect.stringContaining('maximum number of history events')]);
    await expect(engine.redrive(full.executionArn)).rejects.toMatchObject({
      message: 'Execution history event limit exceeded',
    });
  });

  test('what failed more than 14 days ago is not redriven', async () => {
    const { engine, tasks, skip } = await createTestEngine();
    const { executionArn } = await engine.start({ revision: TASK, input: '{}' });
    tasks.next().fail('E');
    await skip(14 * 24 * 3600 + 1);
    const message = 'Execution redrivable period exceeded';
    expect(engine.whyNotRedrivable(executionArn)).toBe(message);
    await expect(engine.redrive(executionArn)).rejects.toMatchObject({ code: 'ExecutionNotRedrivable', message });
  });

  test('what fails again in the same moment is redriven again', async () => {
    const { engine, tasks, settle } = await createTestEngine();
    const { executionArn } = await engine.start({ revision: TASK, input: '{}' });
    for (let redrive = 1; redrive <= 2; redrive++) {
      tasks.next().fail('E');
      await settle();
      await expect(engine.redrive(executionArn)).resolves.toEqual({ redrivenAt: START });
      expect(engine.describe(executionArn)).toMatchObject({ status: 'RUNNING', redriveCount: redrive });
      await settle();
    }
  });

  test('a failed execution goes on where it failed', async () => {
    const { engine, tasks, skip, settle } = await createTestEngine();
    const { executionArn } = await engine.start({ revision: TASK, input: '{}' });
    tasks.next().fail('E');
    await skip(60);
    await expect(engine.redrive(executionArn)).resolves.toEqual({ redrivenAt: START + 60_000 });
    expect(engine.describe(executionArn)).toMatchObject({
      status: 'RUNNING',
      redriveCount: 1,
      redrivenAt: START + 60_000,
    });
    expect(engine.describe(executionArn).error).toBeUndefined();
    tasks.next().succeed('fine');
    await settle();
    expect(engine.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"fine"', redriveCount: 1 });
    expect(historyOf({ engine }, executionArn)).toContain('ExecutionRedriven');
    expect(engine.list({ redrive: 'REDRIVEN' }, { maxResults: 10 }).items).toHaveLength(1);
  });
});
