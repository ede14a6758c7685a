import { type Caller, ServiceError } from '../../aws/service.ts';
import type { Storage, Table } from '../../storage.ts';
import type { InputOptions } from './input.ts';
import type { Destination } from './target.ts';

export interface Bus {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface Target extends Destination, InputOptions {
  readonly Id: string;
  readonly RoleArn?: string;
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
  readonly DeadLetterConfig?: { readonly Arn?: string };
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly bus: string;
  readonly account: string;
  readonly region: string;
  readonly pattern?: string;
  readonly schedule?: string;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly description?: string;
  readonly roleArn?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly targets: readonly Target[];
  /** Where its schedule counts from. Milliseconds since 1970. */
  readonly createdAt: number;
}

/** Buses and rules in the storage. */
export interface Rules {
  readonly buses: Table<Bus>;
  readonly rules: Table<Rule>;
  /** @throws ServiceError ResourceNotFoundException */
  bus(nameOrArn: string | undefined, caller: Caller): Bus;
  /** @throws ServiceError ResourceNotFoundException */
  rule(name: string | undefined, bus: string | undefined, caller: Caller): Rule;
  ofBus(bus: string, caller: Caller): Rule[];
}

export const DEFAULT_BUS = 'default';

export const busKey = (name: string, { account, region }: Caller): string => `${account}/${region}/${name}`;
export const ruleKey = ({ account, region, bus, name }: Rule): string => `${account}/${region}/${bus}/${name}`;

/** `default` of `arn:aws:events:us-east-1:000000000000:event-bus/default`. */
export const busName = (nameOrArn = DEFAULT_BUS): string => nameOrArn.replace(/^arn:[^/]+:event-bus\//, '');

export function openRules(storage: Storage): Rules {
  const buses = storage.table<Bus>('events/buses');
  const rules = storage.table<Rule>('events/rules');
  const self: Rules = {
    buses,
    rules,
    bus(nameOrArn, caller) {
      const name = busName(nameOrArn);
      const bus = buses.get(busKey(name, caller));
      if (bus) return bus;
      if (name !== DEFAULT_BUS)
        throw new ServiceError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
      const arn = `arn:aws:events:${caller.region}:${caller.account}:event-bus/${DEFAULT_BUS}`;
      return { name: DEFAULT_BUS, arn, tags: {}, createdAt: 0 };
    },
    rule(name, bus, caller) {
      const found = rules.get(`${busKey(self.bus(bus, caller).name, caller)}/${name}`);
      if (!found)
        throw new ServiceError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${busName(bus)}.`);
      return found;
    },
    ofBus: (bus, caller) => [...rules.entries(`${busKey(bus, caller)}/`)].map(([, rule]) => rule),
  };
  return self;
}
