import { type Caller, ServiceError } from '../../aws/service.ts';
import type { Storage, Table } from '../../storage.ts';

export interface LogGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly retentionInDays?: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface LogStream {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly firstEventAt?: number;
  readonly lastEventAt?: number;
  readonly lastIngestedAt?: number;
  /** How many events it ever got. */
  readonly sequence: number;
}

export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly ingestedAt: number;
}

/** Names have no colons, so they separate. Events are in the order of time, then of arrival. */
export interface LogStore {
  readonly groups: Table<LogGroup>;
  readonly streams: Table<LogStream>;
  /** @throws ServiceError ResourceNotFoundException */
  group(name: string | undefined, caller: Caller): LogGroup;
  /** @throws ServiceError ResourceNotFoundException */
  stream(group: string | undefined, name: string | undefined, caller: Caller): LogStream;
  streamsOf(group: string, caller: Caller): LogStream[];
  events(group: string, stream: string, caller: Caller): Table<LogEvent>;
}

export const groupKey = (name: string, { account, region }: Caller): string => `${account}/${region}/${name}`;
export const streamKey = (group: string, stream: string, caller: Caller): string =>
  `${groupKey(group, caller)}:${stream}`;

export const eventKey = (timestamp: number, sequence: number): string =>
  `${String(timestamp).padStart(15, '0')}:${String(sequence).padStart(15, '0')}`;

export function openLogs(storage: Storage): LogStore {
  const groups = storage.table<LogGroup>('logs/groups');
  const streams = storage.table<LogStream>('logs/streams');
  return {
    groups,
    streams,
    group(name = '', caller) {
      const group = groups.get(groupKey(name, caller));
      if (!group) throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
      return group;
    },
    stream(group, name = '', caller) {
      const stream = streams.get(streamKey(this.group(group, caller).name, name, caller));
      if (!stream) throw new ServiceError('ResourceNotFoundException', 'The specified log stream does not exist.');
      return stream;
    },
    streamsOf: (group, caller) => [...streams.entries(`${groupKey(group, caller)}:`)].map(([, stream]) => stream),
    events: (group, stream, caller) => storage.table(`logs/events/${streamKey(group, stream, caller)}`),
  };
}
