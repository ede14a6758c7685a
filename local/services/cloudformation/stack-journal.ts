import type { Clock } from '../../clock.ts';
import { STACK_TYPE, type Stack, type StackResource, type Stacks } from './stack-record.ts';

/** A stack while it changes: each step is remembered and told as an event. */
export class StackJournal {
  readonly #stacks: Stacks;
  readonly #clock: Clock;
  #stack: Stack;

  constructor(stack: Stack, stacks: Stacks, clock: Clock) {
    this.#stack = stack;
    this.#stacks = stacks;
    this.#clock = clock;
  }

  get stack(): Stack {
    return this.#stack;
  }

  now(): number {
    return this.#clock.now();
  }

  resource(logicalId: string): StackResource | undefined {
    return this.#stack.resources.find((resource) => resource.logicalId === logicalId);
  }

  change(members: Partial<Omit<Stack, 'resources'>>): void {
    this.#stack = { ...this.#stack, ...members };
    this.#stacks.put(this.#stack);
  }

  /** The last put is the last of the stack's resources: so they are in the order of their making. */
  put(resource: StackResource): void {
    const others = this.#stack.resources.filter(({ logicalId }) => logicalId !== resource.logicalId);
    this.#stack = { ...this.#stack, resources: [...others, resource] };
    this.#stacks.putResource(this.#stack, resource);
  }

  drop(logicalId: string): void {
    const resources = this.#stack.resources.filter((resource) => resource.logicalId !== logicalId);
    this.#stack = { ...this.#stack, resources };
    this.#stacks.dropResource(this.#stack, logicalId);
  }

  event(
    { logicalId, physicalId, type, status: ownStatus, statusReason }: StackResource,
    status = ownStatus,
    reason = statusReason,
  ): void {
    this.#stacks.record(this.#stack, { logicalId, physicalId, type, status, ...(reason && { reason }) });
  }

  /** Of the stack itself. */
  status(status: string, reason?: string): void {
    const { statusReason: _, ...rest } = this.#stack;
    this.#stack = rest;
    this.change({ status, updatedAt: this.now(), ...(reason && { statusReason: reason }) });
    const { name: logicalId, id: physicalId } = this.#stack;
    this.#stacks.record(this.#stack, { logicalId, physicalId, type: STACK_TYPE, status, ...(reason && { reason }) });
  }

  /** The status that a change ends with. */
  end(status: string, reason?: string): void {
    const { pending: _, ...rest } = this.#stack;
    this.#stack = rest;
    this.status(status, reason);
  }
}
