import type { Operation } from '../../aws/service.ts';
import { parse } from '../asl/parse.ts';
import type { ApiContext } from './api-context.ts';
import { number, oneOf, required, text, validate } from './constraints.ts';

interface ValidateInput {
  readonly definition: string;
  readonly type?: 'STANDARD' | 'EXPRESS';
  readonly severity?: 'ERROR' | 'WARNING';
  readonly maxResults?: number;
}

const MOST_DIAGNOSTICS = 100;

/** What CreateStateMachine would say of a definition, without creating anything. */
export const validateStateMachineDefinition =
  (api: ApiContext): Operation =>
  (input: ValidateInput) => {
    validate(input, {
      definition: required(text({ min: 1, max: 1_048_576 })),
      type: oneOf('STANDARD', 'EXPRESS'),
      severity: oneOf('ERROR', 'WARNING'),
      maxResults: number(0, MOST_DIAGNOSTICS),
    });
    const { problems } = parse(input.definition, {
      type: input.type ?? 'STANDARD',
      refusal: (resource) => api.tasks.refusal(resource),
    });
    const wanted = input.severity === 'WARNING' ? problems : problems.filter(({ severity }) => severity === 'ERROR');
    const diagnostics = wanted.slice(0, input.maxResults || MOST_DIAGNOSTICS);
    return {
      result: problems.some(({ severity }) => severity === 'ERROR') ? 'FAIL' : 'OK',
      diagnostics,
      truncated: diagnostics.length < wanted.length,
    };
  };
