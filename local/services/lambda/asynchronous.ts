import type { Caller } from '../../aws/service.ts';
import type { Table } from '../../storage.ts';
import type { FunctionRecord, FunctionReference, StoredEventInvokeConfig } from './function-record.ts';
import { qualifiedArn, revisionOf, runnable } from './function-record.ts';
import type { LambdaContext } from './lambda-context.ts';
import type { InvocationResult } from './runner.ts';

/** An invocation of type `Event` that waits for its turn, kept until it succeeded or was given up. */
interface StoredInvocation {
  readonly reference: FunctionReference;
  /** JSON text. */
  readonly payload: string;
  readonly requestId: string;
  readonly acceptedAt: number;
  /** How often it was tried. */
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
}

export interface AsynchronousInvocations {
  /** Durable when it returns. */
  accept(invocation: Pick<StoredInvocation, 'reference' | 'payload' | 'requestId'>): void;
  /** Takes up what an earlier process had accepted. */
  resume(): void;
  /** Resolves when what runs now is over. Nothing new is begun. */
  close(): Promise<void>;
}

/** AWS waits one minute before the first retry and two before the second. */
const RETRY_MILLISECONDS = [60_000, 120_000];
const MOST_RETRIES = 2;
const LONGEST_AGE_SECONDS = 21_600;

/** Invocations that nobody waits for: retried when the function fails, then handed to its destination or dead-letter queue. */
export function createAsynchronousInvocations(context: LambdaContext): AsynchronousInvocations {
  const { storage, clock, records, runner } = context;
  const table: Table<StoredInvocation> = storage.table('lambda-asynchronous');
  const running = new Set<Promise<void>>();
  const timers = new Map<string, () => void>();
  let closed = false;

  function arm(invocation: StoredInvocation): void {
    const start = (): void => {
      timers.delete(invocation.requestId);
      if (closed) return;
      const attempt = perform(invocation).finally(() => running.delete(attempt));
      running.add(attempt);
    };
    if (invocation.dueAt <= clock.now()) setImmediate(start);
    else {
      const purpose = { kind: 'invocation', name: invocation.reference.name } as const;
      timers.set(invocation.requestId, clock.at(invocation.dueAt, start, { purpose }));
    }
  }

  async function perform(invocation: StoredInvocation): Promise<void> {
    const { reference, payload, requestId } = invocation;
    const record = records.find(reference);
    if (!record) {
      table.delete(requestId);
      return;
    }
    const attempts = invocation.attempts + 1;
    let result: InvocationResult;
    let version = '$LATEST';
    try {
      const revision = revisionOf(record, reference, context.dice());
      version = revision.version;
      result = await runner.run(runnable(record, revision), {
        requestId,
        payload,
        invokedFunctionArn: qualifiedArn(reference),
      });
    } catch (error) {
      // Throttled, or the version is gone: retried like a failure of the function.
      const { name, message } = error as Error;
      result = {
        functionError: 'Unhandled',
        payload: JSON.stringify({ errorType: name, errorMessage: message }),
        log: '',
      };
    }
    if (closed) return;
    const config = configOf(record, reference);
    if (result.functionError && mayRetry(invocation, attempts, config)) {
      const next = { ...invocation, attempts, dueAt: clock.now() + (RETRY_MILLISECONDS[attempts - 1] ?? 0) };
      table.put(requestId, next);
      arm(next);
      return;
    }
    await deliverOutcome({ ...invocation, attempts }, record, config, version, result);
    table.delete(requestId);
  }

  function mayRetry(
    invocation: StoredInvocation,
    attempts: number,
    config: StoredEventInvokeConfig | undefined,
  ): boolean {
    const { MaximumRetryAttempts = MOST_RETRIES, MaximumEventAgeInSeconds = LONGEST_AGE_SECONDS } = config ?? {};
    const nextAge = clock.now() + (RETRY_MILLISECONDS[attempts - 1] ?? 0) - invocation.acceptedAt;
    return attempts <= MaximumRetryAttempts && nextAge <= MaximumEventAgeInSeconds * 1_000;
  }

  async function deliverOutcome(
    invocation: StoredInvocation,
    record: FunctionRecord,
    config: StoredEventInvokeConfig | undefined,
    version: string,
    result: InvocationResult,
  ): Promise<void> {
    const caller: Caller = { account: record.account, region: record.region };
    const destination = result.functionError ? config?.OnFailure : config?.OnSuccess;
    if (destination) {
      await send(
        destination,
        JSON.stringify(outcomeRecord(invocation, version, result, clock.now())),
        invocation,
        caller,
      );
    }
    const deadLetters = record.latest.configuration.DeadLetterTargetArn;
    if (result.functionError && deadLetters) await send(deadLetters, invocation.payload, invocation, caller);
  }

  async function send(targetArn: string, text: string, { requestId }: StoredInvocation, caller: Caller): Promise<void> {
    const [, , service, region, account, ...rest] = targetArn.split(':');
    const target = { account: account || caller.account, region: region || caller.region };
    switch (service) {
      case 'sqs': {
        const { QueueUrl } = await context.call('sqs', 'GetQueueUrl', { QueueName: rest[0] }, target);
        await context.call('sqs', 'SendMessage', { QueueUrl, MessageBody: text }, target);
        return;
      }
      case 'sns':
        await context.call('sns', 'Publish', { TopicArn: targetArn, Message: text }, target);
        return;
      case 'lambda':
        await context.call(
          'lambda',
          'Invoke',
          { FunctionName: targetArn, InvocationType: 'Event', Payload: text },
          target,
        );
        return;
      case 'events': {
        const entry = {
          Source: 'lambda',
          DetailType: 'Lambda Function Invocation Result',
          Detail: text,
          Resources: [requestId],
        };
        await context.call('events', 'PutEvents', { Entries: [{ ...entry, EventBusName: targetArn }] }, target);
        return;
      }
    }
  }

  return {
    accept({ reference, payload, requestId }) {
      const now = clock.now();
      const invocation: StoredInvocation = { reference, payload, requestId, acceptedAt: now, attempts: 0, dueAt: now };
      table.put(requestId, invocation);
      arm(invocation);
    },
    resume() {
      for (const [, invocation] of table.entries()) arm(invocation);
    },
    async close() {
      closed = true;
      for (const cancel of timers.values()) cancel();
      await Promise.allSettled(running);
    },
  };
}

const configOf = (
  record: FunctionRecord,
  { qualifier = '$LATEST' }: FunctionReference,
): StoredEventInvokeConfig | undefined =>
  Object.hasOwn(record.eventInvokeConfigs, qualifier) ? record.eventInvokeConfigs[qualifier] : undefined;

/** What a destination receives: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function outcomeRecord(invocation: StoredInvocation, version: string, result: InvocationResult, now: number): object {
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: invocation.requestId,
      functionArn: qualifiedArn({ ...invocation.reference, qualifier: invocation.reference.qualifier ?? '$LATEST' }),
      condition: result.functionError ? 'RetriesExhausted' : 'Success',
      approximateInvokeCount: invocation.attempts,
    },
    requestPayload: JSON.parse(invocation.payload),
    responseContext: {
      statusCode: 200,
      executedVersion: version,
      ...(result.functionError && { functionError: result.functionError }),
    },
    responsePayload: JSON.parse(result.payload),
  };
}
