import { refusalWith } from '../../aws/constraints.ts';
import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { type Metrics, NO_METRICS } from '../../metrics.ts';
import type { Storage } from '../../storage.ts';
import { eventOperations } from './event-operations.ts';
import { groupKey, type LogGroup, type LogStream, openLogs, streamKey } from './log-store.ts';
import { logsResources } from './resources.ts';

interface LogInput {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
  readonly logStreamName?: string;
  readonly logGroupNamePrefix?: string;
  readonly logGroupNamePattern?: string;
  readonly logStreamNamePrefix?: string;
  readonly orderBy?: 'LogStreamName' | 'LastEventTime';
  readonly descending?: boolean;
  readonly limit?: number;
  readonly nextToken?: string;
  readonly retentionInDays?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly tagKeys?: readonly string[];
  readonly resourceArn?: string;
}

export interface LogsOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  /** Gets what lines in the embedded metric format say. */
  readonly metrics?: Metrics;
}

/** CloudWatch Logs: groups, streams, events, filters by terms. Retention is kept and shown; nothing is deleted for it. */
export function createLogs({ storage, clock, metrics = NO_METRICS }: LogsOptions): Service {
  const logs = openLogs(storage);

  const update = (name: string | undefined, caller: Caller, change: Partial<LogGroup>) => {
    const group = logs.group(name, caller);
    logs.groups.put(groupKey(group.name, caller), { ...group, ...change });
    return {};
  };

  const removeStream = (group: string, stream: string, caller: Caller) => {
    const events = logs.events(group, stream, caller);
    for (const [key] of events.entries()) events.delete(key);
    logs.streams.delete(streamKey(group, stream, caller));
  };

  const operations: Service['operations'] = {
    CreateLogGroup(input: LogInput, caller: Caller) {
      refuseOthers(
        'logs:CreateLogGroup',
        input,
        ['logGroupName', 'tags'],
        ['kmsKeyId', 'logGroupClass', 'deletionProtectionEnabled'],
      );
      const { logGroupName: name = '', tags = {} } = input;
      if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) {
        throw invalid(
          `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
        );
      }
      if (logs.groups.get(groupKey(name, caller))) {
        throw new ServiceError('ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      const arn = `arn:aws:logs:${caller.region}:${caller.account}:log-group:${name}:*`;
      logs.groups.put(groupKey(name, caller), { name, arn, createdAt: clock.now(), tags });
      return {};
    },

    DeleteLogGroup({ logGroupName }: LogInput, caller: Caller) {
      const group = logs.group(logGroupName, caller);
      storage.transaction(() => {
        for (const { name } of logs.streamsOf(group.name, caller)) removeStream(group.name, name, caller);
        logs.groups.delete(groupKey(group.name, caller));
      });
      return {};
    },

    DescribeLogGroups(input: LogInput, caller: Caller) {
      const supported = ['logGroupNamePrefix', 'logGroupNamePattern', 'limit', 'nextToken'];
      refuseOthers('logs:DescribeLogGroups', input, supported);
      const { logGroupNamePrefix: prefix = '', logGroupNamePattern: pattern = '', limit = 50, nextToken = '' } = input;
      // No further than one more than the page: all of ten thousand groups are two hundred pages.
      const found: LogGroup[] = [];
      for (const [key, group] of logs.groups.range({
        gte: groupKey(nextToken > prefix ? nextToken : prefix, caller),
      })) {
        if (!key.startsWith(groupKey(prefix, caller)) || found.length > limit) break;
        if (group.name.toLowerCase().includes(pattern.toLowerCase()) && group.name > nextToken) found.push(group);
      }
      const shown = found.slice(0, limit);
      return {
        logGroups: shown.map(describeGroup),
        ...(found.length > shown.length && { nextToken: shown.at(-1)!.name }),
      };
    },

    CreateLogStream({ logGroupName, logStreamName: name = '' }: LogInput, caller: Caller) {
      const group = logs.group(logGroupName, caller);
      if (!/^[^:*]{1,512}$/.test(name)) {
        throw invalid(
          `1 validation error detected: Value '${name}' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*`,
        );
      }
      const key = streamKey(group.name, name, caller);
      if (logs.streams.get(key))
        throw new ServiceError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      const arn = group.arn.replace(/\*$/, `log-stream:${name}`);
      logs.streams.put(key, { name, arn, createdAt: clock.now(), sequence: 0 });
      return {};
    },

    DeleteLogStream({ logGroupName, logStreamName }: LogInput, caller: Caller) {
      const { name } = logs.stream(logGroupName, logStreamName, caller);
      storage.transaction(() => removeStream(logGroupName!, name, caller));
      return {};
    },

    DescribeLogStreams(input: LogInput, caller: Caller) {
      const {
        logGroupName,
        logGroupIdentifier,
        logStreamNamePrefix: prefix = '',
        orderBy,
        descending = false,
        limit = 50,
        nextToken = '0',
      } = input;
      const group = logs.group(logGroupName ?? groupName(logGroupIdentifier), caller);
      const found = logs.streamsOf(group.name, caller).filter(({ name }) => name.startsWith(prefix));
      if (orderBy === 'LastEventTime') found.sort((a, b) => (a.lastEventAt ?? 0) - (b.lastEventAt ?? 0));
      if (descending) found.reverse();
      const end = Number(nextToken) + limit;
      const shown = found.slice(Number(nextToken), end);
      return { logStreams: shown.map(describeStream), ...(found.length > end && { nextToken: String(end) }) };
    },

    PutRetentionPolicy: ({ logGroupName, retentionInDays }: LogInput, caller: Caller) =>
      update(logGroupName, caller, retentionInDays === undefined ? {} : { retentionInDays }),
    DeleteRetentionPolicy({ logGroupName }: LogInput, caller: Caller) {
      const { retentionInDays: _, ...group } = logs.group(logGroupName, caller);
      logs.groups.put(groupKey(group.name, caller), group);
      return {};
    },

    TagResource: ({ resourceArn, tags }: LogInput, caller: Caller) =>
      update(groupName(resourceArn), caller, { tags: { ...logs.group(groupName(resourceArn), caller).tags, ...tags } }),
    UntagResource({ resourceArn, tagKeys = [] }: LogInput, caller: Caller) {
      const { tags } = logs.group(groupName(resourceArn), caller);
      return update(groupName(resourceArn), caller, {
        tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !tagKeys.includes(key))),
      });
    },
    ListTagsForResource: ({ resourceArn }: LogInput, caller: Caller) => ({
      tags: logs.group(groupName(resourceArn), caller).tags,
    }),

    ...eventOperations(logs, storage, clock, metrics),
  };
  return {
    name: 'logs',
    refuse: refusalWith('InvalidParameterException'),
    operations,
    resources: logsResources(logs, operations),
  };
}

const invalid = (message: string): ServiceError => new ServiceError('InvalidParameterException', message);

export const groupName = (arn = ''): string =>
  arn.replace(/^arn:[^:]+:logs:[^:]*:\d*:log-group:/, '').replace(/:\*$/, '');

const describeGroup = ({ name, arn, createdAt, retentionInDays }: LogGroup) => ({
  logGroupName: name,
  creationTime: createdAt,
  retentionInDays,
  metricFilterCount: 0,
  arn,
  storedBytes: 0,
  logGroupClass: 'STANDARD',
  logGroupArn: arn.replace(/:\*$/, ''),
});

const describeStream = (stream: LogStream) => ({
  logStreamName: stream.name,
  creationTime: stream.createdAt,
  firstEventTimestamp: stream.firstEventAt,
  lastEventTimestamp: stream.lastEventAt,
  lastIngestionTime: stream.lastIngestedAt,
  uploadSequenceToken: String(stream.sequence),
  arn: stream.arn,
  storedBytes: 0,
});
