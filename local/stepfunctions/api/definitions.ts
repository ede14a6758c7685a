import type { StateMachine } from '../asl/definition.ts';
import { parse } from '../asl/parse.ts';
import type { Problem } from '../asl/problem.ts';
import type { Revision, TaskRunner } from '../engine/ports.ts';
import { invalidDefinition } from './errors.ts';

type MachineType = 'STANDARD' | 'EXPRESS';

/**
 * The parsed form of a definition that is to be stored.
 * @throws ServiceError InvalidDefinition, with all problems as AWS joins them
 */
export function checkedDefinition(definition: string, type: MachineType, tasks: TaskRunner): StateMachine {
  const { machine, problems } = parse(definition, { type, refusal: (resource) => tasks.refusal(resource) });
  if (!machine) throw invalidDefinition(describe(problems));
  return machine;
}

export const describe = (problems: readonly Problem[]): string =>
  problems
    .filter(({ severity }) => severity === 'ERROR')
    .map(({ code, message, location }) => `${code}: ${message} at ${location ?? 'null'}`)
    .join(', ');

/** Which workflow variables each state reads, by state name, as DescribeStateMachine tells it; undefined if none does. */
export function variableReferences(definition: string, type: MachineType): Record<string, string[]> | undefined {
  const { machine } = parse(definition, { type });
  const references = new Map<string, string[]>();
  if (machine) collect(machine, references, undefined);
  return references.size > 0 ? Object.fromEntries(references) : undefined;
}

/** Goes through a parsed definition: what has states is a flow, what can be evaluated is an expression of the state around it. */
function collect(value: unknown, references: Map<string, string[]>, state: string | undefined): void {
  if (typeof value !== 'object' || value === null) return;
  if ('states' in value && value.states instanceof Map) {
    for (const [name, child] of value.states) collect(child, references, name);
    return;
  }
  if ('evaluate' in value) {
    const variables = 'variables' in value && Array.isArray(value.variables) ? value.variables.map(String) : [];
    if (state !== undefined && variables.length > 0)
      references.set(state, [...new Set([...(references.get(state) ?? []), ...variables])].sort());
    return;
  }
  for (const child of Object.values(value)) collect(child, references, state);
}

/** A definition that was accepted before: it is not asked again whether its resources are supported. @throws Error */
export function revisionMachine({ definition, type, stateMachineArn }: Revision): StateMachine {
  const { machine, problems } = parse(definition, { type });
  if (!machine) throw new Error(`The definition of ${stateMachineArn} cannot be read any more: ${describe(problems)}`);
  return machine;
}
