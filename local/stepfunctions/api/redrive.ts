import type { Operation } from '../../aws/service.ts';
import type { ExecutionDescription } from '../engine/ports.ts';
import type { ApiContext } from './api-context.ts';
import { standardExecution } from './arns.ts';
import { ARN, required, text, validate } from './constraints.ts';
import { date } from './paging.ts';

export const redriveExecution =
  (api: ApiContext): Operation =>
  async (input: { executionArn: string; clientToken?: string }) => {
    validate(input, { executionArn: required(ARN), clientToken: text({ min: 1, max: 64 }) });
    const { redrivenAt } = await api.engine.redrive(standardExecution(input.executionArn));
    return { redriveDate: date(redrivenAt) };
  };

/** Whether an execution can be started again where it failed, and if not, why. */
export function redriveStatus({ executionArn, mapRunArn }: ExecutionDescription, api: ApiContext): object {
  const redriveStatusReason = api.engine.whyNotRedrivable(executionArn);
  if (redriveStatusReason !== undefined) return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason };
  return { redriveStatus: mapRunArn === undefined ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' };
}
