import type { EventsService } from '../services/events/events.ts';
import type { ExecutionDescription } from '../stepfunctions/engine/ports.ts';

/** Bytes of input and output, as they stand within the event, that an event has room for. */
const ROOM = 248 * 1024;

/**
 * Tells the default bus of a change of status, if the execution is a Standard one. (Source: "Automating Step Functions event
 * delivery with EventBridge" in the AWS Step Functions Developer Guide.)
 */
export function announceExecution(events: Pick<EventsService, 'emit'>, execution: ExecutionDescription): void {
  const { revision, executionArn, redriveCount } = execution;
  if (revision.type !== 'STANDARD') return;
  const [, , , region = '', account = ''] = executionArn.split(':');
  events.emit(
    {
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      resources: [executionArn],
      detail: {
        executionArn,
        stateMachineArn: revision.stateMachineArn,
        name: execution.name,
        status: execution.status,
        startDate: execution.startedAt,
        stopDate: execution.stoppedAt ?? null,
        ...dataOf(execution),
        stateMachineVersionArn: revision.versionArn ?? null,
        stateMachineAliasArn: revision.aliasArn ?? null,
        redriveCount,
        redriveDate: execution.redrivenAt ?? null,
        redriveStatus: null,
        redriveStatusReason: null,
        error: execution.error ?? null,
        cause: execution.cause ?? null,
      },
    },
    { account, region },
  );
}

/** What there is no room for is left out: first the input, then the output. */
function dataOf({ input, output = '', ...execution }: ExecutionDescription) {
  // In JSON a UTF-16 unit has six bytes at most: short texts need not be measured.
  const isShort = (input.length + output.length) * 6 <= ROOM;
  const outputBytes = isShort ? 0 : escapedBytes(output);
  const hasInput = isShort || escapedBytes(input) + outputBytes <= ROOM;
  const hasOutput = outputBytes <= ROOM;
  const isOver = execution.status === 'SUCCEEDED';
  return {
    input: hasInput ? input : null,
    inputDetails: { included: hasInput },
    output: isOver && hasOutput ? output : null,
    outputDetails: isOver ? { included: hasOutput } : null,
  };
}

const escapedBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text));
