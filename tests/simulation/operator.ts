import type { memoryOrders } from '../../adapters/memory/memory-orders.ts';
import type { Approvals } from '../../domain/ports.ts';
import type { Machine } from '../asl/machines.ts';
import { httpEvent } from '../statemachines/browser.ts';
import type { Agenda } from './agenda.ts';
import type { Gateway } from './gateway.ts';
import type { Random } from './random.ts';
import type { Running, StateMachines } from './state-machines.ts';
import { brief, type Trace } from './trace.ts';
import type { Weather } from './weather.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** `rate(2 minutes)` */
const SCHEDULE = 2 * MINUTE;
/** What was struck may take so long until it is stuck, and so long until it counts as that. */
const SINCE_STRUCK = 80_000;

const STOPPABLE: readonly Machine[] = ['process-order', 'sign-off', 'undo-order', 'refund-order'];

export interface OperatorParts {
  readonly agenda: Agenda;
  readonly random: Random;
  readonly weather: Weather;
  readonly trace: Trace;
  readonly gateway: Gateway;
  readonly orders: ReturnType<typeof memoryOrders>;
  readonly approvals: Pick<Approvals, 'waiting'>;
  readonly machines: () => StateMachines;
}

/** What comes from the side: recovery by its schedule, executions stopped by hand, records changed by hand. */
export class Operator {
  readonly #parts: OperatorParts;
  #ticks = 0;
  #isPlanned = false;
  /** Not before this has recovery seen everything. */
  #needed = 0;

  constructor(parts: OperatorParts) {
    this.#parts = parts;
  }

  begin(): void {
    const { agenda, random } = this.#parts;
    if (random.chance(0.25)) agenda.in(this.#moment(), () => this.#stopSomething());
    if (random.chance(0.3)) agenda.in(random.between(MINUTE, DAY), () => void this.#raiseAPrice());
    if (random.chance(0.2)) agenda.in(random.between(MINUTE, 3 * DAY), () => void this.#interfere());
  }

  #moment(): number {
    const { random } = this.#parts;
    return random.pick([random.between(0, 2 * MINUTE), random.between(0, 70 * MINUTE), random.between(0, 3 * DAY)]);
  }

  /** Recovery's schedule never rests. A run that can't find anything is left out: nothing has happened since the one before. */
  watch(): void {
    const { weather } = this.#parts;
    if (!weather.struck) return;
    weather.struck = false;
    this.expect();
  }

  /** Something may need repair. */
  expect(): void {
    const { agenda } = this.#parts;
    this.#needed = agenda.now + SINCE_STRUCK;
    this.#plan();
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#parts.agenda.at(Math.ceil(this.#needed / SCHEDULE) * SCHEDULE, () => this.#recover());
  }

  #recover(): void {
    const { trace, machines } = this.#parts;
    trace.say('schedule', () => 'starts recover');
    const run = machines().start('recover', `recover-${++this.#ticks}`, {}) as Running;
    run.onEnd.push(({ execution: { output, startedAt } }) => {
      this.#isPlanned = false;
      const { repaired = 1 } = output === undefined ? {} : (JSON.parse(output) as { repaired?: number });
      if (repaired > 0) this.expect();
      else if (startedAt < this.#needed) this.#plan();
    });
  }

  #stopSomething(): void {
    const { random, trace, machines } = this.#parts;
    const running = [...machines().all.values()].filter(
      ({ machine, execution }) => STOPPABLE.includes(machine) && execution.status === 'RUNNING',
    );
    if (running.length === 0) return;
    const { arn, machine, name } = random.pick(running);
    trace.say('operator', () => `stops ${machine} ${brief(name)}`);
    machines().stop(arn, 'StoppedByHand', 'An operator');
  }

  /** What an approval is bound to changes while it waits: it must not be what is charged. */
  async #raiseAPrice(): Promise<void> {
    const { trace, orders, approvals } = this.#parts;
    const asked = (await approvals.waiting()).find(({ subject }) => subject.type === 'order');
    const item = asked && orders.item(asked.subject.id);
    if (!item) return;
    const lines = item.lines.map((line) => ({ ...line, unitPrice: line.unitPrice * 2, amount: line.amount * 2 }));
    trace.say('operator', () => `doubles the prices of ${brief(item.orderId)}`);
    orders.put({ ...item, version: item.version + 1, lines, total: item.total * 2 });
  }

  /** Gives somebody's decision to a colleague, has a link mailed again, or takes the question back. */
  async #interfere(): Promise<void> {
    const { random, approvals, gateway } = this.#parts;
    const waiting = await approvals.waiting();
    if (waiting.length === 0) return;
    const { approvalId, waitingFor } = random.pick(waiting);
    const from = waitingFor[0] ?? 'nobody@example.com';
    const by = 'operator@example.com';
    const [endpoint, body] = random.pick([
      ['reassignApproval', { from, to: random.pick(['deputy@example.com', 'auditor@example.com']), by }],
      ['resendApproval', { to: from, by }],
      ['withdrawApproval', { by }],
    ] as const);
    const event = httpEvent({ pathParameters: { approvalId }, body: JSON.stringify(body) });
    gateway.call('operator', endpoint, event, () => {});
  }
}
