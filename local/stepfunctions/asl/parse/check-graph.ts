import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { Fields } from './fields.ts';

interface Reference {
  readonly target: Json | undefined;
  readonly location: string;
}

/** Where the states of one flow lead: targets that do not exist, states that nothing leads to, no way to end. */
export function checkGraph(flow: Fields, states: Fields): void {
  const names = Object.keys(states.object);
  const references = [
    reference(flow.object, 'StartAt', flow),
    ...names.flatMap((name) => referencesOf(states.object[name], states.at(name))),
  ];
  for (const { target, location } of references)
    if (typeof target === 'string' && !Object.hasOwn(states.object, target))
      flow.problem(`Missing 'Next' target: ${target}`, location, 'MISSING_TRANSITION_TARGET');
  if (names.length > 0 && !names.some((name) => isTerminal(states.object[name]))) {
    flow.reading.problems.push({
      severity: 'ERROR',
      code: 'MISSING_END_STATE',
      message: 'Workflow has no terminal state',
    });
    return;
  }
  const targets = new Set(references.map(({ target }) => target));
  for (const name of names)
    if (!targets.has(name))
      flow.problem(`State "${name}" is not reachable.`, states.at(name), 'MISSING_TRANSITION_TARGET');
}

const reference = (object: JsonObject, name: string, fields: Fields): Reference => ({
  target: object[name],
  location: fields.at(name),
});

function referencesOf(state: Json | undefined, location: string): Reference[] {
  if (!isJsonObject(state)) return [];
  return [
    ...(state.Type === 'Choice'
      ? [...inList(state.Choices, `${location}/Choices`), { target: state.Default, location: `${location}/Default` }]
      : [{ target: state.Next, location: `${location}/Next` }]),
    ...inList(state.Catch, `${location}/Catch`),
  ];
}

const inList = (list: Json | undefined, location: string): Reference[] =>
  Array.isArray(list)
    ? list.map((entry, index) => ({
        target: isJsonObject(entry) ? entry.Next : undefined,
        location: `${location}[${index}]/Next`,
      }))
    : [];

/** A state without either Next or End is reported as such; it does not also make the flow endless. */
function isTerminal(state: Json | undefined): boolean {
  if (!isJsonObject(state)) return true;
  if (state.Type === 'Succeed' || state.Type === 'Fail' || state.End === true) return true;
  return state.Type !== 'Choice' && state.Next === undefined;
}
