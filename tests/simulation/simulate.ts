import { type Bug, editDefinition } from './bug.ts';
import { type Definitions, readDefinitions } from './definitions.ts';
import { type Violation, violationsIn } from './invariants.ts';
import { createWorld, type WorldOptions } from './world.ts';

export interface Outcome {
  readonly seed: number;
  /** Broken invariants; none if all is well. */
  readonly violations: readonly Violation[];
  /** What happened, a line each; empty unless it was asked for. */
  readonly trace: readonly string[];
  readonly orders: number;
  readonly events: number;
}

/** A seed that takes as many events as this will never come to rest. */
const MOST_EVENTS = 30_000;

/** Everything that microtasks can do is done. Node runs its tick queue only after they are. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

const definitions = new Map<string, Definitions>();

/** The state machines, with the bug in them if there is one. Reading them takes long: each is read once. */
export function definitionsWith(bug: Bug | undefined): Definitions {
  const key = bug?.edit ? bug.name : '';
  const known = definitions.get(key);
  if (known) return known;
  const read = readDefinitions(bug && ((machine, text) => editDefinition(bug, machine, text)));
  definitions.set(key, read);
  return read;
}

/** Lets the world of a seed turn until nothing is left to happen, and looks at what it has come to. */
export async function simulate(options: WorldOptions): Promise<Outcome> {
  const world = createWorld(options);
  const { agenda, trace, operator, weather } = world;
  await world.open();
  let events = 0;
  let isOver = false;
  for (;;) {
    const run = agenda.next();
    if (run) {
      run();
      await settled();
      operator.watch();
      if (++events > MOST_EVENTS) break;
    } else if (isOver) {
      break;
    } else {
      // Recovery goes on when all else is done, and has the last word.
      isOver = agenda.now >= weather.calmsAt;
      if (!isOver) agenda.at(weather.calmsAt, () => {});
      operator.expect();
    }
  }
  const endless = { invariant: 'I11', what: `Everything ends in its time. But: it does not come to rest` };
  const violations = events > MOST_EVENTS ? [endless] : await violationsIn(world);
  for (const { invariant, what } of violations) trace.say(`✘ ${invariant}`, () => what);
  return { seed: options.seed, violations, trace: trace.lines, orders: world.orders.all().length, events };
}
