import { readFileSync } from 'node:fs';

export const MACHINES = [
  'close-day',
  'place-order',
  'process-order',
  'recover',
  'refund-order',
  'sign-off',
  'undo-order',
] as const;

export type Machine = (typeof MACHINES)[number];

export interface AslState {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: Readonly<Record<string, unknown>>;
  readonly Next?: string;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts?: number }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Branches?: readonly AslFlow[];
  readonly ItemProcessor?: AslFlow;
}

export interface AslFlow {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, AslState>>;
}

export const definitionText = (machine: Machine): string =>
  readFileSync(new URL(`../../statemachines/${machine}.asl.json`, import.meta.url), 'utf8');

export const definition = (machine: Machine): AslFlow => JSON.parse(definitionText(machine)) as AslFlow;

/** Every state of a flow and of what is nested in it. */
export function statesOf(flow: AslFlow): readonly (readonly [string, AslState])[] {
  return Object.entries(flow.States).flatMap(([name, state]) => [
    [name, state] as const,
    ...(state.Branches ?? []).flatMap(statesOf),
    ...(state.ItemProcessor ? statesOf(state.ItemProcessor) : []),
  ]);
}
