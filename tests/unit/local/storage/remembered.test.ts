import { expect, test } from '@jest/globals';
import { createManualClock } from '../../../../local/manual-clock.ts';
import { openStorage } from '../../../../local/storage/open-storage.ts';
import { createRemembered } from '../../../../local/storage/remembered.ts';

test('what is remembered counts for its time, survives a restart, and is swept away in the end', async () => {
  const storage = openStorage();
  const clock = createManualClock(0);
  const open = () => createRemembered<string>(storage, 'x', clock, 100);
  open().put('a', '1');
  await clock.advanceTo(99);
  expect(open().get('a')).toBe('1');
  await clock.advanceTo(100);
  expect(open().get('a')).toBeUndefined();
  open().put('b', '2');
  expect([...storage.table('x').entries()].map(([key]) => key)).toEqual(['b']);
  open().clear();
  expect(open().get('b')).toBeUndefined();
});
