import { describe, expect, test } from '@jest/globals';
import { announceExecution } from '../../../../local/cloud/execution-events.ts';
import { countExecution } from '../../../../local/cloud/execution-metrics.ts';
import { type Metric, NO_METRICS } from '../../../../local/metrics.ts';
import type { ExecutionDescription } from '../../../../local/stepfunctions/engine/ports.ts';

const ACCOUNT = '123456789012';
const MACHINE = `arn:aws:states:eu-west-1:${ACCOUNT}:stateMachine:orders`;

const execution = (more: Partial<ExecutionDescription> = {}): ExecutionDescription => ({
  executionArn: `arn:aws:states:eu-west-1:${ACCOUNT}:execution:orders:one`,
  name: 'one',
  status: 'SUCCEEDED',
  startedAt: 1000,
  stoppedAt: 1500,
  redriveCount: 0,
  input: '{}',
  output: '"done"',
  revision: {
    stateMachineArn: MACHINE,
    name: 'orders',
    type: 'STANDARD',
    definition: '',
    roleArn: 'arn:aws:iam::123456789012:role/orders',
    revisionId: 'r',
  },
  ...more,
});

function detailOf(about: ExecutionDescription): unknown {
  const details: unknown[] = [];
  announceExecution({ emit: ({ detail }) => void details.push(detail) }, about);
  return details[0];
}

describe('an event of a change of status', () => {
  const KIB = 1024;
  const text = (bytes: number) => 'x'.repeat(bytes);

  test('leaves out an input for which there is no room beside the output', () => {
    const [input, output] = [text(150 * KIB), text(100 * KIB)];
    expect(detailOf(execution({ input, output }))).toMatchObject({
      input: null,
      inputDetails: { included: false },
      output,
      outputDetails: { included: true },
    });
  });

  test('leaves out an output that is too large by itself, as it is escaped', () => {
    expect(detailOf(execution({ output: '"'.repeat(130 * KIB) }))).toMatchObject({
      input: null,
      output: null,
      outputDetails: { included: false },
    });
  });

  test('counts an input of many escapes as what it becomes', () => {
    const about = execution({ input: '\u0001'.repeat(20 * KIB), output: text(150 * KIB) });
    expect(detailOf(about)).toMatchObject({ input: null, outputDetails: { included: true } });
  });

  test('has what fits', () => {
    const input = text(247 * KIB);
    expect(detailOf(execution({ input }))).toMatchObject({ input, inputDetails: { included: true }, output: '"done"' });
    const { output, ...running } = execution({ status: 'RUNNING' });
    expect(detailOf(running)).toMatchObject({ output: null, outputDetails: null });
  });

  test('is not told of Express executions', () => {
    const { revision } = execution();
    expect(detailOf(execution({ revision: { ...revision, type: 'EXPRESS' } }))).toBeUndefined();
  });
});

test('an execution counts for its state machine, its version and its alias, and once more if it was redriven', () => {
  const { revision } = execution();
  const qualified = { ...revision, versionArn: `${MACHINE}:7`, aliasArn: `${MACHINE}:live` };
  const counted: Pick<Metric, 'name' | 'dimensions'>[] = [];
  const metrics = { ...NO_METRICS, record: ({ name, dimensions }: Metric) => void counted.push({ name, dimensions }) };
  countExecution(metrics, execution({ status: 'FAILED', revision: qualified, redriveCount: 1 }));
  const dimensions = [
    { StateMachineArn: MACHINE },
    { StateMachineArn: MACHINE, Version: '7' },
    { StateMachineArn: MACHINE, Alias: 'live' },
  ];
  const names = ['ExecutionsFailed', 'RedrivenExecutionsFailed', 'ExecutionTime'];
  expect(counted).toEqual(names.flatMap((name) => dimensions.map((each) => ({ name, dimensions: each }))));
});
