import type { Operation } from '../../aws/service.ts';
import type { ExecutionDescription } from '../engine/ports.ts';
import type { ApiContext } from './api-context.ts';
import { standardExecution } from './arns.ts';
import { ARN, required, text, validate } from './constraints.ts';
import { date } from './paging.ts';

const REDRIVABLE_FOR = 14 * 24 * 60 * 60 * 1000;

export const redriveExecution =
  (api: ApiContext): Operation =>
  async (input: { executionArn: string; clientToken?: string }) => {
    validate(input, { executionArn: required(ARN), clientToken: text({ min: 1, max: 64 }) });
    const { redrivenAt } = await api.engine.redrive(standardExecution(input.executionArn));
    return { redriveDate: date(redrivenAt) };
  };

/** Whether an execution can be started again where it failed, and if not, why. */
export function redriveStatus({ status, stoppedAt, mapRunArn }: ExecutionDescription, api: ApiContext): object {
  if (status === 'RUNNING' || status === 'SUCCEEDED' || status === 'PENDING_REDRIVE')
    return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: `Execution is ${status} and cannot be redriven` };
  if (stoppedAt !== undefined && api.clock.now() - stoppedAt > REDRIVABLE_FOR)
    return {
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution has exceeded the redrivable period of 14 days',
    };
  return { redriveStatus: mapRunArn === undefined ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' };
}
