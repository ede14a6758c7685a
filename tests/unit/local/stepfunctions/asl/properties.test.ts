import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { outstanding } from '../../../../../local/stepfunctions/asl/outstanding.ts';
import type { AttemptKey, ExecutionEvent } from '../../../../../local/stepfunctions/asl/protocol.ts';
import { FUNCTION, Player } from './player.ts';

// One state machine that has a bit of everything, and random answers to what it calls.

const RECOVERY = { Retry: [{ ErrorEquals: ['Again'], MaxAttempts: 2, JitterStrategy: 'FULL' }] };
const TASK = { Type: 'Task', Resource: FUNCTION, TimeoutSeconds: 50, ...RECOVERY };
const CALLBACK = {
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  Parameters: { QueueUrl: 'u', 'MessageBody.$': '$$.Task.Token' },
  HeartbeatSeconds: 20,
};

const DEFINITION = {
  StartAt: 'Begin',
  TimeoutSeconds: 100_000,
  States: {
    Begin: { Type: 'Pass', Result: [1, 2, 3], ResultPath: '$.items', Assign: { 'items.$': '$' }, Next: 'Each' },
    Each: {
      Type: 'Map',
      ItemsPath: '$.items',
      MaxConcurrency: 2,
      ItemProcessor: {
        StartAt: 'Work',
        States: {
          Work: { ...TASK, Assign: { 'mine.$': '$' }, Next: 'Pause' },
          Pause: { Type: 'Wait', Seconds: 5, End: true },
        },
      },
      ResultPath: '$.each',
      Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Both' }],
      Next: 'Both',
    },
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Ask', States: { Ask: { ...CALLBACK, End: true } } },
        { StartAt: 'Bill', States: { Bill: { ...TASK, End: true } } },
      ],
      Catch: [{ ErrorEquals: ['Boom'], ResultPath: '$.error', Next: 'Begin' }],
      End: true,
    },
  },
};

type Move = { kind: 'submit' | 'succeed' | 'again' | 'boom' | 'timer' | 'heartbeat'; pick: number };

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('submit', 'succeed', 'succeed', 'succeed', 'again', 'boom', 'timer', 'timer', 'heartbeat'),
    pick: fc.nat(),
  }),
  { maxLength: 60 },
);

/** Makes one move. @returns the event that it sent, if there was anything to do */
function make(
  player: Player,
  { kind, pick }: Move,
): { event: Parameters<Player['send']>[0]; changed: boolean } | undefined {
  if (kind === 'timer') {
    const timer = player.timers.toSorted((a, b) => a.at - b.at)[0];
    if (!timer) return undefined;
    player.timers = player.timers.filter((other) => other !== timer);
    player.at = Math.max(player.at, timer.at);
    return send(player, { type: 'timer', key: timer.key, timer: timer.timer });
  }
  const call = player.calls[pick % Math.max(player.calls.length, 1)];
  if (!call) return undefined;
  if (kind === 'submit') return send(player, { type: 'submitted', key: call.key, output: { MessageId: 'm' } });
  if (kind === 'heartbeat') return send(player, { type: 'heartbeat', key: call.key });
  const isSubmitted = 'taskToken' in call && player.execution.scopes[Number.parseInt(call.key, 10)]?.phase;
  if (!isSubmitted || !('submitted' in isSubmitted) || isSubmitted.submitted === undefined) {
    if ('taskToken' in call) return send(player, { type: 'submitted', key: call.key, output: null });
  }
  player.calls.splice(player.calls.indexOf(call), 1);
  if (kind === 'succeed') return send(player, { type: 'succeeded', key: call.key, output: { pick } });
  return send(player, { type: 'failed', key: call.key, error: kind === 'again' ? 'Again' : 'Boom', cause: 'c' });
}

const send = (player: Player, event: Parameters<Player['send']>[0]) => ({ event, changed: player.send(event) });

describe('whatever happens', () => {
  test('the ids of the history have no gaps, and refer only backwards', () => {
    fc.assert(
      fc.property(moves, (list) => {
        const player = new Player(DEFINITION).start();
        for (const move of list) make(player, move);
        expect(player.history.map(({ id }) => id)).toEqual(player.history.map((_, i) => i + 1));
        expect(player.history.every(({ id, previousEventId }) => previousEventId < id)).toBe(true);
        expect(player.execution.events).toBe(player.history.length);
      }),
    );
  });

  test('a snapshot that went through JSON continues identically, at any point', () => {
    fc.assert(
      fc.property(moves, (list) => {
        const kept = new Player(DEFINITION).start();
        const reloaded = new Player(DEFINITION, { reload: true }).start();
        for (const move of list) {
          make(kept, move);
          make(reloaded, move);
        }
        expect(reloaded.history).toEqual(kept.history);
        expect(JSON.parse(JSON.stringify(reloaded.execution))).toEqual(JSON.parse(JSON.stringify(kept.execution)));
      }),
    );
  });

  test('an event that comes twice, or too late, changes nothing', () => {
    fc.assert(
      fc.property(moves, fc.nat(), (list, pick) => {
        const player = new Player(DEFINITION).start();
        const over: AttemptKey[] = [];
        for (const move of list) {
          const before = keysOf(player);
          make(player, move);
          const after = new Set(keysOf(player));
          over.push(...before.filter((key) => !after.has(key)));
          const key = over[pick % Math.max(over.length, 1)];
          if (key === undefined) continue;
          const snapshot = JSON.stringify(player.execution);
          const events = player.history.length;
          for (const event of lateEvents(key)) expect(player.send(event)).toBe(false);
          expect(JSON.stringify(player.execution)).toBe(snapshot);
          expect(player.history).toHaveLength(events);
        }
      }),
    );
  });

  test('a restart finds the calls and the timers that are outstanding', () => {
    fc.assert(
      fc.property(moves, (list) => {
        const player = new Player(DEFINITION).start();
        for (const move of list) {
          make(player, move);
          const commands = outstanding(player.machine, JSON.parse(JSON.stringify(player.execution)));
          const timers = commands.filter(({ type }) => type === 'setTimer').map((timer) => JSON.stringify(timer));
          expect(timers.toSorted()).toEqual(player.timers.map((timer) => JSON.stringify(timer)).toSorted());
          const calls = commands.filter(({ type }) => type === 'call').map(({ key }) => key);
          expect(calls.toSorted()).toEqual(player.calls.map(({ key }) => key).toSorted());
        }
      }),
    );
  });
});

const keysOf = (player: Player): AttemptKey[] => [...player.calls, ...player.timers].map(({ key }) => key);

const lateEvents = (key: AttemptKey): Parameters<Player['send']>[0][] => [
  { type: 'submitted', key, output: 1 },
  { type: 'succeeded', key, output: 1 },
  { type: 'failed', key, error: 'Boom' },
  { type: 'heartbeat', key },
  { type: 'activityStarted', key },
  { type: 'mapRunStarted', key, mapRunArn: 'a' },
  { type: 'mapRunEnded', key, result: { ok: true, output: 1 } },
  ...(['wait', 'retry', 'timeout', 'heartbeat', 'continue'] as const).map(
    (timer) => ({ type: 'timer', key, timer }) as Extract<ExecutionEvent, { type: 'timer' }>,
  ),
];
