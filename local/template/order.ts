import { asFunction, attributePath, substitution, VARIABLE } from './functions.ts';
import { refuse } from './problem.ts';
import type { TemplateResource, Value } from './template.ts';

/**
 * The names that a value refers to by Ref, Fn::GetAtt and Fn::Sub: resources, parameters and pseudo parameters alike.
 * Of a Fn::If only the branch that is taken counts.
 */
export function references(value: Value, condition: (name: string) => boolean, location: string): Set<string> {
  const found = new Set<string>();
  const visit = (item: Value): void => {
    if (typeof item !== 'object' || item === null) return;
    const [name, argument] = asFunction(item) ?? [];
    if (name === 'Ref') found.add(String(argument));
    else if (name === 'Fn::GetAtt') found.add(attributePath(argument!, location)[0]);
    else if (name === 'Fn::Sub') visitSubstitution(argument!);
    else if (name === 'Fn::If' && Array.isArray(argument))
      visit(argument[condition(String(argument[0])) ? 1 : 2] ?? null);
    else for (const part of Object.values(item)) visit(part as Value);
  };
  const visitSubstitution = (argument: Value): void => {
    const [template, variables] = substitution(argument, location);
    for (const [, literal, inside = ''] of template.matchAll(VARIABLE)) {
      const name = inside.trim();
      if (!literal && !Object.hasOwn(variables, name)) found.add(name.split('.')[0]!);
    }
    for (const part of Object.values(variables)) visit(part);
  };
  visit(value);
  return found;
}

type Resources = ReadonlyMap<string, TemplateResource>;

/** Which other resources each of them refers to or depends on. */
export function needsOf(
  resources: Resources,
  condition: (name: string) => boolean,
): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    [...resources].map(([id, { properties, dependsOn }]) => {
      const names = [...dependsOn, ...references(properties, condition, `Resources.${id}`)];
      return [id, new Set(names.filter((name) => resources.has(name)))];
    }),
  );
}

/**
 * The resources in an order in which each comes after what it needs; otherwise as in the template.
 * @throws TemplateError naming a cycle
 */
export function creationOrder(resources: Resources, condition: (name: string) => boolean): string[] {
  const needs = needsOf(resources, condition);
  const order: string[] = [];
  const state = new Map<string, 'underway' | 'done'>();
  const visit = (id: string, path: readonly string[]): void => {
    if (state.get(id) === 'done') return;
    if (state.get(id) === 'underway') {
      const cycle = [...path.slice(path.indexOf(id)), id];
      refuse('Resources', `these depend on each other in a circle: ${cycle.join(' → ')}`);
    }
    state.set(id, 'underway');
    for (const need of needs.get(id)!) visit(need, [...path, id]);
    state.set(id, 'done');
    order.push(id);
  };
  for (const id of resources.keys()) visit(id, []);
  return order;
}
