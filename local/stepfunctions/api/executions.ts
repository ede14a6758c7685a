import type { Caller, Operation } from '../../aws/service.ts';
import { jsonProblem } from '../asl/parse/read-json.ts';
import type { ExecutionDescription, ExecutionFilter, ExecutionStatus, ExecutionSummary } from '../engine/ports.ts';
import type { ApiContext } from './api-context.ts';
import { arnResource, checkName, refuseLabel, standardExecution } from './arns.ts';
import { ARN, NAME, oneOf, PAGE, required, text, validate } from './constraints.ts';
import { invalidInput, machineDeleting, validationError, wrongMachineType } from './errors.ts';
import { type FoundMachine, findMachine, revisionOf } from './find-machine.ts';
import { date, pageSize } from './paging.ts';
import { redriveStatus } from './redrive.ts';
import { INCLUDED_DATA, type IncludedData } from './state-machines.ts';

interface StartInput {
  readonly stateMachineArn: string;
  readonly name?: string;
  readonly input?: string;
  readonly traceHeader?: string;
}

const START = {
  stateMachineArn: required(ARN),
  name: NAME,
  input: text({ max: 262_144 }),
  traceHeader: text({ max: 256 }),
};

export const startExecution =
  (api: ApiContext): Operation =>
  async (input: StartInput, { idempotencyKey, traceHeader }: Caller) => {
    validate(input, START);
    const request = startRequest({ ...(traceHeader && { traceHeader }), ...input }, startable(input, api));
    const startedBy = idempotencyKey === undefined ? {} : { startedBy: idempotencyKey };
    const { executionArn, startedAt } = await api.engine.start({ ...request, ...startedBy });
    return { executionArn, startDate: date(startedAt) };
  };

export const startSyncExecution =
  (api: ApiContext): Operation =>
  async (input: StartInput & { includedData?: IncludedData }, { traceHeader }: Caller) => {
    validate(input, { ...START, includedData: INCLUDED_DATA });
    const found = startable(input, api);
    if (found.machine.type !== 'EXPRESS') throw wrongMachineType();
    const execution = await api.engine.startSync(
      startRequest({ ...(traceHeader && { traceHeader }), ...input }, found),
    );
    const withData = input.includedData !== 'METADATA_ONLY';
    return {
      executionArn: execution.executionArn,
      stateMachineArn: execution.revision.stateMachineArn,
      name: execution.name,
      startDate: date(execution.startedAt),
      stopDate: date(execution.stoppedAt ?? execution.startedAt),
      status: execution.status,
      ...outcome(execution, withData),
      // Express is billed in steps of 100 milliseconds and of 64 MB.
      billingDetails: {
        billedDurationInMilliseconds: Math.max(100, Math.ceil(execution.billedDurationMilliseconds / 100) * 100),
        billedMemoryUsedInMB: 64,
      },
    };
  };

function startable(input: StartInput, api: ApiContext): FoundMachine {
  if (input.name !== undefined) checkName(input.name);
  const found = findMachine(input.stateMachineArn, api);
  refuseLabel(found.reference);
  if (found.machine.deleting) throw machineDeleting(found.machine.arn);
  checkInput(input.input);
  return found;
}

const startRequest = (input: StartInput, found: FoundMachine) => ({
  revision: revisionOf(found),
  input: input.input ?? '{}',
  ...(input.name !== undefined && { name: input.name }),
  ...(input.traceHeader !== undefined && { traceHeader: input.traceHeader }),
});

function checkInput(input: string | undefined): void {
  if (input === undefined) return;
  if (Buffer.byteLength(input) > 262_144) throw invalidInput('Input exceeds the maximum of 262144 bytes');
  const problem = jsonProblem(input);
  if (problem !== undefined) throw invalidInput(problem);
}

export const stopExecution =
  (api: ApiContext): Operation =>
  async (input: { executionArn: string; error?: string; cause?: string }) => {
    validate(input, { executionArn: required(ARN), error: text({ max: 256 }), cause: text({ max: 32_768 }) });
    const { error, cause } = input;
    const reason = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
    const { stoppedAt } = await api.engine.stop(standardExecution(input.executionArn), reason);
    return { stopDate: date(stoppedAt) };
  };

export const describeExecution =
  (api: ApiContext): Operation =>
  (input: { executionArn: string; includedData?: IncludedData }) => {
    validate(input, { executionArn: required(ARN), includedData: INCLUDED_DATA });
    const found = api.engine.describe(standardExecution(input.executionArn));
    // That it timed out is its status; AWS gives no error beside it.
    const { error: _, cause: __, ...timedOut } = found;
    const execution = found.status === 'TIMED_OUT' ? timedOut : found;
    return {
      ...summary(execution),
      ...outcome(execution, input.includedData !== 'METADATA_ONLY'),
      ...redriveStatus(execution, api),
    };
  };

interface ListInput {
  readonly stateMachineArn?: string;
  readonly mapRunArn?: string;
  readonly statusFilter?: ExecutionStatus;
  readonly redriveFilter?: 'REDRIVEN' | 'NOT_REDRIVEN';
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export const listExecutions =
  (api: ApiContext): Operation =>
  (input: ListInput) => {
    validate(input, {
      stateMachineArn: ARN,
      mapRunArn: text({ min: 1, max: 2000 }),
      statusFilter: oneOf('RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'),
      redriveFilter: oneOf('REDRIVEN', 'NOT_REDRIVEN'),
      ...PAGE,
    });
    const { maxResults, nextToken } = input;
    const found = api.engine.list(filterOf(input, api), {
      maxResults: pageSize(maxResults),
      ...(nextToken !== undefined && { nextToken }),
    });
    return {
      executions: found.items.map(summary),
      ...(found.nextToken !== undefined && { nextToken: found.nextToken }),
    };
  };

function filterOf(input: ListInput, api: ApiContext): ExecutionFilter {
  const filter = {
    ...(input.statusFilter && { status: input.statusFilter }),
    ...(input.redriveFilter && { redrive: input.redriveFilter }),
  };
  if ((input.stateMachineArn === undefined) === (input.mapRunArn === undefined))
    throw validationError('Exactly one of stateMachineArn and mapRunArn must be specified');
  if (input.mapRunArn !== undefined) {
    arnResource(input.mapRunArn, 'mapRun');
    api.engine.mapRun(input.mapRunArn);
    return { ...filter, mapRunArn: input.mapRunArn };
  }
  if (input.statusFilter === 'PENDING_REDRIVE')
    throw validationError('The status PENDING_REDRIVE can only be asked for with a mapRunArn');
  const arn = input.stateMachineArn ?? '';
  const { machine, reference } = findMachine(arn, api);
  if (machine.type === 'EXPRESS') throw wrongMachineType();
  const qualified = reference.version !== undefined || reference.alias !== undefined;
  return { ...filter, stateMachineArn: machine.arn, ...(qualified && { qualifiedArn: arn }) };
}

function summary(execution: ExecutionSummary): object {
  const { revision, stoppedAt, mapRunArn, redrivenAt } = execution;
  return {
    executionArn: execution.executionArn,
    stateMachineArn: revision.stateMachineArn,
    name: execution.name,
    status: execution.status,
    startDate: date(execution.startedAt),
    ...(stoppedAt !== undefined && { stopDate: date(stoppedAt) }),
    ...(mapRunArn !== undefined && { mapRunArn }),
    ...(revision.versionArn !== undefined && { stateMachineVersionArn: revision.versionArn }),
    ...(revision.aliasArn !== undefined && { stateMachineAliasArn: revision.aliasArn }),
    redriveCount: execution.redriveCount,
    ...(redrivenAt !== undefined && { redriveDate: date(redrivenAt) }),
  };
}

function outcome({ input, output, error, cause, traceHeader }: ExecutionDescription, withData: boolean): object {
  return {
    ...(traceHeader !== undefined && { traceHeader }),
    ...(withData && { input, inputDetails: { included: true } }),
    ...(withData && output !== undefined && { output, outputDetails: { included: true } }),
    ...(withData && error !== undefined && { error }),
    ...(withData && cause !== undefined && { cause }),
  };
}
