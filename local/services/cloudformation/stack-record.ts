import { randomUUID } from 'node:crypto';
import { type Caller, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage, Table } from '../../storage.ts';
import type { StackOutput } from '../../template/plan.ts';

/** A stack as it is remembered. */
export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** `CREATE_COMPLETE`, `UPDATE_ROLLBACK_IN_PROGRESS`, … */
  readonly status: string;
  readonly statusReason?: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt?: number;
  readonly deletedAt?: number;
  /** What it was made of last: JSON text; empty before the first creation. */
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: readonly StackTag[];
  readonly capabilities: readonly string[];
  readonly outputs: readonly StackOutput[];
  /** In the order of their creation. */
  readonly resources: readonly StackResource[];
  readonly isProtected: boolean;
  /** What is being done, so that it can be taken up again if the process ends in the midst of it. */
  readonly pending?: PendingChange;
}

export interface StackTag {
  readonly Key: string;
  readonly Value: string;
}

/** What a stack is to become. */
export interface Target {
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: readonly StackTag[];
  readonly capabilities: readonly string[];
}

export type PendingChange =
  | { readonly kind: 'CREATE'; readonly target: Target }
  /** `before`: the resources when it began, to go back to. */
  | { readonly kind: 'UPDATE'; readonly target: Target; readonly before: readonly StackResource[] }
  | { readonly kind: 'DELETE' };

export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** With every reference resolved: what it was made of. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly status: string;
  readonly statusReason?: string;
  readonly updatedAt: number;
  /** Stays when it leaves the stack. */
  readonly isRetained: boolean;
}

export interface StackEvent {
  readonly id: string;
  readonly at: number;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

export const STACK_TYPE = 'AWS::CloudFormation::Stack';

type StackHead = Omit<Stack, 'resources'>;

interface StoredResource {
  /** Among the resources of all stacks: the last that was put has the highest. */
  readonly position: number;
  readonly resource: StackResource;
}

/**
 * All stacks with their resources and events. Deleted ones are found by their id only. Resources are entries of their own, so
 * that a step of a change writes one of them, however many there are.
 */
export class Stacks {
  readonly #heads: Table<StackHead>;
  readonly #resources: Table<StoredResource>;
  readonly #events: Table<StackEvent>;
  readonly #clock: Clock;
  #lastPosition: number;

  constructor(storage: Storage, clock: Clock) {
    this.#heads = storage.table('cloudformation/stacks');
    this.#resources = storage.table('cloudformation/resources');
    this.#events = storage.table('cloudformation/events');
    this.#clock = clock;
    this.#lastPosition = Math.max(0, ...[...this.#resources.entries()].map(([, { position }]) => position));
  }

  create(name: string, { account, region }: Caller, status: string): Stack {
    const stack: Stack = {
      id: `arn:aws:cloudformation:${region}:${account}:stack/${name}/${randomUUID()}`,
      name,
      account,
      region,
      status,
      createdAt: this.#clock.now(),
      template: '',
      parameters: {},
      tags: [],
      capabilities: [],
      outputs: [],
      resources: [],
      isProtected: false,
    };
    this.put(stack);
    return stack;
  }

  /** All but its resources. */
  put({ resources: _, ...head }: Stack): void {
    this.#heads.put(head.id, head);
  }

  /** Makes it the last of the stack's resources. */
  putResource({ id }: Stack, resource: StackResource): void {
    this.#lastPosition += 1;
    this.#resources.put(`${id}#${resource.logicalId}`, { position: this.#lastPosition, resource });
  }

  dropResource({ id }: Stack, logicalId: string): void {
    this.#resources.delete(`${id}#${logicalId}`);
  }

  byId(id: string): Stack | undefined {
    const head = this.#heads.get(id);
    return head && this.#whole(head);
  }

  #whole(head: StackHead): Stack {
    const stored = [...this.#resources.entries(`${head.id}#`)].map(([, each]) => each);
    const inOrder = stored.sort((a, b) => a.position - b.position);
    return { ...head, resources: inOrder.map(({ resource }) => resource) };
  }

  /** @param nameOrId by its name only while it is not deleted */
  find(nameOrId: string, { account, region }: Caller): Stack | undefined {
    if (nameOrId.startsWith('arn:')) return this.byId(nameOrId);
    const prefix = `arn:aws:cloudformation:${region}:${account}:stack/${nameOrId}/`;
    const found = [...this.#heads.entries(prefix)].find(([, { status }]) => status !== 'DELETE_COMPLETE');
    return found && this.#whole(found[1]);
  }

  /** @throws ServiceError ValidationError, as AWS says it: tools read the text */
  get(nameOrId: string, caller: Caller): Stack {
    const found = this.find(nameOrId, caller);
    if (found) return found;
    throw new ServiceError('ValidationError', `Stack with id ${nameOrId} does not exist`);
  }

  list(caller?: Caller): Stack[] {
    const all = [...this.#heads.entries()].map(([, head]) => this.#whole(head));
    return caller ? all.filter(({ account, region }) => account === caller.account && region === caller.region) : all;
  }

  record({ id }: Stack, event: Omit<StackEvent, 'id' | 'at'>): void {
    const [last] = this.#events.range({ gte: `${id}#`, lt: `${id}$`, reverse: true });
    const number = Number(last?.[0].slice(id.length + 1) ?? 0) + 1;
    const key = `${id}#${String(number).padStart(9, '0')}`;
    this.#events.put(key, { ...event, id: randomUUID(), at: this.#clock.now() });
  }

  /** The newest first. */
  events({ id }: Stack): StackEvent[] {
    return [...this.#events.range({ gte: `${id}#`, lt: `${id}$`, reverse: true })].map(([, event]) => event);
  }
}
