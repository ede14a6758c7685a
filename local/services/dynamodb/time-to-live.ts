import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { createKey, performNow } from './dynalite.ts';
import { expiryKey, expiryOf, type Store } from './store.ts';
import { findTable } from './tables.ts';

interface TimeToLiveInput {
  readonly TableName: string;
  readonly TimeToLiveSpecification?: { readonly AttributeName?: string; readonly Enabled?: boolean };
}

export function timeToLiveOperations(storage: Storage, storeOf: (caller: Caller) => Store): Service['operations'] {
  return {
    UpdateTimeToLive(input: TimeToLiveInput, caller: Caller) {
      refuseOthers('dynamodb:UpdateTimeToLive', input, ['TableName', 'TimeToLiveSpecification']);
      const store = storeOf(caller);
      const table = findTable(store, input.TableName);
      const { AttributeName: attribute, Enabled: enabled } = input.TimeToLiveSpecification ?? {};
      if (!attribute || enabled === undefined) throw invalid('TimeToLiveSpecification needs AttributeName and Enabled');
      const current = store.timeToLive.all().get(table.TableName);
      if ((current?.enabled ?? false) === enabled)
        throw invalid(`TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`);
      storage.transaction(() => {
        store.timeToLive.put(table.TableName, { attribute, enabled });
        const expiries = store.expiries(table.TableName);
        for (const [key] of expiries.entries()) expiries.delete(key);
        if (!enabled) return;
        for (const [key, item] of store.items(table.TableName).entries()) {
          const at = expiryOf(item, attribute);
          if (at !== undefined) expiries.put(expiryKey(at, key), key);
        }
      });
      return { TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled } };
    },

    DescribeTimeToLive({ TableName }: TimeToLiveInput, caller: Caller) {
      const store = storeOf(caller);
      const setting = store.timeToLive.all().get(findTable(store, TableName).TableName);
      return {
        TimeToLiveDescription: setting?.enabled
          ? { TimeToLiveStatus: 'ENABLED', AttributeName: setting.attribute }
          : { TimeToLiveStatus: 'DISABLED' },
      };
    },
  };
}

const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);

/** Deletes what has expired. AWS takes up to days for it; here nobody sees an expired item, as each request comes here first. */
export function deleteExpired(storage: Storage, clock: Clock, store: Store): void {
  for (const [name, { attribute, enabled }] of store.timeToLive.all()) {
    if (!enabled) continue;
    const expiries = store.expiries(name);
    const now = Math.floor(clock.now() / 1000);
    for (const [entry, key] of expiries.range({ lt: expiryKey(now, '') })) {
      const table = store.tables.get(name);
      if (!table) break;
      storage.transaction(() => {
        expiries.delete(entry);
        const item = store.items(name).get(key);
        // It may have been written again since, with a later time.
        if (!item || (expiryOf(item, attribute) ?? now) >= now) return;
        const Key = Object.fromEntries(
          table.KeySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName]!]),
        );
        if (createKey(Key, table) === key) performNow('DeleteItem', store, { TableName: name, Key });
      });
    }
  }
}
