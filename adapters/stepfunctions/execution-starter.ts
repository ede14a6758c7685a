import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { StartExecution } from '../../domain/ports.ts';

/** Starts executions of one state machine. A name is used once: starting it again changes nothing. */
export const executionStarter =
  (client: Pick<SFNClient, 'send'>, stateMachineArn: string): StartExecution =>
  async (name, input) => {
    try {
      await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ExecutionAlreadyExists') return false;
      throw error;
    }
  };
