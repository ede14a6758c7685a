import type { Bug } from './bug.ts';
import { approvalBugs } from './bugs/approval-bugs.ts';
import { moneyBugs } from './bugs/money-bugs.ts';
import { orderBugs } from './bugs/order-bugs.ts';

/** One at a time can be switched on. A simulation that finds none of them would prove nothing. */
export const BUGS: readonly Bug[] = [...orderBugs, ...moneyBugs, ...approvalBugs];

export const bugNamed = (name: string): Bug | undefined => BUGS.find((bug) => bug.name === name);
