import { memoryApprovals } from '../../adapters/memory/memory-approvals.ts';
import { memoryOrders } from '../../adapters/memory/memory-orders.ts';
import { memoryStock } from '../../adapters/memory/memory-stock.ts';
import type { JsonObject } from '../../local/stepfunctions/asl/json.ts';
import type { Machine } from '../asl/machines.ts';
import type { Ports } from '../statemachines/composition.ts';
import { NOON } from '../statemachines/machine-run.ts';
import { Agenda } from './agenda.ts';
import { Approvers } from './approvers.ts';
import type { Bug } from './bug.ts';
import type { Definitions } from './definitions.ts';
import { Gateway } from './gateway.ts';
import { Integrations } from './integrations.ts';
import { Lambdas } from './lambdas.ts';
import { Operator } from './operator.ts';
import { orderItems } from './order-items.ts';
import { provider } from './provider.ts';
import { Random } from './random.ts';
import { PRODUCTS, Shop } from './shop.ts';
import { type Running, StateMachines } from './state-machines.ts';
import { Trace } from './trace.ts';
import { Warehouse } from './warehouse.ts';
import { Weather } from './weather.ts';

/** Whose failed executions start recovery. */
const RECOVERED: readonly Machine[] = ['process-order', 'undo-order', 'refund-order'];

export interface WorldOptions {
  readonly seed: number;
  readonly definitions: Definitions;
  readonly bug?: Bug;
  readonly isTraced?: boolean;
}

/** An announcement: what happened to which order, as subscribers hear it. */
export interface Announcement {
  readonly orderId: string;
  readonly event: string;
}

export type World = ReturnType<typeof createWorld>;

/** The application in its surroundings, all made of one seed. */
export function createWorld({ seed, definitions, bug, isTraced = false }: WorldOptions) {
  const random = new Random(seed);
  const agenda = new Agenda(NOON);
  const trace = new Trace(agenda, isTraced);
  const weather = new Weather(random, () => agenda.now);
  const orders = memoryOrders();
  const { catalogue, stock } = memoryStock();
  const approvals = memoryApprovals();
  const payments = provider(trace, () => agenda.now);
  const announcements: Announcement[] = [];
  const accounting: JsonObject[] = [];

  const starter = (machine: Machine) => async (name: string, input: object) =>
    machines.start(machine, name, input) !== undefined;
  const finder = (machine: Machine) => async (name: string) => {
    const found = machines.find(machine, name);
    if (!found) return { standing: 'none' as const, input: null };
    const { status } = found.execution;
    const standing = status === 'RUNNING' ? 'running' : status === 'SUCCEEDED' ? 'succeeded' : 'dead';
    return { standing, input: found.input } as const;
  };
  const ports: Ports = {
    ...{ orders, openOrders: orders, catalogue, stock, approvals, payments: payments.gateway },
    mailer: { send: async (mail) => approvers.receive(mail) },
    callback: {
      succeed: async (token, output) =>
        machines.answer(token, { type: 'succeeded', output: JSON.parse(JSON.stringify(output)) }),
    },
    process: { start: starter('process-order'), find: finder('process-order') },
    undo: { start: starter('undo-order'), find: finder('undo-order') },
    refunding: { start: starter('refund-order'), find: finder('refund-order') },
    clock: () => agenda.now,
    newSecret: () => random.secret(),
  };
  const alteration = bug?.plant?.({ orders }) ?? {};

  const common = { agenda, random, weather, trace, machines: () => machines };
  const warehouse = new Warehouse({ ...common, onPick: (orderId) => shop.onPick(orderId) });
  const lambdas = new Lambdas({ ...common, ports, ...(alteration.ports && { alter: alteration.ports }) });
  const gateway = new Gateway({ ...common, lambdas });
  const approvers = new Approvers({ ...common, gateway });
  const onGoods = (sku: string, quantity: number) =>
    void warehouse.shelf.set(sku, (warehouse.shelf.get(sku) ?? 0) + quantity);
  const shop = new Shop({ ...common, gateway, onGoods });
  const operator = new Operator({ ...common, gateway, orders, approvals });
  const integrations = new Integrations({
    ...{ ...common, lambdas, items: orderItems(orders), publish },
    stepOf: alteration.step ?? ((_, step) => step),
    offer: (task) => warehouse.offer(task),
  });
  const machines: StateMachines = new StateMachines({
    ...{ seed, agenda, trace, definitions },
    perform: (caller, call, state) => integrations.perform(caller, call, state),
    onEnd,
  });

  function onEnd({ machine, execution: { status } }: Running): void {
    // The rule on failed executions: nobody waits for the schedule.
    if (status !== 'SUCCEEDED' && RECOVERED.includes(machine)) operator.expect();
  }

  function publish(action: string, parameters: JsonObject): void {
    if (action === 'sqs:sendMessage') {
      const body = parameters.MessageBody as JsonObject;
      if (body.type !== 'Recall') accounting.push(body);
      // Queues deliver at least once, some time.
      else agenda.in(random.between(20, 5_000), () => warehouse.recall(String(body.orderId)));
      return;
    }
    if (action !== 'events:putEvents') return;
    for (const { DetailType, Detail } of parameters.Entries as { DetailType: string; Detail: JsonObject }[]) {
      const { orderId } = Detail;
      if (orderId !== undefined) announcements.push({ orderId: String(orderId), event: DetailType });
      if (DetailType === 'OrderCompleted') shop.onComplete(String(orderId));
    }
  }

  /** @returns when there is a catalogue, and the first things are planned */
  async function open(): Promise<void> {
    for (const { sku, name, prices, warehouse: place } of PRODUCTS) {
      const quantity = random.between(1, 6);
      onGoods(sku, quantity);
      await catalogue.put(sku, { name, prices, warehouse: place, intake: { id: 'opening', quantity } });
    }
    shop.open(4);
    operator.begin();
    trace.say(
      'weather',
      () =>
        `${weather.roughness * 100} % of everything goes wrong, most at ${weather.worstAt.join(' and ') || 'no place'}`,
    );
  }

  return {
    ...{ seed, agenda, trace, weather, operator, open },
    /** What can be seen from outside at the end. */
    ...{
      shop,
      approvers,
      warehouse,
      payments,
      announcements,
      accounting,
      machines,
      orders,
      catalogue,
      stock,
      approvals,
    },
  };
}
