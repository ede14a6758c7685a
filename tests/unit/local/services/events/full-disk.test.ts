import { afterEach, expect, test } from '@jest/globals';
import { openStorage } from '../../../../../local/storage/open-storage.ts';
import type { Storage } from '../../../../../local/storage.ts';
import { CALLER, type CoreCloud, recordingService, startCoreCloud } from '../core-cloud.ts';

// A storage that refuses writes, as on a full disk: nothing ends, nothing is done over and over, and time goes on.

const MINUTE = 60_000;
let cloud: CoreCloud | undefined;
afterEach(() => cloud?.close());

function storageThatFills(): { storage: Storage; fill(): void; free(): void } {
  const storage = openStorage();
  let isFull = false;
  const check = () => {
    if (isFull) throw new Error('database or disk is full');
  };
  return {
    fill: () => {
      isFull = true;
    },
    free: () => {
      isFull = false;
    },
    storage: {
      ...storage,
      table<T>(name: string) {
        const table = storage.table<T>(name);
        return {
          ...table,
          put(key: string, value: T) {
            check();
            table.put(key, value);
          },
          delete(key: string) {
            check();
            table.delete(key);
          },
        };
      },
    },
  };
}

test('what was delivered and cannot be forgotten is delivered again later, not at once and for ever', async () => {
  const disk = storageThatFills();
  const queue = recordingService('sqs', { SendMessage: () => ({}) });
  cloud = await startCoreCloud({ storage: disk.storage, others: [queue] });
  await cloud.call('events', 'PutRule', { Name: 'all', EventPattern: '{"source":["shop"]}' }, CALLER);
  const Targets = [{ Id: 'queue', Arn: 'arn:aws:sqs:us-east-1:000000000000:orders' }];
  await cloud.call('events', 'PutTargets', { Rule: 'all', Targets }, CALLER);
  await cloud.call(
    'events',
    'PutEvents',
    { Entries: [{ Source: 'shop', DetailType: 'Placed', Detail: '{}' }] },
    CALLER,
  );
  disk.fill();
  await cloud.core.events.idle();
  expect(queue.calls).toHaveLength(1);
  expect(cloud.reports.join()).toContain('disk is full');
  disk.free();
  await cloud.clock.advanceTo(cloud.clock.now() + 20 * MINUTE);
  await cloud.core.events.idle();
  expect(queue.calls).toHaveLength(2);
  await cloud.clock.advanceTo(cloud.clock.now() + 60 * MINUTE);
  expect(queue.calls).toHaveLength(2);
});

test('a schedule that could not be kept comes again at its next time', async () => {
  const disk = storageThatFills();
  const queue = recordingService('sqs', { SendMessage: () => ({}) });
  cloud = await startCoreCloud({ storage: disk.storage, others: [queue] });
  await cloud.call('events', 'PutRule', { Name: 'hourly', ScheduleExpression: 'rate(1 hour)' }, CALLER);
  const Targets = [{ Id: 'queue', Arn: 'arn:aws:sqs:us-east-1:000000000000:orders' }];
  await cloud.call('events', 'PutTargets', { Rule: 'hourly', Targets }, CALLER);
  disk.fill();
  // Whoever moves the clock is told; a clock that goes by itself reports it.
  await expect(cloud.clock.advanceTo(cloud.clock.now() + 60 * MINUTE)).rejects.toThrow('disk is full');
  disk.free();
  await cloud.clock.advanceTo(cloud.clock.now() + 60 * MINUTE);
  await cloud.core.events.idle();
  expect(queue.calls).toHaveLength(1);
});
