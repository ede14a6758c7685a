import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { FindExecution } from '../../domain/ports.ts';

/** Looks up executions of one state machine. @param executions their ARN up to the name, without the colon */
export const executionFinder =
  (client: Pick<SFNClient, 'send'>, executions: string): FindExecution =>
  async (name) => {
    try {
      const { status, input } = await client.send(
        new DescribeExecutionCommand({ executionArn: `${executions}:${name}` }),
      );
      const standing = status === 'RUNNING' ? 'running' : status === 'SUCCEEDED' ? 'succeeded' : 'dead';
      return { standing, input: JSON.parse(input ?? 'null') };
    } catch (error) {
      if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return { standing: 'none', input: null };
      throw error;
    }
  };
