import { randomUUID } from 'node:crypto';
import { type Caller, refuseOthers, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import type { Deliveries } from './deliveries.ts';
import { targetInput } from './input.ts';
import { parsePattern } from './rule-operations.ts';
import { busName, type Rule, type Rules } from './rules.ts';

interface Entry {
  readonly Time?: Date;
  readonly Source?: string;
  readonly Resources?: readonly string[];
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly EventBusName?: string;
}

const MAX_ENTRIES = 10;
const MAX_BYTES = 1_048_576;
const DAY_SECONDS = 86_400;

export interface EventsPorts {
  readonly rules: Rules;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly deliveries: Deliveries;
}

/** An event in the form in which targets get it. */
export interface EventDocument {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** Keeps what has to be delivered, then answers; an event that was answered with an id is not lost. */
export function putEvents(
  ports: EventsPorts,
  { Entries = [], ...others }: { readonly Entries?: readonly Entry[] },
  caller: Caller,
): object {
  refuseOthers('events:PutEvents', others, []);
  if (Entries.length < 1 || Entries.length > MAX_ENTRIES) {
    const rule = Entries.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${MAX_ENTRIES}`;
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value '${Entries.length} entries' at 'entries' failed to satisfy constraint: Member must have length ${rule}`,
    );
  }
  if (Entries.reduce((sum, entry) => sum + entryBytes(entry), 0) > MAX_BYTES) {
    throw new ServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  const results = ports.storage.transaction(() => Entries.map((entry) => putEntry(ports, entry, caller)));
  ports.deliveries.wake();
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
}

type EntryResult = { readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string };

function putEntry(ports: EventsPorts, entry: Entry, caller: Caller): EntryResult {
  const refusal = checkEntry(entry);
  if (refusal) return refusal;
  try {
    ports.rules.bus(entry.EventBusName, caller);
  } catch (error) {
    if (error instanceof ServiceError) return { ErrorCode: error.code, ErrorMessage: error.message };
    throw error;
  }
  const event: EventDocument = {
    version: '0',
    id: randomUUID(),
    'detail-type': entry.DetailType!,
    source: entry.Source!,
    account: caller.account,
    time: isoSeconds(new Date(entry.Time ?? ports.clock.now()).getTime()),
    region: caller.region,
    resources: entry.Resources ?? [],
    detail: JSON.parse(entry.Detail!),
  };
  dispatch(ports, event, busName(entry.EventBusName), caller);
  return { EventId: event.id };
}

export const isoSeconds = (time: number): string => new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** Inside a transaction: finds the rules that match, and keeps a delivery for each of their targets. */
export function dispatch(
  { rules, deliveries }: Pick<EventsPorts, 'rules' | 'deliveries'>,
  event: EventDocument,
  bus: string,
  caller: Caller,
): void {
  for (const rule of rules.ofBus(bus, caller)) {
    if (rule.state !== 'ENABLED' || !rule.pattern || !parsePattern(rule.pattern)(event)) continue;
    sendToTargets(deliveries, rule, event);
  }
}

export function sendToTargets(deliveries: Deliveries, rule: Rule, event: EventDocument): void {
  for (const target of rule.targets) {
    const { Arn, RoleArn, SqsParameters, RetryPolicy = {}, DeadLetterConfig } = target;
    deliveries.add({
      destination: { Arn, ...(RoleArn && { RoleArn }), ...(SqsParameters && { SqsParameters }) },
      input: targetInput(target, event, rule),
      senderArn: rule.arn,
      retry: {
        maximumAttempts: RetryPolicy.MaximumRetryAttempts ?? 185,
        maximumAgeSeconds: RetryPolicy.MaximumEventAgeInSeconds ?? DAY_SECONDS,
      },
      ...(DeadLetterConfig?.Arn && { deadLetterArn: DeadLetterConfig.Arn }),
    });
  }
}

function checkEntry(entry: Entry): EntryResult | undefined {
  refuseOthers(
    'an entry of events:PutEvents',
    entry,
    ['Time', 'Source', 'Resources', 'DetailType', 'Detail', 'EventBusName'],
    ['TraceHeader'],
  );
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (!entry[name]) {
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
    }
  }
  if (entry.Source!.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: `Not authorized for the source.` };
  }
  try {
    const detail = JSON.parse(entry.Detail!);
    if (typeof detail === 'object' && detail !== null && !Array.isArray(detail)) return undefined;
  } catch {
    // told below
  }
  return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

/** As the limit counts: the texts, and 14 bytes for a time. */
function entryBytes({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: Entry): number {
  return [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), Time ? 14 : 0);
}
