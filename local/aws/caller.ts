import { type CallService, type Operation, type Service, ServiceError } from './service.ts';

/** @param services may grow after this call, since services need to call each other. */
export function createCaller(services: readonly Service[]): CallService {
  return async (service, operation, input, caller) => findOperation(services, service, operation)(input, caller);
}

/** @throws ServiceError naming what is unknown */
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
  return service.operations[operation]!;
}
