import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { Fields } from './fields.ts';

/**
 * A variable belongs to the scope that assigns it: the machine, a branch, or an iteration. An inner scope must not assign one that
 * an outer scope has. (The children of a Distributed Map are executions of their own, and AWS was recorded to take a Catcher's
 * variables for no obstacle.)
 */
export function checkVariables(machine: Fields): void {
  check(machine.object, '', new Set(), (name, location) => {
    machine.problem(`The variable ${name} is assigned in an outer scope`, location);
  });
}

function check(
  flow: Json | undefined,
  location: string,
  outer: ReadonlySet<string>,
  report: (name: string, location: string) => void,
): void {
  const states = isJsonObject(flow) && isJsonObject(flow.States) ? flow.States : {};
  const own = new Set<string>();
  for (const [name, state] of Object.entries(states)) {
    for (const assigned of assignmentsOf(state, `${location}/States/${name}`)) {
      own.add(assigned.variable);
      if (outer.has(assigned.variable)) report(assigned.variable, assigned.location);
    }
  }
  const visible = new Set([...outer, ...own]);
  for (const [name, state] of Object.entries(states)) {
    for (const { flow: inner, at, isApart } of flowsOf(state))
      check(inner, `${location}/States/${name}/${at}`, isApart ? new Set() : visible, report);
  }
}

/** Of the state itself, and of its rules. */
function assignmentsOf(state: Json, location: string): { readonly variable: string; readonly location: string }[] {
  if (!isJsonObject(state)) return [];
  const rules = listOf(state.Choices).map((rule, index) => [rule, `${location}/Choices[${index}]`] as const);
  const holders: readonly (readonly [Json, string])[] = [[state, location], ...rules];
  return holders.flatMap(([holder, at]) =>
    Object.keys(objectOf(isJsonObject(holder) ? holder.Assign : undefined)).map((key) => ({
      variable: key.replace(/\.\$$/, ''),
      location: `${at}/Assign/${key}`,
    })),
  );
}

interface InnerFlow {
  readonly flow: Json;
  readonly at: string;
  /** It runs as an execution of its own. */
  readonly isApart?: boolean;
}

function flowsOf(state: Json): InnerFlow[] {
  if (!isJsonObject(state)) return [];
  if (state.Type === 'Parallel')
    return listOf(state.Branches).map((flow, index) => ({ flow, at: `Branches[${index}]` }));
  if (state.Type !== 'Map') return [];
  const at = state.ItemProcessor === undefined ? 'Iterator' : 'ItemProcessor';
  const flow = objectOf(state[at]);
  return [{ flow, at, isApart: objectOf(flow.ProcessorConfig).Mode === 'DISTRIBUTED' }];
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});
