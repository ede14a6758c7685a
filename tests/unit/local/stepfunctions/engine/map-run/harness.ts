import { createTestEngine, revisionOf, type TestEngine, task } from '../harness.ts';

// Distributed Maps, run by an engine in a test.

export const distributed = (states: object, more: object = {}, executionType = 'STANDARD') =>
  revisionOf({
    Each: {
      Type: 'Map',
      Label: 'each',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: executionType },
        StartAt: Object.keys(states)[0],
        States: states,
      },
      End: true,
      ...more,
    },
  });

export const ITEM = { Only: { Type: 'Pass', End: true } };
export const WORK = { Work: task('work') };

/** Starts an execution, and lets it go as far as it can. */
export async function run(
  revision: ReturnType<typeof distributed>,
  input: unknown,
  options: Parameters<typeof createTestEngine>[0] = {},
) {
  const test = await createTestEngine(options);
  const { executionArn } = await test.engine.start({ revision, input: JSON.stringify(input) });
  await test.settle();
  await test.settle();
  return { ...test, executionArn };
}

export const mapRunOf = ({ engine, executionArn }: Pick<TestEngine, 'engine'> & { executionArn: string }) =>
  engine.mapRuns(executionArn, { maxResults: 10 }).items[0]!;
