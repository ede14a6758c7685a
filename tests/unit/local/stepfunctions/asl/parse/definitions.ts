import type { JsonObject } from '../../../../../../local/stepfunctions/asl/json.ts';

/** A definition, and what is wrong with it: `CODE: message at location`. */
export interface RefusedDefinition {
  readonly what: string;
  readonly definition: JsonObject;
  readonly type?: 'EXPRESS';
  readonly problems: readonly string[];
}

export const SCHEMA = 'SCHEMA_VALIDATION_FAILED';
export const FUNCTION = 'arn:aws:states:::lambda:invoke';

/** A machine whose only state is `Work`. */
export const one = (state: JsonObject, machine: JsonObject = {}): JsonObject => ({
  StartAt: 'Work',
  States: { Work: state },
  ...machine,
});
export const task = (more: JsonObject): JsonObject =>
  one({ Type: 'Task', Resource: FUNCTION, Parameters: { FunctionName: 'price' }, End: true, ...more });
export const jsonata = (state: JsonObject): JsonObject => one(state, { QueryLanguage: 'JSONata' });
export const map = (more: JsonObject, processor: JsonObject = {}): JsonObject =>
  one({
    Type: 'Map',
    End: true,
    ItemProcessor: { StartAt: 'Each', States: { Each: { Type: 'Pass', End: true } }, ...processor },
    ...more,
  });
export const DISTRIBUTED = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
