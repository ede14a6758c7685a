import { checkInput } from './check-input.ts';
import { inPages } from './listings.ts';
import { withTokensChecked } from './page-tokens.ts';
import {
  type Authorize,
  type Caller,
  type CallService,
  type Operation,
  type Service,
  ServiceError,
} from './service.ts';

/**
 * @param services may grow after this call, since services need to call each other.
 * @param authorize absent: everybody may do everything
 */
export function createCaller(services: readonly Service[], authorize: Authorize = () => {}): CallService {
  return async (service, operation, input, caller) =>
    perform(findOperation(services, service, operation), service, operation, input, caller, authorize);
}

/** Runs an operation if its caller may. */
export function perform(
  run: Operation,
  service: string,
  operation: string,
  input: object,
  { principal, ...caller }: Caller,
  authorize: Authorize,
): Promise<object> | object {
  if (principal) authorize(service, operation, input, { ...caller, principal });
  return run(input, caller);
}

/**
 * @returns the operation, which is called only with an input that it can work with
 * @throws ServiceError naming what is unknown
 */
export function findOperation(services: readonly Service[], serviceName: string, operation: string): Operation {
  const service = services.find(({ name }) => name === serviceName);
  if (!service)
    throw new ServiceError('UnknownServiceException', `This local cloud has no service ${serviceName}.`, 501);
  if (!Object.hasOwn(service.operations, operation)) {
    throw new ServiceError(
      'UnknownOperationException',
      `This local cloud does not support the operation ${operation} of ${serviceName}.`,
      501,
    );
  }
  const run = withTokensChecked(service, operation, inPages(service.name, operation, service.operations[operation]!));
  if (service.checksInput) return run;
  return (input, caller) => {
    checkInput(service, operation, input);
    return run(input, caller);
  };
}
