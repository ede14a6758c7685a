import { ServiceError } from '../../aws/service.ts';

/** The engine could not make a decision durable, and stopped: nothing was acknowledged or performed since. Restart it. */
export class EngineHaltedError extends Error {
  override readonly name = 'EngineHaltedError';

  constructor(cause: Error) {
    super(`The engine stopped, because its store failed: ${cause.message}`, { cause });
  }
}

/** No mistake of this cloud, but what whoever waits for an execution is told when it is ended. */
export class EngineClosedError extends ServiceError {
  override readonly name = 'EngineClosedError';

  constructor() {
    super('ServiceUnavailable', 'This local cloud is ending. Send the request again once it has started again.', 503);
  }
}

// What callers of the API get, in AWS's words.

export const executionAlreadyExists = (arn: string): ServiceError =>
  new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);

export const executionDoesNotExist = (arn: string): ServiceError =>
  new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);

/** Express executions are not described, listed or stopped. */
export const notForExpress = (): ServiceError =>
  new ServiceError('InvalidArn', "Invalid Arn: 'Resource type not valid in this context: express'");

export const executionNotRedrivable = (reason: string): ServiceError =>
  new ServiceError('ExecutionNotRedrivable', reason);

/** Of callbacks and of pages alike. */
export const invalidToken = (): ServiceError => new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");

/** Also when the task is over, whatever ended it: AWS does not tell these apart. */
export const taskTimedOut = (): ServiceError =>
  new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");

export const resourceNotFound = (arn: string): ServiceError =>
  new ServiceError('ResourceNotFound', `Resource not found: '${arn}'`);
