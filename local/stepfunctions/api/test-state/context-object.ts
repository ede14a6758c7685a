import { isJsonObject, type Json, type JsonObject } from '../../asl/json.ts';
import { validationError } from '../errors.ts';

type Shape = { readonly [field: string]: 'string' | 'number' | 'any' | Shape };

/** The fields that a context object can have. */
const CONTEXT: Shape = {
  Execution: {
    Id: 'string',
    Input: 'any',
    Name: 'string',
    RoleArn: 'string',
    StartTime: 'string',
    RedriveCount: 'number',
    RedriveTime: 'string',
  },
  Map: { Item: { Index: 'number', Key: 'string', Value: 'any', Source: 'string' } },
  State: { EnteredTime: 'string', Name: 'string', RetryCount: 'number' },
  StateMachine: { Id: 'string', Name: 'string' },
  Task: { Token: 'string' },
};

/** The context object of a request. Fields may be missing; others than there are may not be there. @throws ServiceError */
export function contextObject(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  const context = parsed(text);
  if (!isJsonObject(context)) throw invalid('It must be a JSON object');
  check(context, CONTEXT);
  return context;
}

function check(value: JsonObject, shape: Shape): void {
  for (const [name, field] of Object.entries(value)) {
    const expected = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (expected === undefined) throw invalid(`Field '${name}' is not allowed`);
    if (expected === 'any') continue;
    if (typeof expected === 'string') {
      const fits = expected === 'number' ? typeof field === 'number' : typeof field === 'string';
      if (!fits) throw invalid(`Field '${name}' must be a ${expected}`);
    } else if (isJsonObject(field)) check(field, expected);
    else throw invalid(`Field '${name}' must be an object`);
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('It must be valid JSON');
  }
}

const invalid = (reason: string) => validationError(`Invalid Context object provided: ${reason}`);
