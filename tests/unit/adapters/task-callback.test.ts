import { SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import { taskCallback } from '../../../adapters/stepfunctions/task-callback.ts';

const clientThat = (send: (command: SendTaskSuccessCommand) => unknown) =>
  ({ send: async (command: SendTaskSuccessCommand) => send(command) }) as unknown as SFNClient;
const failing = (name: string) =>
  clientThat(() => {
    throw Object.assign(new Error('no'), { name });
  });

describe('telling the state machine', () => {
  test.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])(
    'is in vain when nobody waits any more: %s',
    async (name) => {
      expect(await taskCallback(failing(name)).succeed('t', {})).toBe(false);
    },
  );

  test.each(['ThrottlingException', 'AccessDeniedException'])('fails on what is another matter: %s', async (name) => {
    await expect(taskCallback(failing(name)).succeed('t', {})).rejects.toMatchObject({ name });
  });

  test('sends the token and the output as JSON', async () => {
    const sent: SendTaskSuccessCommand[] = [];
    expect(await taskCallback(clientThat((command) => sent.push(command))).succeed('t', { outcome: 'approved' })).toBe(
      true,
    );
    expect(sent[0]).toBeInstanceOf(SendTaskSuccessCommand);
    expect(sent[0]?.input).toEqual({ taskToken: 't', output: '{"outcome":"approved"}' });
  });
});
