import { afterEach, expect, test } from '@jest/globals';
import { type TimeToLive, timeToLiveSettings } from '../../../../../local/services/dynamodb/time-to-live-settings.ts';
import { openStorage } from '../../../../../local/storage/open-storage.ts';

const storage = openStorage();
afterEach(() => storage.close());

test('a change whose transaction failed is not remembered, one whose transaction held is', () => {
  const settings = timeToLiveSettings(storage.table<TimeToLive>('settings'));
  const setting = { attribute: 'expires', enabled: true };
  const failing = (change: () => void) => () =>
    storage.transaction(() => {
      change();
      throw new Error('the disk is full');
    });

  expect(failing(() => settings.put('orders', setting))).toThrow('the disk is full');
  expect([...settings.all()]).toEqual([]);

  storage.transaction(() => settings.put('orders', setting));
  expect([...settings.all()]).toEqual([['orders', setting]]);

  expect(failing(() => settings.delete('orders'))).toThrow('the disk is full');
  expect([...settings.all()]).toEqual([['orders', setting]]);

  storage.transaction(() => settings.delete('orders'));
  expect([...settings.all()]).toEqual([]);
});
