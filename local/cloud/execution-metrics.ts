import type { Metrics } from '../metrics.ts';
import type { ExecutionDescription, ExecutionStatus, Revision } from '../stepfunctions/engine/ports.ts';

const COUNTED: Readonly<Partial<Record<ExecutionStatus, string>>> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

/**
 * Tells CloudWatch of a change of status as AWS/States does: by state machine, and besides by the version and the alias that it was
 * started with. Child executions of a Distributed Map count as well.
 */
export function countExecution(metrics: Metrics, execution: ExecutionDescription): void {
  const { revision, status, startedAt, stoppedAt = startedAt, redriveCount } = execution;
  const [, , , region = '', account = ''] = execution.executionArn.split(':');
  const record = (name: string, value: number, unit: string) => {
    for (const dimensions of dimensionsOf(revision))
      metrics.record({ account, region, namespace: 'AWS/States', name, dimensions, unit }, value);
  };
  if (status === 'RUNNING') record(redriveCount > 0 ? 'ExecutionsRedriven' : 'ExecutionsStarted', 1, 'Count');
  const name = COUNTED[status];
  if (name === undefined) return;
  record(name, 1, 'Count');
  if (redriveCount > 0) record(`Redriven${name}`, 1, 'Count');
  record('ExecutionTime', stoppedAt - startedAt, 'Milliseconds');
}

function dimensionsOf({ stateMachineArn, versionArn, aliasArn }: Revision): Readonly<Record<string, string>>[] {
  const machine = { StateMachineArn: stateMachineArn };
  const qualifierOf = (arn: string) => arn.slice(stateMachineArn.length + 1);
  return [
    machine,
    ...(versionArn === undefined ? [] : [{ ...machine, Version: qualifierOf(versionArn) }]),
    ...(aliasArn === undefined ? [] : [{ ...machine, Alias: qualifierOf(aliasArn) }]),
  ];
}
