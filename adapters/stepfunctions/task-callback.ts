import { SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { Callback } from '../../domain/ports.ts';

/** Nobody waits any more: the task timed out or was answered before. AWS says the same for both. */
const GONE = ['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'];

export const taskCallback = (client: Pick<SFNClient, 'send'>): Callback => ({
  async succeed(taskToken, output) {
    try {
      await client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
      return true;
    } catch (error) {
      if (error instanceof Error && GONE.includes(error.name)) return false;
      throw error;
    }
  },
});
