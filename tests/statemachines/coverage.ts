import { type AslFlow, type AslState, definition, type Machine, statesOf } from '../asl/machines.ts';
import type { Run } from './machine-run.ts';

interface FullState extends AslState {
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
}

/** Every way out of every state: `A → B`. */
export function transitionsOf(flow: AslFlow): readonly string[] {
  const all = statesOf(flow).flatMap(([name, state]) => {
    const { Next, Default, Choices = [], Catch = [] } = state as FullState;
    const targets = [Next, Default, ...Choices.map((rule) => rule.Next), ...Catch.map((rule) => rule.Next)];
    return targets.flatMap((target) => (target ? [`${name} → ${target}`] : []));
  });
  return [...new Set(all)];
}

export interface Coverage {
  readonly missedStates: readonly string[];
  readonly missedTransitions: readonly string[];
  /** One line for people. */
  readonly summary: string;
}

/** What a machine's runs have not visited. */
export function coverageOf(machine: Machine, runs: readonly Run[]): Coverage {
  const flow = definition(machine);
  const states = statesOf(flow).map(([name]) => name);
  const transitions = transitionsOf(flow);
  const seenStates = new Set(runs.flatMap((run) => run.states));
  const seenTransitions = new Set(runs.flatMap((run) => run.transitions));
  const missedStates = states.filter((name) => !seenStates.has(name));
  const missedTransitions = transitions.filter((name) => !seenTransitions.has(name));
  const share = (missed: number, all: number) => `${all - missed} of ${all}`;
  return {
    missedStates,
    missedTransitions,
    summary: `${machine}: states ${share(missedStates.length, states.length)}, transitions ${share(missedTransitions.length, transitions.length)}`,
  };
}
