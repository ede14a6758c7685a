import { pageSizeOf } from '../../aws/bounds.ts';
import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../../storage/page-of.ts';
import { type Bus, busKey, busName, DEFAULT_BUS, type Rules } from './rules.ts';

interface BusInput {
  readonly Name?: string;
  readonly NamePrefix?: string;
  readonly Description?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly Limit?: number;
  readonly NextToken?: string;
}

const PAGE = pageSizeOf('events', 'ListEventBuses', 'Limit');

export function busOperations(rules: Rules, clock: Clock): Service['operations'] {
  return {
    CreateEventBus(input: BusInput, caller: Caller) {
      refuseOthers('events:CreateEventBus', input, ['Name', 'Description', 'Tags'], ['KmsKeyIdentifier']);
      const { Name = '', Description, Tags = [] } = input;
      if (!/^[\w.-]{1,256}$/.test(Name)) {
        throw new ServiceError(
          'ValidationException',
          `1 validation error detected: Value '${Name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [/\\.\\-_A-Za-z0-9]+`,
        );
      }
      const key = busKey(Name, caller);
      if (Name === DEFAULT_BUS || rules.buses.get(key)) {
        throw new ServiceError('ResourceAlreadyExistsException', `Event bus ${Name} already exists.`);
      }
      const arn = `arn:aws:events:${caller.region}:${caller.account}:event-bus/${Name}`;
      const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
      rules.buses.put(key, {
        name: Name,
        arn,
        tags,
        createdAt: clock.now(),
        ...(Description !== undefined && { description: Description }),
      });
      return { EventBusArn: arn };
    },

    DeleteEventBus({ Name }: BusInput, caller: Caller) {
      const name = busName(Name);
      if (name === DEFAULT_BUS) throw new ServiceError('ValidationException', 'Cannot delete event bus default.');
      if (rules.ofBus(name, caller).length > 0) {
        throw new ServiceError('ValidationException', `Event bus can't be deleted since it has rules: ${name}.`);
      }
      rules.buses.delete(busKey(name, caller));
      return {};
    },

    DescribeEventBus: ({ Name }: BusInput, caller: Caller) => describe(rules.bus(Name, caller)),

    /** The default bus comes first. */
    ListEventBuses({ NamePrefix = '', Limit = PAGE, NextToken: after }: BusInput, caller: Caller) {
      const first = after === undefined && DEFAULT_BUS.startsWith(NamePrefix) ? [rules.bus(DEFAULT_BUS, caller)] : [];
      const prefix = busKey(NamePrefix, caller);
      const { items, next: NextToken } = pageOf(rules.buses, { prefix, after, limit: Limit - first.length });
      return { EventBuses: [...first, ...items].map(describe), NextToken };
    },
  };
}

const describe = ({ name, arn, description, createdAt }: Bus) => ({
  Name: name,
  Arn: arn,
  Description: description,
  CreationTime: new Date(createdAt),
});
