import { DynamoDBServiceException, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { openOrders } from '../../adapters/dynamodb/open-orders.ts';
import { ordersTable } from '../../adapters/dynamodb/orders-table.ts';
import { productsTable } from '../../adapters/dynamodb/products-table.ts';
import { sandboxPaymentsTable } from '../../adapters/dynamodb/sandbox-payments-table.ts';
import { stockTables } from '../../adapters/dynamodb/stock-tables.ts';
import { memoryMailer } from '../../adapters/memory/memory-mailer.ts';
import { sandboxGateway } from '../../adapters/payments/sandbox-gateway.ts';
import { newSecret } from '../../adapters/system.ts';
import type { PaymentGateway } from '../../domain/payment.ts';
import type { FindExecution, Mail, StartExecution } from '../../domain/ports.ts';
import type { ExecutionStanding } from '../../domain/repair-order.ts';
import type { Json, JsonObject } from '../../local/stepfunctions/asl/json.ts';
import type { Machine } from '../asl/machines.ts';
import type { LocalTables } from '../contracts/local-tables.ts';
import { browser, httpEvent } from './browser.ts';
import { ENDPOINTS, type Ports, SIGN_OFFS, STEPS } from './composition.ts';
import { type Call, NOON, type Reply, type Run, runMachine } from './machine-run.ts';
import { products } from './sample-order.ts';

export interface ApplicationOptions {
  /** What approvers do when mails reach them; they may decide. */
  readonly onMails?: (mails: readonly Mail[], app: Application) => Promise<void>;
  /** Who takes the money, in place of the sandbox. */
  readonly payments?: PaymentGateway;
  /** Products that the warehouse doesn't find. */
  readonly lostSkus?: readonly string[];
  /** Stands between a state machine and what it calls: to lose an answer, call twice, or fail. */
  readonly around?: (call: Call, perform: () => Promise<Reply>) => Promise<Reply>;
}

export type Application = Awaited<ReturnType<typeof application>>;

/** The real machines, functions, adapters and expressions on the local DynamoDB, with a clock that jumps. One order at a time. */
export async function application(tables: LocalTables, options: ApplicationOptions = {}) {
  const { onMails, around, lostSkus = [] } = options;
  const names = await tables.create();
  const clock = { at: NOON };
  const now = () => clock.at;
  const orders = ordersTable(tables.documents, names.Orders, names.Movements);
  const catalogue = productsTable(tables.documents, names.Products);
  const stock = stockTables(tables.documents, { products: names.Products, reservations: names.Reservations });
  const payments: PaymentGateway =
    options.payments ?? sandboxGateway(sandboxPaymentsTable(tables.documents, names.SandboxPayments));
  const approvals = approvalsTable(tables.documents, { approvals: names.Approvals, audit: names.ApprovalAudit });
  const mailer = memoryMailer();
  const answered = new Map<string, Json>();
  const callback = {
    succeed: async (token: string, output: object) => {
      answered.set(token, output as unknown as Json);
      return true;
    },
  };
  /** How executions stand, by name, as recovery finds them. */
  const standings = new Map<string, { standing: ExecutionStanding; input: unknown }>();
  const find: FindExecution = async (name) => standings.get(name) ?? { standing: 'none', input: null };
  const toStart: { machine: Machine; name: string; input: Json }[] = [];
  const starter =
    (machine: Machine): StartExecution =>
    async (name, input) => {
      if (standings.has(name)) return false;
      toStart.push({ machine, name, input: input as unknown as Json });
      return true;
    };
  const published: Call[] = [];
  const started: string[] = [];
  const runs: Run[] = [];

  for (const { sku, name, prices, warehouse, stock: quantity } of products()) {
    await catalogue.put(sku, { name, prices, warehouse, intake: { id: 'opening', quantity } });
  }

  const ports: Ports = {
    ...{ orders, catalogue, stock, payments, approvals, mailer, callback, newSecret, clock: now },
    openOrders: openOrders(tables.documents, names.Orders),
    process: { start: starter('process-order'), find },
    undo: { start: starter('undo-order'), find },
    refunding: { start: starter('refund-order'), find },
  };
  const functions = new Map(Object.entries(STEPS).map(([name, step]) => [name, step(ports)]));
  const web = browser(ENDPOINTS.showApproval(ports), ENDPOINTS.decideApproval(ports));

  async function perform(call: Call): Promise<Reply> {
    switch (call.action) {
      case 'lambda:invoke':
        return call.taskToken ? ask(call) : invoke(call);
      case 'dynamodb:putItem':
      case 'dynamodb:getItem':
      case 'dynamodb:updateItem':
        return table(call);
      case 'states:startExecution':
        if (call.state === 'Sign off') return nested('sign-off', call);
        return call.state === 'Undo order' ? undo(call) : start(call);
      case 'activity':
        return pick(call);
      case 'sfn:stopExecution':
        return { error: 'Sfn.ExecutionDoesNotExistException' };
      default:
        published.push(call);
        return { output: { FailedEntryCount: 0 } };
    }
  }

  async function invoke({ target = '', parameters }: Call): Promise<Reply> {
    try {
      const payload = JSON.parse(JSON.stringify(parameters.Payload).replace('${SignOffExecutions}', SIGN_OFFS));
      return { output: JSON.parse(JSON.stringify((await functions.get(target)?.(payload)) ?? null)) };
    } catch (error) {
      const { name, message } = error as Error;
      return { error: name, cause: JSON.stringify({ errorType: name, errorMessage: message }) };
    }
  }

  async function ask(call: Call): Promise<Reply> {
    const before = mailer.sent.length;
    const reply = await invoke(call);
    if (typeof reply === 'object' && 'error' in reply) return reply;
    await onMails?.(mailer.sent.slice(before), app);
    const output = answered.get(call.taskToken ?? '');
    return output === undefined ? 'silence' : { output };
  }

  async function table({ action, parameters }: Call): Promise<Reply> {
    // biome-ignore lint/suspicious/noExplicitAny: the state machine's own expressions are what is tested.
    const input = { ...parameters, TableName: names.Orders } as any;
    try {
      const { $metadata: _, ...output } =
        action === 'dynamodb:putItem'
          ? await tables.client.send(new PutItemCommand(input))
          : action === 'dynamodb:getItem'
            ? await tables.client.send(new GetItemCommand(input))
            : await tables.client.send(new UpdateItemCommand(input));
      return { output: JSON.parse(JSON.stringify(output)) };
    } catch (error) {
      if (error instanceof DynamoDBServiceException) return { error: `DynamoDB.${error.name}`, cause: error.message };
      throw error;
    }
  }

  async function start({ parameters }: Call): Promise<Reply> {
    const name = String(parameters.Name);
    if (started.includes(name)) return { error: 'StepFunctions.ExecutionAlreadyExistsException' };
    started.push(name);
    return { output: { ExecutionArn: name } };
  }

  async function undo(call: Call): Promise<Reply> {
    const name = String(call.parameters.Name);
    if (started.includes(name)) return { error: 'StepFunctions.ExecutionAlreadyExistsException' };
    started.push(name);
    return nested('undo-order', call);
  }

  async function pick({ parameters }: Call): Promise<Reply> {
    const lost = (parameters.lines as { sku: string }[]).find(({ sku }) => lostSkus.includes(sku));
    return lost ? { error: 'NotOnShelfError' } : { output: { tracking: `T-${parameters.shipmentId}` } };
  }

  async function nested(machine: 'sign-off' | 'undo-order', { parameters, at }: Call): Promise<Reply> {
    const done = await run(machine, parameters.Input as Json, at, String(parameters.Name));
    if (done.status !== 'SUCCEEDED') return { error: 'States.TaskFailed', cause: done.error ?? '' };
    return { output: { Output: done.output ?? null, Status: done.status }, endedAt: done.endedAt };
  }

  async function run(
    machine: Parameters<typeof runMachine>[0],
    input: Json,
    startedAt: number,
    name: string,
  ): Promise<Run> {
    standings.set(name, { standing: 'running', input });
    const done = await runMachine(machine, input, {
      name,
      startedAt,
      reply: (call) => (around ? around(call, () => perform(call)) : perform(call)),
      onTime: (at) => {
        clock.at = Math.max(clock.at, at);
      },
    });
    standings.set(name, { standing: done.status === 'SUCCEEDED' ? 'succeeded' : 'dead', input });
    runs.push(done);
    return done;
  }

  const place = (body: object, key = 'key-1'): Promise<Run> =>
    run('place-order', { source: 'http', client: 'shop', idempotencyKey: key, order: body as Json }, clock.at, key);

  const app = {
    ...{
      orders,
      catalogue,
      stock,
      payments,
      approvals,
      mailer,
      clock,
      published,
      started,
      runs,
      web,
      answered,
      standings,
    },
    place,
    submit: (event: JsonObject): Promise<Run> => run('place-order', event, clock.at, 'event'),
    /** As POST /orders/{orderId}/cancel does, with the undoing that it starts. */
    async cancel(orderId: string, reason?: string) {
      const toStart: { name: string; input: Json }[] = [];
      const startUndo = async (name: string, input: object) => {
        if (started.includes(name)) return false;
        started.push(name);
        toStart.push({ name, input: input as unknown as Json });
        return true;
      };
      const event = { pathParameters: { orderId }, body: reason ? JSON.stringify({ reason }) : null };
      const answer = await ENDPOINTS.cancelOrder({ ...ports, undo: { start: startUndo, find } })(httpEvent(event));
      for (const { name, input } of toStart) await run('undo-order', input, clock.at, name);
      return { status: answer.statusCode, body: JSON.parse(answer.body) };
    },
    /** As POST /orders/{orderId}/refunds does, with the machine that it starts. */
    async refund(orderId: string, refund: object, key: string | undefined = 'refund-1') {
      const toStart: { name: string; input: Json }[] = [];
      const start = async (name: string, input: object) => {
        if (started.includes(name)) return false;
        started.push(name);
        toStart.push({ name, input: input as unknown as Json });
        return true;
      };
      const headers: Record<string, string> = key === undefined ? {} : { 'Idempotency-Key': key };
      const event = httpEvent({ pathParameters: { orderId }, headers, body: JSON.stringify(refund) });
      const answer = await ENDPOINTS.requestRefund({ ...ports, refunding: { start, find } })(event);
      for (const { name, input } of toStart) await run('refund-order', input, clock.at, name);
      return { status: answer.statusCode, body: JSON.parse(answer.body) };
    },
    /** One run of recovery, with everything that it starts. */
    async recover() {
      const done = await run('recover', {}, clock.at, `recover-${runs.length}`);
      for (const { machine, name, input } of toStart.splice(0)) await run(machine, input, clock.at, name);
      return done.output as { looked: number; repaired: number };
    },
    process: (orderId: string): Promise<Run> => run('process-order', { orderId }, clock.at, orderId),
    /** Places an order and carries it to its end. */
    async order(body: object, key = 'key-1') {
      const placed = await place(body, key);
      const { orderId } = placed.output as { orderId: string };
      const processed = await app.process(orderId);
      return { orderId, placed, processed, seen: await app.see(orderId) };
    },
    /** As GET /orders/{orderId} shows it. */
    async see(orderId: string) {
      const { body } = await ENDPOINTS.getOrder(ports)(httpEvent({ pathParameters: { orderId } }));
      return JSON.parse(body);
    },
  };
  return app;
}
