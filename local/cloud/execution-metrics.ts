import type { Metrics } from '../metrics.ts';
import type { ExecutionDescription, ExecutionStatus } from '../stepfunctions/engine/ports.ts';

const COUNTED: Readonly<Partial<Record<ExecutionStatus, string>>> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

/**
 * Tells CloudWatch of a change of status as AWS/States does: by state machine, whatever its version. Child executions of a
 * Distributed Map count as well.
 */
export function countExecution(metrics: Metrics, execution: ExecutionDescription): void {
  const { revision, status, startedAt, stoppedAt = startedAt, redriveCount } = execution;
  const [, , , region = '', account = ''] = execution.executionArn.split(':');
  const record = (name: string, value: number, unit: string) => {
    const dimensions = { StateMachineArn: revision.stateMachineArn };
    metrics.record({ account, region, namespace: 'AWS/States', name, dimensions, unit }, value);
  };
  if (status === 'RUNNING') record(redriveCount > 0 ? 'ExecutionsRedriven' : 'ExecutionsStarted', 1, 'Count');
  const name = COUNTED[status];
  if (name === undefined) return;
  record(name, 1, 'Count');
  record('ExecutionTime', stoppedAt - startedAt, 'Milliseconds');
}
