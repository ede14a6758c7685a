import type { StateMachine } from '../asl/definition.ts';
import { mapStateAt } from './map-run/map-scope.ts';
import type { Revision } from './ports.ts';

/** How many parsed state machines are kept; another one is parsed again when it is needed. */
const KEPT = 500;

/** @returns a function that parses the definition of a revision, once as long as it is in use */
export function createMachines(parse: (revision: Revision) => StateMachine): (revision: Revision) => StateMachine {
  const byRevision = new WeakMap<Revision, StateMachine>();
  // The same revision comes as another object after each look-up, restart or API call.
  const byText = new Map<string, StateMachine>();

  function read(revision: Revision): StateMachine {
    const { mapState, ...whole } = revision;
    if (!mapState) return parse(revision);
    // Only STANDARD state machines have a Distributed Map.
    const state = mapStateAt(parse({ ...whole, type: 'STANDARD' }), mapState);
    const { startAt, states } = state.processor;
    return { startAt, states, queryLanguage: state.queryLanguage };
  }

  return (revision) => {
    const known = byRevision.get(revision);
    if (known) return known;
    const text = `${revision.type} ${revision.mapState?.join('/') ?? ''} ${revision.definition}`;
    const machine = byText.get(text) ?? read(revision);
    // Re-inserted, so that the oldest in the map is the one that was not needed for longest.
    byText.delete(text);
    byText.set(text, machine);
    if (byText.size > KEPT) byText.delete(byText.keys().next().value as string);
    byRevision.set(revision, machine);
    return machine;
  };
}
