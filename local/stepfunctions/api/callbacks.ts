import type { Operation } from '../../aws/service.ts';
import { jsonProblem } from '../asl/parse/read-json.ts';
import type { ApiContext } from './api-context.ts';
import { required, text, validate } from './constraints.ts';
import { invalidOutput } from './errors.ts';

const TOKEN = required(text({ min: 1, max: 2048 }));

export const sendTaskSuccess =
  (api: ApiContext): Operation =>
  async (input: { taskToken: string; output: string }) => {
    validate(input, { taskToken: TOKEN, output: required(text({ max: 262_144 })) });
    checkOutput(input.output);
    await api.engine.taskSucceeded(input.taskToken, input.output);
    return {};
  };

export const sendTaskFailure =
  (api: ApiContext): Operation =>
  async (input: { taskToken: string; error?: string; cause?: string }) => {
    validate(input, { taskToken: TOKEN, error: text({ max: 256 }), cause: text({ max: 32_768 }) });
    const { error, cause } = input;
    await api.engine.taskFailed(input.taskToken, {
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
    });
    return {};
  };

export const sendTaskHeartbeat =
  (api: ApiContext): Operation =>
  async (input: { taskToken: string }) => {
    validate(input, { taskToken: TOKEN });
    await api.engine.taskHeartbeat(input.taskToken);
    return {};
  };

function checkOutput(output: string): void {
  if (Buffer.byteLength(output) > 262_144) throw invalidOutput('Output exceeds the maximum of 262144 bytes');
  const problem = jsonProblem(output);
  if (problem !== undefined) throw invalidOutput(problem);
}
