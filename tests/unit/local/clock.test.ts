import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AdjustableClock } from '../../../local/clock.ts';
import { createManualClock } from '../../../local/manual-clock.ts';
import { createSystemClock } from '../../../local/system-clock.ts';

const YEAR = 365 * 24 * 3600_000;

const clocks: Record<string, () => AdjustableClock> = {
  'the manual clock': () => createManualClock(1_000_000),
  'the system clock': () => createSystemClock(),
};

for (const [name, create] of Object.entries(clocks)) {
  describe(name, () => {
    test('a cancelled timer never runs', async () => {
      const clock = create();
      const ran: string[] = [];
      const cancel = clock.at(clock.now() + 5000, () => ran.push('cancelled'));
      clock.at(clock.now() + 6000, () => ran.push('kept'));
      cancel();
      cancel();
      await clock.advanceTo(clock.now() + 10_000);
      expect(ran).toEqual(['kept']);
    });

    test('it never goes backward', async () => {
      const clock = create();
      const before = clock.now();
      await clock.advanceTo(before - 100_000);
      expect(clock.now()).toBeGreaterThanOrEqual(before);
    });

    test('a failing callback fails the move and leaves the clock usable', async () => {
      const clock = create();
      clock.at(clock.now() + 1000, () => {
        throw new Error('no');
      });
      await expect(clock.advanceTo(clock.now() + 2000)).rejects.toThrow('no');
      const target = clock.now() + 2000;
      await clock.advanceTo(target);
      expect(clock.now()).toBeGreaterThanOrEqual(target);
    });

    test('callbacks run in order of their times, each at its own time', async () => {
      const clock = create();
      const start = clock.now();
      const ran: [string, boolean][] = [];
      const note = (label: string, at: number) =>
        clock.at(at, () => ran.push([label, clock.now() >= at && clock.now() < at + 1000]));
      note('third', start + 3 * YEAR);
      note('first', start + 10_000);
      note('second', start + YEAR);
      note('second, set later', start + YEAR);
      await clock.advanceTo(start + 2 * YEAR);
      expect(ran).toEqual([
        ['first', true],
        ['second', true],
        ['second, set later', true],
      ]);
      expect(clock.nextTimer()).toBe(start + 3 * YEAR);
      expect(clock.now()).toBeGreaterThanOrEqual(start + 2 * YEAR);
    });

    test('timers that a callback sets, even some turns later, run in the same move when they are due', async () => {
      const clock = create();
      const start = clock.now();
      const ran: string[] = [];
      clock.at(start + 10_000, () => {
        setImmediate(() => clock.at(start + 20_000, () => ran.push('inner')));
      });
      clock.at(start + 30_000, () => ran.push('outer'));
      await clock.advanceTo(start + 30_000);
      expect(ran).toEqual(['inner', 'outer']);
    });

    test("timers in the background run, and are nobody's next timer", async () => {
      const clock = create();
      const start = clock.now();
      const ran: string[] = [];
      clock.at(start + 5000, () => ran.push('background'), { background: true });
      expect(clock.nextTimer()).toBeUndefined();
      clock.at(start + 9000, () => ran.push('foreground'));
      expect(clock.nextTimer()).toBe(start + 9000);
      await clock.advanceTo(start + 9000);
      expect(ran).toEqual(['background', 'foreground']);
    });

    test('timers say what they are for, earliest first, as long as they are pending', async () => {
      const clock = create();
      const now = clock.now();
      const purpose = (name: string) => ({ kind: 'rule', name }) as const;
      const nothing = (): void => {};
      clock.at(now + 3_000, nothing, { purpose: purpose('late') });
      clock.at(now + 2_000, nothing, { purpose: purpose('often'), background: true });
      clock.at(now + 2_500, nothing);
      clock.at(now + 1_000, nothing, { purpose: purpose('cancelled') })();
      clock.at(now + 1_000, nothing, { purpose: purpose('early') });
      expect(clock.purposeful().map(({ purpose: { name }, background }) => [name, background])).toEqual([
        ['early', false],
        ['often', true],
        ['late', false],
      ]);
      await clock.advanceTo(now + 2_000);
      expect(clock.purposeful()).toEqual([{ at: now + 3_000, purpose: purpose('late'), background: false }]);
    });

    test('a long poll ends once time has passed, and when time is skipped, at the end of the skip', async () => {
      const clock = create();
      const start = clock.now();
      const ran: string[] = [];
      clock.at(start + 60_000, () => ran.push('poll'), { longPoll: true });
      const cancel = clock.at(start + 60_000, () => ran.push('cancelled'), { longPoll: true });
      cancel();
      expect(clock.nextTimer()).toBeUndefined();
      clock.at(start + YEAR, () => ran.push('timer'));
      await clock.advanceTo(start + 50_000);
      expect(ran).toEqual([]);
      await clock.advanceTo(start + 2 * YEAR);
      expect(ran).toEqual(['timer', 'poll']);
    });

    test('moves that overlap happen one after the other', async () => {
      const clock = create();
      const start = clock.now();
      const ran: number[] = [];
      for (const at of [1000, 2000, 3000]) clock.at(start + at, () => ran.push(at));
      await Promise.all([clock.advanceTo(start + 3000), clock.advanceTo(start + 1000)]);
      expect(ran).toEqual([1000, 2000, 3000]);
    });

    test('any set of timers, some cancelled, runs sorted', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.integer({ min: 5000, max: 9000 }), fc.boolean()), { maxLength: 30 }),
          async (timers) => {
            const clock = create();
            const start = clock.now();
            const ran: number[] = [];
            const cancels = timers.map(([at]) => clock.at(start + at, () => ran.push(at)));
            timers.forEach(([, cancelled], index) => {
              if (cancelled) cancels[index]!();
            });
            const kept = timers.filter(([, cancelled]) => !cancelled).map(([at]) => at);
            expect(clock.nextTimer()).toBe(kept.length > 0 ? start + Math.min(...kept) : undefined);
            await clock.advanceTo(start + 9000);
            expect(ran).toEqual(kept.sort((a, b) => a - b));
          },
        ),
        { numRuns: 30 },
      );
    });
  });
}

test('the system clock reports its offset and continues with it', async () => {
  const offsets: number[] = [];
  const clock = createSystemClock({ onOffset: (offset) => offsets.push(offset) });
  const target = clock.now() + YEAR;
  await clock.advanceTo(target);
  expect(offsets.at(-1)).toBeGreaterThan(YEAR - 60_000);
  expect(createSystemClock({ offset: offsets.at(-1)! }).now()).toBeGreaterThanOrEqual(target);
});

test('after a skip, the system clock runs by itself what is due a moment later', async () => {
  const clock = createSystemClock();
  const start = clock.now();
  const alive = setInterval(() => {}, 1000);
  const later = new Promise<void>((resolve) => clock.at(start + YEAR + 5, resolve));
  clock.at(start + YEAR, () => {});
  await clock.advanceTo(start + YEAR);
  await later;
  clearInterval(alive);
});

test('after a move that failed, the system clock still runs by itself what is due', async () => {
  const clock = createSystemClock();
  const start = clock.now();
  const alive = setInterval(() => {}, 1000);
  const later = new Promise<void>((resolve) => clock.at(start + YEAR + 5, resolve));
  clock.at(start + YEAR, () => {
    throw new Error('no');
  });
  await expect(clock.advanceTo(start + YEAR)).rejects.toThrow('no');
  await later;
  clearInterval(alive);
});

test('the system clock runs what is due by itself', async () => {
  const clock = createSystemClock();
  // Referenced, as the clock's own timers let the process end.
  const alive = setInterval(() => {}, 1000);
  await new Promise<void>((resolve) => clock.at(clock.now() + 1, resolve));
  await new Promise<void>((resolve) => clock.at(clock.now() - 1, resolve));
  clearInterval(alive);
});

test('a callback of the system clock that throws when its time has come is reported, and the others run', async () => {
  const failures: unknown[] = [];
  const clock = createSystemClock({ report: (error) => failures.push(error) });
  const ran = new Promise<void>((resolve) => {
    clock.at(clock.now(), () => {
      throw new Error('the disk is full');
    });
    clock.at(clock.now(), resolve);
  });
  await ran;
  expect(failures).toEqual([new Error('the disk is full')]);
});
