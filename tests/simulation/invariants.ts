import { approvalInvariants } from './approval-invariants.ts';
import { moneyInvariants } from './money-invariants.ts';
import { observe } from './observed.ts';
import { orderInvariants } from './order-invariants.ts';
import type { World } from './world.ts';

export interface Violation {
  /** As in the design: I1 to I12. */
  readonly invariant: string;
  readonly what: string;
}

/** What each invariant says, and how it is checked. */
export type Invariants = Readonly<Record<string, { readonly says: string; readonly broken: readonly string[] }>>;

/** Checks, when all has come to rest, what clients, approvers, the payment provider and the warehouse have seen. */
export async function violationsIn(world: World): Promise<readonly Violation[]> {
  const observed = await observe(world);
  const all = { ...orderInvariants(observed), ...moneyInvariants(observed), ...approvalInvariants(observed) };
  return Object.entries(all).flatMap(([invariant, { says, broken }]) =>
    broken.map((what) => ({ invariant, what: `${says}. But: ${what}` })),
  );
}
