import { expect, test } from '@jest/globals';
import { createTestEngine, parseRevision, pass, revisionOf } from './harness.ts';

test('an execution whose machine breaks an invariant fails, and its history says so in order', async () => {
  const { engine, errors, skip } = await createTestEngine({
    parse(revision) {
      const machine = parseRevision(revision);
      (machine.states as Map<string, unknown>).delete('Missing');
      return machine;
    },
  });
  const revision = revisionOf({ Pause: { Type: 'Wait', Seconds: 60, Next: 'Missing' }, Missing: pass({}) });
  const { executionArn } = await engine.start({ revision, input: '{}' });
  await skip(60);
  expect(errors).toEqual([new Error("There is no state 'Missing'")]);
  expect(engine.describe(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  const { items } = engine.history(executionArn, { maxResults: 1000, reverse: false });
  expect(items.map(({ id, type }) => [id, type])).toEqual([
    [1, 'ExecutionStarted'],
    [2, 'WaitStateEntered'],
    [3, 'ExecutionFailed'],
  ]);
});
