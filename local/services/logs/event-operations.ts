import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Metrics } from '../../metrics.ts';
import type { Storage } from '../../storage.ts';
import { recordEmbeddedMetrics } from '../cloudwatch/embedded-metrics.ts';
import { compileFilterPattern } from './filter-pattern.ts';
import { eventKey, type LogEvent, type LogStore, streamKey } from './log-store.ts';
import { groupName } from './logs.ts';

interface EventInput {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
  readonly logStreamName?: string;
  readonly logStreamNames?: readonly string[];
  readonly logStreamNamePrefix?: string;
  readonly logEvents?: readonly { readonly timestamp: number; readonly message: string }[];
  readonly startTime?: number;
  readonly endTime?: number;
  readonly startFromHead?: boolean;
  readonly filterPattern?: string;
  readonly limit?: number;
  readonly nextToken?: string;
}

const MAX_EVENTS = 10_000;
const MAX_BATCH_BYTES = 1_048_576;
/** What AWS counts for an event beside its text. */
const EVENT_OVERHEAD = 26;

export function eventOperations(
  logs: LogStore,
  storage: Storage,
  clock: Clock,
  metrics: Metrics,
): Service['operations'] {
  return {
    PutLogEvents(input: EventInput, caller: Caller) {
      refuseOthers(
        'logs:PutLogEvents',
        input,
        ['logGroupName', 'logStreamName', 'logEvents'],
        ['sequenceToken', 'entity'],
      );
      const { logGroupName: group = '', logStreamName: name = '', logEvents = [] } = input;
      checkBatch(logEvents);
      const now = clock.now();
      storage.transaction(() => {
        const stream = logs.stream(group, name, caller);
        const events = logs.events(group, name, caller);
        for (const [index, { timestamp, message }] of logEvents.entries()) {
          events.put(eventKey(timestamp, stream.sequence + index), { timestamp, message, ingestedAt: now });
        }
        const times = logEvents.map(({ timestamp }) => timestamp);
        logs.streams.put(streamKey(group, name, caller), {
          ...stream,
          sequence: stream.sequence + logEvents.length,
          firstEventAt: Math.min(stream.firstEventAt ?? Number.POSITIVE_INFINITY, ...times),
          lastEventAt: Math.max(stream.lastEventAt ?? 0, ...times),
          lastIngestedAt: now,
        });
      });
      for (const { message } of logEvents) recordEmbeddedMetrics(message, caller, metrics);
      return { nextSequenceToken: String(now) };
    },

    GetLogEvents(input: EventInput, caller: Caller) {
      const groupOf = ['logGroupName', 'logGroupIdentifier', 'logStreamName'];
      const supported = [...groupOf, 'startTime', 'endTime', 'startFromHead', 'limit', 'nextToken'];
      refuseOthers('logs:GetLogEvents', input, supported, ['unmask']);
      const {
        logStreamName,
        startTime = 0,
        endTime = Number.MAX_SAFE_INTEGER,
        startFromHead = false,
        limit = MAX_EVENTS,
        nextToken,
      } = input;
      const group = input.logGroupName ?? groupName(input.logGroupIdentifier);
      const { name } = logs.stream(group, logStreamName, caller);
      const [, direction, position = ''] = /^([fb])\/(.*)$/.exec(nextToken ?? '') ?? [];
      const reverse = direction === undefined ? !startFromHead : direction === 'b';
      const range = { gte: eventKey(startTime, 0), lt: eventKey(endTime, 0), reverse };
      const bounds =
        direction === 'f'
          ? { ...range, gt: position }
          : direction === 'b'
            ? { ...range, lt: position || range.lt }
            : range;
      const found: [string, LogEvent][] = [];
      for (const entry of logs.events(group, name, caller).range(bounds)) {
        if (found.length === limit) break;
        found.push(entry);
      }
      if (reverse) found.reverse();
      return {
        events: found.map(([, event]) => describe(event)),
        // At an end, the token stays the same.
        nextForwardToken: `f/${found.at(-1)?.[0] ?? position}`,
        nextBackwardToken: `b/${found[0]?.[0] ?? position}`,
      };
    },

    FilterLogEvents(input: EventInput, caller: Caller) {
      const supported = [
        'logGroupName',
        'logGroupIdentifier',
        'logStreamNames',
        'logStreamNamePrefix',
        'startTime',
        'endTime',
        'filterPattern',
        'limit',
        'nextToken',
      ];
      refuseOthers('logs:FilterLogEvents', input, supported, ['interleaved', 'unmask']);
      const {
        logStreamNames,
        logStreamNamePrefix = '',
        startTime = 0,
        endTime = Number.MAX_SAFE_INTEGER,
        limit = MAX_EVENTS,
        nextToken = '0',
      } = input;
      const group = logs.group(input.logGroupName ?? groupName(input.logGroupIdentifier), caller);
      const matches = compileFilterPattern(input.filterPattern ?? '');
      const streams = logs
        .streamsOf(group.name, caller)
        .filter(({ name }) => (logStreamNames ? logStreamNames.includes(name) : name.startsWith(logStreamNamePrefix)));
      const found = streams.flatMap(({ name }) =>
        [...logs.events(group.name, name, caller).range({ gte: eventKey(startTime, 0), lt: eventKey(endTime + 1, 0) })]
          .filter(([, { message }]) => matches(message))
          .map(([key, event]) => ({ logStreamName: name, ...describe(event), eventId: `${key.replace(':', '')}` })),
      );
      found.sort((a, b) => a.timestamp - b.timestamp);
      const end = Number(nextToken) + limit;
      return {
        events: found.slice(Number(nextToken), end),
        searchedLogStreams: [],
        ...(found.length > end && { nextToken: String(end) }),
      };
    },
  };
}

const invalid = (message: string): ServiceError => new ServiceError('InvalidParameterException', message);

function checkBatch(events: NonNullable<EventInput['logEvents']>): void {
  if (events.length < 1 || events.length > MAX_EVENTS) {
    throw invalid(
      `1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member must have length between 1 and ${MAX_EVENTS}`,
    );
  }
  const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD, 0);
  if (bytes > MAX_BATCH_BYTES) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`);
  for (const [index, { timestamp }] of events.entries()) {
    if (index > 0 && timestamp < events[index - 1]!.timestamp) {
      throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
    }
  }
}

const describe = ({ timestamp, message, ingestedAt }: LogEvent) => ({ timestamp, message, ingestionTime: ingestedAt });
