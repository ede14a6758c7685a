import type { memoryOrders } from '../../adapters/memory/memory-orders.ts';
import type { AslState, Machine } from '../asl/machines.ts';
import type { Ports } from '../statemachines/composition.ts';
import type { Step } from './integrations.ts';

/** What a planted bug changes of one world. */
export interface Alteration {
  /** The ports of one run of a function: `ReserveStock`, `decideApproval`, … */
  readonly ports?: (ports: Ports, functionName: string) => Ports;
  /** A step of a state machine, by its placeholder. */
  readonly step?: (name: string, step: Step) => Step;
}

// biome-ignore lint/suspicious/noExplicitAny: a definition is changed as JSON, wherever the mistake would be made.
type EditableState = Record<string, any> & Pick<AslState, 'Type'>;

/** A mistake that somebody could make. It is planted in the simulation only: nothing of the product knows of it. */
export interface Bug {
  readonly name: string;
  /** What somebody got wrong. */
  readonly says: string;
  /** The invariant that it is about. Another one may break, too; that alone would only show that something stopped working. */
  readonly breaks: string;
  /** One that catches it: `npm run simulate -- --bugs` finds another when this one doesn't any more. */
  readonly seed: number;
  readonly plant?: (adapters: { readonly orders: ReturnType<typeof memoryOrders> }) => Alteration;
  /** Changes definitions, in memory. */
  readonly edit?: Readonly<Partial<Record<Machine, (states: Record<string, EditableState>) => void>>>;
}

/** @returns the definition with the bug in it */
export function editDefinition({ edit }: Bug, machine: Machine, definition: string): string {
  const change = edit?.[machine];
  if (!change) return definition;
  const document = JSON.parse(definition) as { States: Record<string, EditableState> };
  change(document.States);
  return JSON.stringify(document);
}
