import { eventsOf, type History, type HistoryEvent } from '../asl/history.ts';
import type { JsonObject } from '../asl/json.ts';
import type { ExecutionDescription, LoggingConfiguration } from './ports.ts';

/** A line of an execution's log: `message` is JSON text as AWS writes it to CloudWatch Logs. */
export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

/** Where log events go. Must not throw; a missing log group is no reason to fail an execution. */
export type ExecutionLog = (logGroupArn: string, logStream: string, events: readonly LogEvent[]) => void;

/** Bytes of an input or an output, as it stands within the event, that a log event has room for. */
const ROOM = 248 * 1024;

const ENDS_BADLY = new Set(['ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted']);

/** Members of the details that carry what the execution works on. */
const EXECUTION_DATA = new Set([
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'parameters',
  'assignedVariables',
  'assignedVariablesDetails',
]);

/** Writes what the logging configuration of its state machine asks for. */
export function logHistory(log: ExecutionLog, execution: ExecutionDescription, history: History): void {
  const { logging } = execution.revision;
  if (!logging || logging.level === 'OFF' || logging.logGroupArns.length === 0) return;
  const events = eventsOf(history)
    .filter((event) => isLogged(event.type, logging.level))
    .map((event) => toLogEvent(event, execution, logging));
  if (events.length === 0) return;
  for (const arn of logging.logGroupArns) log(arn, streamOf(execution), events);
}

/** See "Log levels for Step Functions execution events" in the AWS Step Functions Developer Guide. */
function isLogged(type: string, level: LoggingConfiguration['level']): boolean {
  switch (level) {
    case 'ALL':
      return true;
    case 'ERROR':
      return type === 'FailStateEntered' || /(Failed|TimedOut|Aborted)$/.test(type);
    case 'FATAL':
      return ENDS_BADLY.has(type);
    case 'OFF':
      return false;
  }
}

function toLogEvent(event: HistoryEvent, execution: ExecutionDescription, logging: LoggingConfiguration): LogEvent {
  const message = {
    id: String(event.id),
    type: event.type,
    details: detailsOf(event, logging.includeExecutionData),
    previous_event_id: String(event.previousEventId),
    event_timestamp: String(event.timestamp),
    execution_arn: execution.executionArn,
    redrive_count: String(execution.redriveCount),
  };
  return { timestamp: event.timestamp, message: JSON.stringify(message) };
}

function detailsOf(event: HistoryEvent, includeExecutionData: boolean): JsonObject {
  const details = Object.entries(event).find(([name]) => name.endsWith('EventDetails'))?.[1] as JsonObject | undefined;
  if (!details) return {};
  if (includeExecutionData) return shortened(details);
  return Object.fromEntries(Object.entries(details).filter(([name]) => !EXECUTION_DATA.has(name)));
}

/** An input or output for which a log event has no room is cut, and its details say so. */
function shortened(details: JsonObject): JsonObject {
  const cut: JsonObject = {};
  for (const name of ['input', 'output']) {
    const value = details[name];
    // In JSON a UTF-16 unit has six bytes at most.
    if (typeof value !== 'string' || value.length * 6 <= ROOM || escapedBytes(value) <= ROOM) continue;
    cut[name] = beginningOf(value);
    cut[`${name}Details`] = { truncated: true };
  }
  return { ...details, ...cut };
}

/** As much of it as there is room for. */
function beginningOf(text: string): string {
  let [fits, tooLong] = [0, text.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (escapedBytes(text.slice(0, middle)) <= ROOM) fits = middle;
    else tooLong = middle;
  }
  return text.slice(0, fits);
}

const escapedBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text));

/** One stream per state machine and minute of start, as AWS groups them. */
function streamOf({ revision, startedAt }: ExecutionDescription): string {
  const minute = new Date(startedAt).toISOString().slice(0, 16).replace(/[T:]/g, '-');
  return `states/${revision.name}/${minute}`;
}
