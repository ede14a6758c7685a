import type { Metrics } from '../../metrics.ts';
import type { FunctionRevision, FunctionRunner } from './runner.ts';

/** The same runner, with each invocation told to CloudWatch as AWS/Lambda does: by function, all its versions together. */
export function measuredRunner(runner: FunctionRunner, metrics: Metrics): FunctionRunner {
  return {
    ...runner,
    async run(revision, invocation) {
      const count = (name: string, value: number) => metrics.record(metricOf(revision, name, 'Count'), value);
      const startedAt = performance.now();
      try {
        const result = await runner.run(revision, invocation);
        count('Invocations', 1);
        count('Errors', result.functionError ? 1 : 0);
        count('Throttles', 0);
        metrics.record(metricOf(revision, 'Duration', 'Milliseconds'), performance.now() - startedAt);
        return result;
      } catch (error) {
        // What throws is not the function, but the runner, which refuses one more.
        count('Throttles', 1);
        throw error;
      }
    },
  };
}

function metricOf({ functionArn, functionName }: FunctionRevision, name: string, unit: string) {
  const [, , , region = '', account = ''] = functionArn.split(':');
  return { account, region, namespace: 'AWS/Lambda', name, dimensions: { FunctionName: functionName }, unit };
}
