import { describe, expect, test } from '@jest/globals';
import { ActivityFailedError, runActivityWorker } from '../../../adapters/stepfunctions/activity-worker.ts';

type Answer = object | Error;

/** A client of Step Functions that gives one task, then none until the worker ends; and what was sent to it. */
function fakeClient(answers: Readonly<Record<string, Answer>>) {
  const sent: { name: string; input: Record<string, unknown> }[] = [];
  let given = 0;
  const ending = new AbortController();
  const send = async (command: { constructor: { name: string }; input: object }) => {
    const name = command.constructor.name.replace('Command', '');
    sent.push({ name, input: command.input as Record<string, unknown> });
    if (name === 'GetActivityTask' && given++ > 0) ending.abort();
    const answer = answers[name] ?? {};
    if (answer instanceof Error) throw answer;
    return name === 'GetActivityTask' && given > 1 ? {} : answer;
  };
  return { client: { send } as never, sent, ending };
}

const named = (name: string): Error => Object.assign(new Error(name), { name });
const TASK = { taskToken: 'token', input: '{"shipmentId":"s-1"}' };

async function work(
  perform: (input: unknown, signal: AbortSignal) => Promise<object>,
  answers: Readonly<Record<string, Answer>> = {},
) {
  const said: string[] = [];
  const { client, sent, ending } = fakeClient({ GetActivityTask: TASK, ...answers });
  await runActivityWorker({
    client,
    activityArn: 'arn',
    workerName: 'w',
    heartbeatMs: 1,
    work: perform,
    signal: ending.signal,
    report: (text) => said.push(text),
  });
  return { sent: sent.filter(({ name }) => name !== 'GetActivityTask'), said };
}

describe('a worker', () => {
  test('does what it is given, and answers', async () => {
    const { sent } = await work(async (input) => ({ did: input }));
    expect(sent).toEqual([
      { name: 'SendTaskSuccess', input: { taskToken: 'token', output: '{"did":{"shipmentId":"s-1"}}' } },
    ]);
  });

  test('says why it cannot', async () => {
    const { sent } = await work(async () => {
      throw new ActivityFailedError('NotOnShelfError', 'It is lost.');
    });
    expect(sent).toEqual([
      { name: 'SendTaskFailure', input: { taskToken: 'token', error: 'NotOnShelfError', cause: 'It is lost.' } },
    ]);
  });

  test('says that it goes on, and stops when nobody waits any more', async () => {
    const { sent, said } = await work(
      (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      { SendTaskHeartbeat: named('TaskTimedOut') },
    );
    expect(new Set(sent.map(({ name }) => name))).toEqual(new Set(['SendTaskHeartbeat']));
    expect(said).toEqual([]);
  });

  test('whose answer comes too late says nothing of it', async () => {
    const { said } = await work(async () => ({}), { SendTaskSuccess: named('TaskTimedOut') });
    expect(said).toEqual([]);
  });

  test('that fails by a mistake leaves the task to its heartbeat, and goes on', async () => {
    const { sent, said } = await work(async () => {
      throw new TypeError('a mistake');
    });
    expect(sent).toEqual([]);
    expect(said).toEqual(['w: TypeError: a mistake; going on']);
  });
});
