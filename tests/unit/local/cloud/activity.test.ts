import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createActivity, watchedCalls } from '../../../../local/cloud/activity.ts';
import { createSystemClock } from '../../../../local/system-clock.ts';

const caller = { account: '000000000000', region: 'us-east-1' };

function deferred() {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  for (let turns = 0; turns < 60; turns++) await turn();
  return settled;
}

test('settled waits for what runs, and for what that sets off', async () => {
  const activity = createActivity();
  const [first, second] = [deferred(), deferred()];
  void activity
    .during(first.promise)
    .then(() => turn())
    .then(() => activity.during(second.promise));
  const settled = activity.settled();
  expect(await isSettled(settled)).toBe(false);
  first.resolve();
  expect(await isSettled(settled)).toBe(false);
  second.resolve();
  expect(await isSettled(settled)).toBe(true);
});

test('work that fails is over as well', async () => {
  const activity = createActivity();
  await expect(activity.during(Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await isSettled(activity.settled())).toBe(true);
});

test('what never ends does not hold up the clock for ever', async () => {
  const activity = createActivity(20);
  void activity.during(new Promise(() => {}));
  await activity.settled();
});

test('calls that wait for something else to happen do not count', async () => {
  const activity = createActivity();
  const call = watchedCalls(() => new Promise(() => {}), activity);
  void call('sqs', 'ReceiveMessage', {}, caller);
  expect(await isSettled(activity.settled())).toBe(true);
  void call('lambda', 'Invoke', {}, caller);
  expect(await isSettled(activity.settled())).toBe(false);
});

test('a timeout does not overtake work because time is skipped', async () => {
  const activity = createActivity();
  const clock = createSystemClock({ settled: activity.settled });
  const events: string[] = [];
  const start = clock.now();
  const work = deferred();
  clock.at(start + 60_000, () => {
    const cancel = clock.at(clock.now() + 30_000, () => events.push('timed out'));
    void activity.during(work.promise).then(() => {
      cancel();
      events.push('done');
    });
    setTimeout(work.resolve, 30);
  });
  await clock.advanceTo(start + 600_000);
  expect(events).toEqual(['done']);
});
