import { type Caller, ServiceError } from '../../aws/service.ts';
import type { Storage } from '../../storage.ts';

interface Identity {
  /** An address, or a domain: then every address of it may send. */
  readonly name: string;
}

/** Who may send, by account and region. An identity counts as verified as soon as it is there: its mail lands here anyway. */
export interface Identities {
  add(name: string, caller: Caller): void;
  has(name: string, caller: Caller): boolean;
  list(caller: Caller): readonly string[];
  remove(name: string, caller: Caller): void;
  /** @throws MessageRejected, in SES's words */
  check(address: string, caller: Caller): void;
}

const IDENTITY = /^(?:[^\s@<>"(),:;]+@)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;

export function createIdentities(storage: Storage): Identities {
  const identities = storage.table<Identity>('ses/identities');
  const prefix = ({ account, region }: Caller) => `${account}/${region}/`;
  const has = (name: string, caller: Caller) => identities.get(prefix(caller) + name) !== undefined;
  return {
    has,
    add(name, caller) {
      if (!IDENTITY.test(name)) throw new ServiceError('BadRequestException', `Invalid identity ${name}.`);
      identities.put(prefix(caller) + name, { name });
    },
    list: (caller) => [...identities.entries(prefix(caller))].map(([, { name }]) => name),
    remove: (name, caller) => identities.delete(prefix(caller) + name),
    check(address, caller) {
      const domains = address
        .slice(address.indexOf('@') + 1)
        .split('.')
        .map((_, index, labels) => labels.slice(index).join('.'));
      if ([address, ...domains].some((name) => has(name, caller))) return;
      throw new ServiceError(
        'MessageRejected',
        `Email address is not verified. The following identities failed the check in region ${caller.region.toUpperCase()}: ${address}`,
      );
    },
  };
}
