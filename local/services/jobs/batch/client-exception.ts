import { ServiceError } from '../../../aws/service.ts';

/** How Batch refuses whatever it refuses. */
export const clientException = (reason: string): ServiceError =>
  new ServiceError('ClientException', `Error executing request, Exception : ${reason}`);

const NAME = /^[A-Za-z0-9][\w-]{0,127}$/;

/** @throws ServiceError */
export function checkName(member: string, name: string | undefined): void {
  if (name === undefined || !NAME.test(name))
    throw clientException(`${member} has to match the pattern ${NAME.source}, and ${JSON.stringify(name)} does not`);
}
