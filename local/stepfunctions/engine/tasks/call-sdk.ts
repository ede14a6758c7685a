import { operationModel } from '../../../aws/model.ts';
import { ServiceError } from '../../../aws/service.ts';
import type { TaskResource } from '../../asl/resource.ts';
import type { TaskOutcome } from '../ports.ts';
import { sdkFailure, unexpectedFailure } from './failures.ts';
import type { TaskAttempt } from './integration.ts';
import { operationName, SDK_SERVICES } from './sdk-services.ts';
import { fromServiceOutput, toServiceInput } from './shapes.ts';

type SdkResource = Extract<TaskResource, { type: 'sdk' }>;

/** `arn:aws:states:::aws-sdk:<service>:<action>`: any operation of any service, without shaping. */
export async function callSdk(attempt: TaskAttempt, resource: SdkResource): Promise<TaskOutcome> {
  const { environment, caller, call } = attempt;
  const sdkService = SDK_SERVICES[resource.service];
  const operation = operationName(resource.action);
  const model = sdkService && operationModel(sdkService.service, operation);
  if (!sdkService || !model) return unexpectedFailure(new Error(`${resource.arn} is not supported`));
  try {
    const input = toServiceInput(model.input, call.parameters, sdkService.bytes) as object;
    const answer = await environment.callService(sdkService.service, operation, input, caller);
    return { ok: true, output: fromServiceOutput(model.output, answer, { times: 'text' }) ?? {} };
  } catch (error) {
    if (!(error instanceof ServiceError)) return unexpectedFailure(error);
    return sdkFailure(sdkService, error, model.hasException(error.code), environment.randomUuid());
  }
}
