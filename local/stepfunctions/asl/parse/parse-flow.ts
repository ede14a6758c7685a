import type { Flow, State } from '../definition.ts';
import { checkGraph } from './check-graph.ts';
import type { Fields, Reading } from './fields.ts';
import { parseState } from './parse-state.ts';

const LONGEST_NAME = 80;

/** StartAt and States: of a machine, of a branch of a Parallel state, or of a Map state's processor. */
export function parseFlow(fields: Fields, reading: Reading): Flow {
  fields.take('Comment');
  fields.required(...['StartAt', 'States'].filter((name) => !fields.has(name)));
  const startAt = fields.string('StartAt') ?? '';
  const children = fields.child('States');
  const states = new Map<string, State>();
  if (!children) return { startAt, states };
  const names = Object.keys(children.object);
  if (names.length === 0) children.problem('Value cannot be empty');
  for (const name of names) {
    checkName(name, children, reading);
    const child = children.child(name);
    const state = child && parseState(name, child, reading);
    if (state) states.set(name, state);
  }
  // Without a start everything would be unreachable, which says nothing.
  if (fields.has('StartAt') && !(reading.singleState && fields.location === '/')) checkGraph(fields, children);
  return { startAt, states };
}

/** Names are unique in the whole machine, whatever the branch they are in. */
function checkName(name: string, states: Fields, reading: Reading): void {
  const location = states.at(name);
  if (name.length > LONGEST_NAME)
    states.problem(
      `State name exceeds the allowed length of ${LONGEST_NAME} characters: ${name}`,
      location,
      'INVALID_STATE_NAME',
    );
  if (reading.stateNames.has(name)) states.problem(`Duplicate State name: ${name}`, location, 'DUPLICATE_STATE_NAME');
  else reading.stateNames.set(name, location);
}
