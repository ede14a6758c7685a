import type { TaskContext } from '../../../../../../local/stepfunctions/engine/ports.ts';

/** A task of an execution `close-day:monday`. */
export const taskContext = (signal: AbortSignal = new AbortController().signal): TaskContext => ({
  executionArn: 'arn:aws:states:eu-central-1:111111111111:execution:close-day:monday',
  revision: {
    stateMachineArn: 'arn:aws:states:eu-central-1:111111111111:stateMachine:close-day',
    name: 'close-day',
    type: 'STANDARD',
    definition: '{}',
    roleArn: 'arn:aws:iam::111111111111:role/close-day',
    revisionId: 'r1',
  },
  account: '111111111111',
  region: 'eu-central-1',
  signal,
});
