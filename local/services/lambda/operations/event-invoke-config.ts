import type { Caller } from '../../../aws/service.ts';
import { ServiceError } from '../../../aws/service.ts';
import type { FunctionReference, StoredEventInvokeConfig } from '../function-record.ts';
import { parseReference, qualifiedArn } from '../function-record.ts';
import type { LambdaContext } from '../lambda-context.ts';

export interface EventInvokeConfigInput {
  readonly FunctionName: string;
  readonly Qualifier?: string;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
  readonly DestinationConfig?: {
    readonly OnSuccess?: { readonly Destination?: string };
    readonly OnFailure?: { readonly Destination?: string };
  };
}

/** Services that a destination or a dead-letter queue can be. */
const DESTINATION = /^arn:[a-z-]+:(sqs|sns|lambda|events):/;

export function eventInvokeConfigOperations({ records, clock }: LambdaContext) {
  function put(input: EventInvokeConfigInput, caller: Caller, current?: StoredEventInvokeConfig): object {
    const reference = parseReference(input.FunctionName, input.Qualifier, caller);
    const record = records.get({ ...reference, qualifier: undefined });
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = input;
    const OnSuccess = destination(DestinationConfig?.OnSuccess?.Destination);
    const OnFailure = destination(DestinationConfig?.OnFailure?.Destination);
    const config: StoredEventInvokeConfig = {
      ...current,
      LastModified: clock.now(),
      ...(MaximumRetryAttempts !== undefined && { MaximumRetryAttempts }),
      ...(MaximumEventAgeInSeconds !== undefined && { MaximumEventAgeInSeconds }),
      ...(OnSuccess && { OnSuccess }),
      ...(OnFailure && { OnFailure }),
    };
    const key = reference.qualifier ?? '$LATEST';
    records.put({ ...record, eventInvokeConfigs: { ...record.eventInvokeConfigs, [key]: config } });
    return describe(reference, config);
  }

  function get(
    input: EventInvokeConfigInput,
    caller: Caller,
  ): { reference: FunctionReference; config: StoredEventInvokeConfig } {
    const reference = parseReference(input.FunctionName, input.Qualifier, caller);
    const config = records.get({ ...reference, qualifier: undefined }).eventInvokeConfigs[
      reference.qualifier ?? '$LATEST'
    ];
    if (config) return { reference, config };
    const message = `The function ${qualifiedArn({ ...reference, qualifier: reference.qualifier ?? '$LATEST' })} doesn't have an EventInvokeConfig`;
    throw new ServiceError('ResourceNotFoundException', message, 404, { Type: 'User' });
  }

  return {
    PutFunctionEventInvokeConfig: (input: EventInvokeConfigInput, caller: Caller) => put(input, caller),
    UpdateFunctionEventInvokeConfig: (input: EventInvokeConfigInput, caller: Caller) =>
      put(input, caller, get(input, caller).config),
    GetFunctionEventInvokeConfig(input: EventInvokeConfigInput, caller: Caller) {
      const { reference, config } = get(input, caller);
      return describe(reference, config);
    },
    DeleteFunctionEventInvokeConfig(input: EventInvokeConfigInput, caller: Caller) {
      const { reference } = get(input, caller);
      const record = records.get({ ...reference, qualifier: undefined });
      const { [reference.qualifier ?? '$LATEST']: _, ...eventInvokeConfigs } = record.eventInvokeConfigs;
      records.put({ ...record, eventInvokeConfigs });
      return {};
    },
  };
}

function destination(arn: string | undefined): string | undefined {
  if (!arn || DESTINATION.test(arn)) return arn || undefined;
  throw new ServiceError(
    'InvalidParameterValueException',
    `The destination ${arn} is not supported here: SQS, SNS, Lambda and EventBridge are.`,
  );
}

function describe(reference: FunctionReference, config: StoredEventInvokeConfig): object {
  const { LastModified, OnSuccess, OnFailure, ...limits } = config;
  return {
    LastModified: new Date(LastModified),
    FunctionArn: qualifiedArn({ ...reference, qualifier: reference.qualifier ?? '$LATEST' }),
    ...limits,
    DestinationConfig: {
      OnSuccess: OnSuccess ? { Destination: OnSuccess } : {},
      OnFailure: OnFailure ? { Destination: OnFailure } : {},
    },
  };
}
