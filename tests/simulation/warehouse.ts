import type { JsonObject } from '../../local/stepfunctions/asl/json.ts';
import type { Agenda } from './agenda.ts';
import type { Random } from './random.ts';
import type { StateMachines } from './state-machines.ts';
import { brief, type Trace } from './trace.ts';
import type { Weather } from './weather.ts';

/** What left the warehouse, or lies ready to. */
export interface Parcel {
  readonly shipmentId: string;
  readonly orderId: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly tracking: string;
  /** Recalled: its goods are back on the shelf. */
  readonly returned: boolean;
}

interface Task {
  readonly taskToken: string;
  readonly parameters: JsonObject;
}

export interface WarehouseParts {
  readonly agenda: Agenda;
  readonly random: Random;
  readonly weather: Weather;
  readonly trace: Trace;
  readonly machines: () => StateMachines;
  /** Work has begun on an order. */
  readonly onPick: (orderId: string) => void;
}

const HEARTBEAT = 20_000;

/** Shelves, and workers who take tasks, fall silent in the middle of them, and come back. A shipment makes one parcel, whoever picks it. */
export class Warehouse {
  readonly shelf = new Map<string, number>();
  readonly parcels = new Map<string, Parcel>();
  /** Goods that were to be picked and did not exist. */
  readonly shortages: string[] = [];
  readonly #parts: WarehouseParts;
  readonly #recalled = new Set<string>();
  #queue: Task[] = [];
  #idle = ['worker-1', 'worker-2'];

  constructor(parts: WarehouseParts) {
    this.#parts = parts;
  }

  /** @returns takes the task back */
  offer(task: Task): () => void {
    this.#queue.push(task);
    this.#wake();
    return () => {
      this.#queue = this.#queue.filter((other) => other !== task);
    };
  }

  /** Puts back what was picked for an order, and picks no more of it. */
  recall(orderId: string): void {
    this.#recalled.add(orderId);
    for (const [shipmentId, parcel] of this.parcels) {
      if (parcel.orderId !== orderId || parcel.returned) continue;
      this.parcels.set(shipmentId, { ...parcel, returned: true });
      for (const { sku, quantity } of parcel.lines) this.shelf.set(sku, (this.shelf.get(sku) ?? 0) + quantity);
    }
    this.#parts.trace.say('warehouse', () => `recalls ${brief(orderId)}`);
  }

  #wake(): void {
    const { agenda, random } = this.#parts;
    const worker = this.#idle.pop();
    if (worker) agenda.in(random.between(10, 5_000), () => this.#take(worker));
  }

  #take(worker: string): void {
    const { agenda, random, weather, trace, machines, onPick } = this.#parts;
    const task = this.#queue.shift();
    if (!task) {
      this.#idle.push(worker);
      return;
    }
    if (!machines().signal(task.taskToken, 'activityStarted')) {
      this.#take(worker);
      return;
    }
    trace.say(worker, () => `picks ${brief(task.parameters.shipmentId)}`);
    onPick(String(task.parameters.orderId));
    const takes = random.chance(0.04) ? random.between(120_000, 1_200_000) : random.between(3_000, 70_000);
    if (weather.strikes('pick', 6)) {
      const hasPicked = random.chance(0.5);
      agenda.in(takes, () => {
        if (hasPicked) this.#pick(task.parameters);
        trace.say(worker, () => `dies ${hasPicked ? 'after' : 'before'} the pick`);
      });
      agenda.in(takes + random.between(60_000, 600_000), () => this.#take(worker));
      return;
    }
    this.#work(worker, task, agenda.now + takes);
  }

  #work(worker: string, task: Task, until: number): void {
    const { agenda, random, trace, machines } = this.#parts;
    if (agenda.now + HEARTBEAT < until) {
      agenda.in(HEARTBEAT, () => {
        if (machines().signal(task.taskToken, 'heartbeat')) this.#work(worker, task, until);
        else this.#take(worker);
      });
      return;
    }
    agenda.at(until, () => {
      const picked = this.#pick(task.parameters);
      const answer =
        'error' in picked
          ? ({ type: 'failed', error: picked.error } as const)
          : ({ type: 'succeeded', output: { tracking: picked.tracking } } as const);
      const heard = machines().answer(task.taskToken, answer);
      trace.say(worker, () => `answers ${brief(picked)}${heard ? '' : ', too late'}`);
      agenda.in(random.between(100, 3_000), () => this.#take(worker));
    });
  }

  #pick(parameters: JsonObject): { readonly tracking: string } | { readonly error: string } {
    const shipmentId = String(parameters.shipmentId);
    const orderId = String(parameters.orderId);
    const lines = parameters.lines as unknown as Parcel['lines'];
    if (this.#recalled.has(orderId)) return { error: 'RecalledError' };
    const before = this.parcels.get(shipmentId);
    if (before) return { tracking: before.tracking };
    if (lines.some(({ sku }) => sku.startsWith('LOST-'))) return { error: 'NotOnShelfError' };
    for (const { sku, quantity } of lines) {
      const left = (this.shelf.get(sku) ?? 0) - quantity;
      this.shelf.set(sku, left);
      if (left < 0)
        this.shortages.push(`${quantity} × ${sku} for ${shipmentId}, but only ${left + quantity} are there`);
    }
    const tracking = `T-${shipmentId}`;
    this.parcels.set(shipmentId, { shipmentId, orderId, lines, tracking, returned: false });
    return { tracking };
  }
}
