import type { Operation } from '../../aws/service.ts';
import type { MapRunCounts, MapRunDescription, MapRunLimits } from '../engine/ports.ts';
import type { ApiContext } from './api-context.ts';
import { arnResource, standardExecution } from './arns.ts';
import { ARN, number, PAGE, required, text, validate } from './constraints.ts';
import { date, pageSize } from './paging.ts';

const MAP_RUN = required(text({ min: 1, max: 2000 }));

export const describeMapRun =
  (api: ApiContext): Operation =>
  (input: { mapRunArn: string }) => {
    validate(input, { mapRunArn: MAP_RUN });
    arnResource(input.mapRunArn, 'mapRun');
    const run = api.engine.mapRun(input.mapRunArn);
    return {
      mapRunArn: run.mapRunArn,
      executionArn: run.executionArn,
      status: run.status,
      ...dates(run),
      maxConcurrency: run.maxConcurrency,
      toleratedFailurePercentage: run.toleratedFailurePercentage,
      toleratedFailureCount: run.toleratedFailureCount,
      itemCounts: counts(run.itemCounts),
      executionCounts: counts(run.executionCounts),
      redriveCount: run.redriveCount,
      ...(run.redrivenAt !== undefined && { redriveDate: date(run.redrivenAt) }),
    };
  };

export const listMapRuns =
  (api: ApiContext): Operation =>
  (input: { executionArn: string; maxResults?: number; nextToken?: string }) => {
    validate(input, { executionArn: required(ARN), ...PAGE });
    const { nextToken } = input;
    const found = api.engine.mapRuns(standardExecution(input.executionArn), {
      maxResults: pageSize(input.maxResults),
      ...(nextToken !== undefined && { nextToken }),
    });
    const mapRuns = found.items.map((run) => ({
      executionArn: run.executionArn,
      mapRunArn: run.mapRunArn,
      stateMachineArn: run.stateMachineArn,
      ...dates(run),
    }));
    return { mapRuns, ...(found.nextToken !== undefined && { nextToken: found.nextToken }) };
  };

export const updateMapRun =
  (api: ApiContext): Operation =>
  async (input: MapRunLimits & { mapRunArn: string }) => {
    validate(input, {
      mapRunArn: MAP_RUN,
      maxConcurrency: number(0),
      toleratedFailurePercentage: number(0, 100),
      toleratedFailureCount: number(0),
    });
    arnResource(input.mapRunArn, 'mapRun');
    const { mapRunArn, ...limits } = input;
    await api.engine.updateMapRun(mapRunArn, limits);
    return {};
  };

const dates = ({ startedAt, stoppedAt }: MapRunDescription): object => ({
  startDate: date(startedAt),
  ...(stoppedAt !== undefined && { stopDate: date(stoppedAt) }),
});

const counts = (of: MapRunCounts): object => ({ ...of });
