import { describe, expect, test } from '@jest/globals';
import { failingsOf } from '../../../../local/console/client/execution/failings.ts';
import type { HistoryEvent } from '../../../../local/console/client/execution/history.ts';
import { focusOf, looksOf } from '../../../../local/console/client/execution/looks.ts';
import { tellStory, type Visit, variablesOf } from '../../../../local/console/client/execution/visits.ts';
import { flowAt } from '../../../../local/console/client/graph/asl.ts';
import { graphOf, hasErrorPaths, nodesById, withoutErrorPaths } from '../../../../local/console/client/graph/model.ts';
import { Player } from '../stepfunctions/asl/player.ts';

const task = (more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:lambda:us-east-1:123456789012:function:work',
  ...more,
});
const pass = (more: object = {}) => ({ Type: 'Pass', ...more });

const storyOf = ({ history }: Player) => tellStory(history as unknown as HistoryEvent[]);
const brief = (visits: readonly Visit[]) => visits.map(({ state, status }) => `${state}: ${status}`);

const retried = {
  StartAt: 'Try',
  States: {
    Try: task({
      Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxAttempts: 4 }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Gave up' }],
      Next: 'Done',
    }),
    Done: { Type: 'Succeed' },
    'Gave up': { Type: 'Fail', Error: 'GaveUp' },
  },
};

const fail = (player: Player, error: string) =>
  player.send({ type: 'failed', key: player.call.key, error, cause: 'because' });

describe('the story of an execution', () => {
  test('a call that failed is retrying, with its error, until the next attempt', () => {
    const player = new Player(retried).start();
    fail(player, 'Busy');
    const [visit] = storyOf(player).visits;
    expect(visit).toMatchObject({ state: 'Try', status: 'retrying' });
    expect(visit?.attempts).toMatchObject([{ error: 'Busy', cause: 'because' }]);
    const looks = looksOf(graphOf(retried), storyOf(player), new Map());
    expect(looks.looks.get('Try')).toEqual({ status: 'retrying', note: 'attempt 2 of 5 is next' });
  });

  test('an error that is caught is told as caught, and the path of the error is taken', () => {
    const player = new Player(retried).start();
    fail(player, 'Other');
    const story = storyOf(player);
    expect(brief(story.visits)).toEqual(['Try: caught', 'Gave up: failed']);
    const looks = looksOf(graphOf(retried), story, new Map());
    expect([...looks.taken]).toEqual(['\nTry\nflow', 'Try\nGave up\ncatch']);
    expect(focusOf(looks)).toBe('Gave up');
  });

  test('what was open when the execution was stopped was aborted', () => {
    const player = new Player(retried).start();
    player.send({ type: 'stop' });
    expect(brief(storyOf(player).visits)).toEqual(['Try: aborted']);
  });

  test('branches: the one that failed failed, the others were aborted', () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: task({ End: true }) } });
    const machine = {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [branch('A'), branch('B')],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }],
          End: true,
        },
        End: pass({ End: true }),
      },
    };
    const player = new Player(machine).start();
    fail(player, 'Broken');
    const story = storyOf(player);
    expect(brief(story.visits)).toEqual(['Both: caught', 'A: failed', 'B: aborted', 'End: succeeded']);
    expect([...looksOf(graphOf(machine), story, new Map()).looks.keys()]).toEqual([
      'Both',
      'Both/0/A',
      'Both/1/B',
      'End',
    ]);
  });

  test('a Parallel and a Map fail with what failed inside of them', () => {
    const machine = {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'Each',
              States: {
                Each: {
                  Type: 'Map',
                  ItemProcessor: {
                    StartAt: 'Refuse',
                    States: { Refuse: { Type: 'Fail', Error: 'TooBig', Cause: 'so' } },
                  },
                  End: true,
                },
              },
            },
          ],
          Catch: [{ ErrorEquals: ['TooBig'], Next: 'End' }],
          End: true,
        },
        End: pass({ End: true }),
      },
    };
    const { history } = new Player(machine, { input: [1] }).start();
    const failings = failingsOf(nodesById(graphOf(machine)).values());
    const { visits } = tellStory(history as unknown as HistoryEvent[], [], failings);
    expect(visits.slice(0, 2).map(({ state, attempts }) => [state, attempts[0]])).toMatchObject([
      ['Both', { error: 'TooBig', cause: 'so' }],
      ['Each', { error: 'TooBig', cause: 'so' }],
    ]);
  });

  test('iterations are counted, and one of them can be looked at alone', () => {
    const machine = {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemProcessor: { StartAt: 'One', States: { One: pass({ Next: 'Two' }), Two: task({ End: true }) } },
          End: true,
        },
      },
    };
    const player = new Player(machine, { input: ['a', 'b', 'c'] }).start();
    player.send({ type: 'succeeded', key: player.call.key, output: {} });
    const story = storyOf(player);
    const [each] = story.visits;
    expect(each?.iterations.map(({ index, status }) => `${index} ${status}`)).toEqual([
      '0 succeeded',
      '1 running',
      '2 running',
    ]);
    const flow = graphOf(machine);
    expect(looksOf(flow, story, new Map()).looks.get('Each/0/Two')).toEqual({ status: 'running', note: '1 of 3 done' });
    expect(looksOf(flow, story, new Map([['Each', 0]])).looks.get('Each/0/Two')).toEqual({ status: 'succeeded' });
  });

  test('iterations that follow each other are told apart', () => {
    const processor = { StartAt: 'One', States: { One: pass({ End: true }) } };
    const machine = {
      StartAt: 'Each',
      States: { Each: { Type: 'Map', MaxConcurrency: 1, ItemProcessor: processor, End: true } },
    };
    const { visits } = storyOf(new Player(machine, { input: ['a', 'b', 'c'] }).start());
    expect(visits.map(({ state, scope }) => `${state} ${scope.iteration}`)).toEqual([
      'Each undefined',
      'One 0',
      'One 1',
      'One 2',
    ]);
  });

  test('variables are those that were assigned before, in the scope and around it', () => {
    const machine = {
      StartAt: 'First',
      States: {
        First: pass({ Assign: { a: 1 }, Next: 'Both' }),
        Both: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'In', States: { In: pass({ Assign: { b: 2 }, Next: 'Then' }), Then: pass({ End: true }) } },
            { StartAt: 'Out', States: { Out: pass({ End: true }) } },
          ],
          Next: 'Last',
        },
        Last: pass({ End: true }),
      },
    };
    const player = new Player(machine).start();
    const story = storyOf(player);
    const seen = Object.fromEntries(
      story.visits.map((visit) => [
        visit.state,
        variablesOf(visit, story, player.history as unknown as HistoryEvent[]),
      ]),
    );
    expect(seen).toMatchObject({
      First: {},
      Both: { a: '1' },
      Then: { a: '1', b: '2' },
      Out: { a: '1' },
      Last: { a: '1' },
    });
    expect(Object.keys(seen.Last!)).toEqual(['a']);
  });

  test('a redrive goes on in what had not ended', () => {
    const player = new Player({
      StartAt: 'Try',
      States: { Try: task({ Next: 'Done' }), Done: { Type: 'Succeed' } },
    }).start();
    fail(player, 'Broken');
    expect(brief(storyOf(player).visits)).toEqual(['Try: failed']);
    player.send({ type: 'redrive' });
    expect(brief(storyOf(player).visits)[0]).not.toBe('Try: failed');
    player.send({ type: 'succeeded', key: player.calls.at(-1)!.key, output: {} });
    expect(brief(storyOf(player).visits)).toEqual(['Try: succeeded', 'Done: succeeded']);
  });

  test('no history, no story', () => {
    expect(tellStory([]).visits).toEqual([]);
  });
});

describe('the graph', () => {
  test('paths of errors that were not taken are left out, with what only they lead to', () => {
    const flow = graphOf(retried);
    expect(hasErrorPaths(flow)).toBe(true);
    expect(withoutErrorPaths(flow, new Set()).nodes.map(({ id }) => id)).toEqual(['Try', 'Done']);
    expect(withoutErrorPaths(flow, new Set(['Try\nGave up\ncatch'])).nodes).toHaveLength(3);
  });

  test('transitions to states that do not exist are left out, whatever else is wrong', () => {
    expect(graphOf({ StartAt: 'None', States: { A: { Type: 'Pass', Next: 'B' } } }).edges).toEqual([]);
    expect(graphOf({}).nodes).toEqual([]);
  });

  test('the child of a Distributed Map is drawn from the processor that it runs', () => {
    const inner = { StartAt: 'In', States: { In: pass({ End: true }) } };
    const branch = { StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: inner, End: true } } };
    const machine = { StartAt: 'Both', States: { Both: { Type: 'Parallel', Branches: [branch], End: true } } };
    expect(flowAt(machine, ['Both', 0, 'Each'])).toBe(inner);
    expect(flowAt(machine, null)).toBe(machine);
  });
});
