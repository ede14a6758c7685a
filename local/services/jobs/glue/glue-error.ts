import { ServiceError } from '../../../aws/service.ts';

export const entityNotFound = (message: string): ServiceError => new ServiceError('EntityNotFoundException', message);

export const invalidInput = (message: string): ServiceError => new ServiceError('InvalidInputException', message);
