import type { Operation } from '../../aws/service.ts';
import type { HistoryEvent } from '../asl/history.ts';
import { isJsonObject, type Json } from '../asl/json.ts';
import type { ApiContext } from './api-context.ts';
import { standardExecution } from './arns.ts';
import { ARN, boolean, PAGE, required, validate } from './constraints.ts';
import { date, pageSize } from './paging.ts';

interface HistoryInput {
  readonly executionArn: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly reverseOrder?: boolean;
  readonly includeExecutionData?: boolean;
}

export const getExecutionHistory =
  (api: ApiContext): Operation =>
  (input: HistoryInput) => {
    validate(input, { executionArn: required(ARN), reverseOrder: boolean, includeExecutionData: boolean, ...PAGE });
    const found = api.engine.history(standardExecution(input.executionArn), {
      maxResults: pageSize(input.maxResults),
      reverse: input.reverseOrder ?? false,
      ...(input.nextToken !== undefined && { nextToken: input.nextToken }),
    });
    const withData = input.includeExecutionData ?? true;
    const events = found.items.map((event) => apiEvent(event, withData));
    return { events, ...(found.nextToken !== undefined && { nextToken: found.nextToken }) };
  };

/** Members that hold what the execution works on. */
const DATA = new Set([
  'input',
  'output',
  'inputDetails',
  'outputDetails',
  'assignedVariables',
  'assignedVariablesDetails',
  'parameters',
]);

function apiEvent({ timestamp, ...event }: HistoryEvent, withData: boolean): object {
  const members = withData
    ? event
    : Object.fromEntries(Object.entries(event).map(([name, value]) => [name, withoutData(value)]));
  return { ...members, timestamp: date(timestamp) };
}

const withoutData = (details: Json): Json =>
  isJsonObject(details) ? Object.fromEntries(Object.entries(details).filter(([name]) => !DATA.has(name))) : details;
