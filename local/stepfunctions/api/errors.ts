import { ServiceError } from '../../aws/service.ts';

// What Step Functions answers, code and text, when it refuses a request.

export const validationError = (message: string) => new ServiceError('ValidationException', message);

export const invalidArn = (reason: string) => new ServiceError('InvalidArn', `Invalid Arn: '${reason}'`);

export const invalidName = (name: string) => new ServiceError('InvalidName', `Invalid Name: '${name}'`);

export const invalidToken = (reason: string) => new ServiceError('InvalidToken', `Invalid Token: '${reason}'`);

export const invalidDefinition = (problems: string) =>
  new ServiceError('InvalidDefinition', `Invalid State Machine Definition: '${problems}'`);

export const invalidLogging = (reason: string) =>
  new ServiceError('InvalidLoggingConfiguration', `Invalid Logging Configuration: ${reason}`);

export const invalidInput = (reason: string) =>
  new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);

export const invalidOutput = (reason: string) => new ServiceError('InvalidOutput', `Invalid Output: '${reason}'`);

export const noSuchMachine = (arn: string) =>
  new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);

export const machineExists = (arn: string) =>
  new ServiceError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);

export const machineDeleting = (arn: string) =>
  new ServiceError('StateMachineDeleting', `State Machine is being deleted: '${arn}'`);

export const wrongMachineType = () =>
  new ServiceError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');

export const noSuchActivity = (arn: string) =>
  new ServiceError('ActivityDoesNotExist', `Activity Does Not Exist: '${arn}'`);

export const activityExists = (arn: string) =>
  new ServiceError('ActivityAlreadyExists', `Activity Already Exists: '${arn}'`);

export const noSuchResource = (arn?: string) =>
  new ServiceError(
    'ResourceNotFound',
    arn === undefined ? 'Request references a resource that does not exist.' : `Resource not found: '${arn}'`,
    400,
    {
      ...(arn !== undefined && { resourceName: arn }),
    },
  );

export const conflict = (message: string) => new ServiceError('ConflictException', message);

export const tooManyTags = (arn: string) =>
  new ServiceError('TooManyTags', `Too many tags: '${arn}'`, 400, { resourceName: arn });
