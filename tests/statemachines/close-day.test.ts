import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { memoryDayFiles } from '../../adapters/memory/memory-day-files.ts';
import { memoryOrders } from '../../adapters/memory/memory-orders.ts';
import { memoryPayments } from '../../adapters/memory/memory-payments.ts';
import { sandboxGateway } from '../../adapters/payments/sandbox-gateway.ts';
import type { Order } from '../../domain/order.ts';
import type { PaymentGateway } from '../../domain/payment.ts';
import { checkMovements } from '../../functions/check-movements/check-movements.ts';
import { listDay } from '../../functions/list-day/list-day.ts';
import { writeLedger } from '../../functions/write-ledger/write-ledger.ts';
import type { Json } from '../../local/stepfunctions/asl/json.ts';
import { type AslFlow, definition } from '../asl/machines.ts';
import { coverageOf } from './coverage.ts';
import { type Call, type Reply, type Run, runMachine } from './machine-run.ts';
import { sampleOrder } from './sample-order.ts';

const DAY = '2026-11-22';
const NEXT_NIGHT = Date.parse('2026-11-23T01:30:00Z');
const FILE = `ledgers/${DAY}.jsonl`;
const JOBS: readonly Json[] = [
  { name: 'export', service: 'batch', timeoutSeconds: 600, queue: 'arn:queue', definition: 'arn:definition' },
  {
    ...{ name: 'archive', service: 'ecs', timeoutSeconds: 600, cluster: 'arn:cluster', taskDefinition: 'arn:task' },
    ...{ container: 'main', subnets: ['subnet-1'], roles: [] },
  },
  { name: 'load', service: 'glue', timeoutSeconds: 600, job: 'load-ledger' },
  {
    name: 'score',
    service: 'sagemaker',
    timeoutSeconds: 600,
    image: 'score',
    role: 'arn:role',
    instanceType: 'ml.t3.medium',
  },
  { name: 'rank', service: 'emr', timeoutSeconds: 600, cluster: 'j-1', script: 's3://scripts/rank.py' },
];

const runs: Run[] = [];
let files: Map<string, string>;
let orders: ReturnType<typeof memoryOrders>;
let payments: PaymentGateway;
let sent: Call[];
let jobs: readonly Json[];
let replies: Readonly<Record<string, (call: Call) => Reply>>;
beforeEach(() => {
  [files, orders, payments, sent] = [new Map(), memoryOrders(), sandboxGateway(memoryPayments()), []];
  [jobs, replies] = [[], {}];
});

/** An order that was captured on the day. */
async function sale(key: string, changes: object = {}, at = `${DAY}T12:00:00.000Z`): Promise<Order> {
  const order = await sampleOrder(changes, undefined, key);
  orders.put(order);
  const amount = { amount: order.total, currency: order.currency };
  await payments.authorise({ paymentKey: order.orderId, token: 'tok_visa', amount });
  await payments.capture(order.orderId, amount);
  return orders.record(order.orderId, { captured: { at, what: 'Payment captured' } }, { charged: order.total });
}

async function refund({ orderId, currency }: Order, refundId: string, amount: number, endedAt: string): Promise<void> {
  const request = { reason: 'Broken', requestedBy: 'clerk@example.com', requestHash: 'h', requestedAt: endedAt };
  await orders.addRefund(orderId, { ...request, refundId, amount, status: 'requested' });
  await payments.refund(orderId, refundId, { amount, currency });
  await orders.endRefund(orderId, refundId, { status: 'refunded', endedAt });
}

/** The definition as it is packaged with these jobs. */
function packaged(): AslFlow {
  const machine = structuredClone(definition('close-day')) as AslFlow & {
    States: Record<string, { Assign: Record<string, unknown> }>;
  };
  (machine.States[machine.StartAt] as { Assign: Record<string, unknown> }).Assign.jobs = jobs;
  return machine;
}

async function close(input: Json = { day: DAY }, startedAt = NEXT_NIGHT, name = 'close'): Promise<Run> {
  const day = memoryDayFiles(files);
  const functions: Readonly<Record<string, (payload: never) => Promise<unknown>>> = {
    ListDayFunction: listDay(orders, day, () => startedAt),
    CheckMovementsFunction: checkMovements(orders, payments),
    WriteLedgerFunction: writeLedger(day),
  };
  const reply = async (call: Call): Promise<Reply> => {
    const scripted = replies[call.state];
    if (scripted) return scripted(call);
    if (call.action === 's3:listObjectsV2') {
      const found = [...files.keys()].filter((key) => key.startsWith(String(call.parameters.Prefix)));
      return { output: found.length > 0 ? { Contents: found.map((Key) => ({ Key })) } : {} };
    }
    if (call.action === 's3:putObject') files.set(String(call.parameters.Key), JSON.stringify(call.parameters.Body));
    if (call.action !== 'lambda:invoke') {
      sent.push(call);
      return { output: {} };
    }
    try {
      const output = await functions[call.target as string]?.(call.parameters.Payload as never);
      return { output: JSON.parse(JSON.stringify(output)) };
    } catch (error) {
      return { error: (error as Error).name, cause: (error as Error).message };
    }
  };
  const machine = packaged();
  const { StartAt, States } = machine.States['Check orders']?.ItemProcessor ?? machine;
  const batch = { QueryLanguage: 'JSONata', StartAt, States };
  const done = await runMachine('close-day', input, {
    ...{ name, startedAt, reply, definition: machine },
    // As the engine does it: batches of 10 lines, and a manifest of what came out.
    mapRun: async ({ variables }) => {
      const items = (await day.read(String(variables.list))).trim().split('\n');
      const outputs: string[] = [];
      for (let from = 0; from < items.length; from += 10) {
        const Items = items.slice(from, from + 10).map((line) => JSON.parse(line));
        const child = await runMachine('close-day', { Items }, { reply, definition: batch, startedAt, name });
        runs.push(child);
        if (child.status !== 'SUCCEEDED') throw Object.assign(new Error(child.cause), { name: child.error });
        outputs.push(JSON.stringify(child.output));
      }
      await day.write('days/results.jsonl', outputs.join('\n'));
      await day.write(
        'days/manifest.json',
        JSON.stringify({ ResultFiles: { SUCCEEDED: [{ Key: 'days/results.jsonl' }] } }),
      );
      return { ResultWriterDetails: { Bucket: 'ledgers', Key: 'days/manifest.json' } };
    },
  });
  runs.push(done);
  return done;
}

const linesOf = (key: string) => (files.get(key) ?? '').split('\n').flatMap((line) => (line ? [JSON.parse(line)] : []));

describe('a day is not closed', () => {
  test.each(['2026-11-23', 'yesterday', '2026-02-30'])('when it is not over, or none: %s', async (day) => {
    expect(await close({ day })).toMatchObject({ status: 'FAILED', error: 'DayNotOverError' });
    expect([...files]).toEqual([]);
  });

  test('when the provider took something else than the order says', async () => {
    const order = await sale('key-1');
    await sale('key-2');
    orders.put({ ...order, charged: 1 });
    const done = await close();
    expect(done).toMatchObject({ status: 'FAILED', error: 'LedgerMismatchError' });
    expect(done.cause).toContain(`${order.orderId}: capture capture is 7800, the order's record says 1`);
    expect(done.cause).toContain(`${order.orderId}: the provider took 7800, the order's record says 1`);
    expect(files.has(FILE)).toBe(false);
    expect(sent).toEqual([]);
  });

  test('when a refund never reached the provider', async () => {
    const order = await sale('key-1');
    await refund(order, 'ref_1', 300, `${DAY}T13:00:00.000Z`);
    const { find } = payments;
    payments = { ...payments, find: async (key) => ({ ...(await find(key)), refunded: 0 }) };
    expect((await close()).cause).toBe(`${order.orderId}: the provider gave back 0, the order's record says 300`);
  });

  test('when money moved for an order that is not there', async () => {
    const order = await sale('key-1');
    const { find, ...others } = orders;
    orders = { ...others, find: async (id) => (id === order.orderId ? undefined : find(id)) };
    expect((await close()).cause).toContain('an order that is not there');
  });

  test('when the payments cannot be read', async () => {
    await sale('key-1');
    replies = { 'Check movements': () => ({ error: 'TypeError' }) };
    expect(await close()).toMatchObject({ status: 'FAILED', error: 'OrdersNotCheckedError', cause: 'TypeError' });
  });

  test('when an order got lost on the way', async () => {
    await sale('key-1');
    replies = { 'Check movements': () => ({ output: { orders: 0, movements: [], differences: [] } }) };
    expect((await close()).cause).toBe('1 orders were listed, 0 were checked');
  });

  test('again with another ledger', async () => {
    await sale('key-1');
    await close();
    await sale('key-2');
    const before = files.get(FILE);
    expect(await close()).toMatchObject({ status: 'FAILED', error: 'LedgerChangedError' });
    expect(files.get(FILE)).toBe(before);
  });
});

describe('a day that is closed', () => {
  test('has a line for each movement, and totals that are captures less refunds, by currency', async () => {
    const first = await sale('key-1');
    await sale('key-2', { currency: 'JPY' });
    await sale('of the day after', {}, '2026-11-23T00:00:00.000Z');
    await refund(first, 'ref_1', 300, `${DAY}T13:00:00.000Z`);
    await refund(first, 'ref_2', 500, '2026-11-23T00:00:00.000Z');
    const done = await close();
    const totals = [
      { kind: 'total', currency: 'EUR', movements: 2, captured: 7_800, refunded: 300, net: 7_500 },
      { kind: 'total', currency: 'JPY', movements: 1, captured: 15_600, refunded: 0, net: 15_600 },
    ];
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { day: DAY, totals, jobs: [] } });
    const lines = linesOf(FILE);
    expect(lines.map(({ kind, currency, amount }) => [kind, currency, amount])).toEqual([
      ['capture', 'EUR', 7_800],
      ['capture', 'JPY', 15_600],
      ['refund', 'EUR', 300],
      ['total', 'EUR', undefined],
      ['total', 'JPY', undefined],
    ]);
    expect(sent.at(-1)?.parameters).toMatchObject({ TopicArn: '${OperationsTopic}', Subject: `Closed: ${DAY}` });
    expect(sent.at(-1)?.parameters.Message).toContain('EUR: captured 7800, refunded 300, net 7500');
  });

  test('agrees with a refund that the provider has made, and the record has not yet', async () => {
    const order = await sale('key-1');
    await orders.addRefund(order.orderId, {
      ...{ refundId: 'ref_1', amount: 100, reason: '', requestedBy: 'c@example.com', requestHash: 'h' },
      ...{ requestedAt: `${DAY}T13:00:00.000Z`, status: 'requested' },
    });
    await payments.refund(order.orderId, 'ref_1', { amount: 100, currency: order.currency });
    expect((await close()).status).toBe('SUCCEEDED');
  });

  test('may have more orders than a batch takes', async () => {
    for (let index = 0; index < 60; index++) await sale(`key-${index}`);
    expect((await close()).output).toMatchObject({
      totals: [{ movements: 60, captured: 60 * 7_800, net: 60 * 7_800 }],
    });
  });

  test('may be one without any money, and is the day before when the schedule says so', async () => {
    const done = await close({ scheduledAt: '2026-11-23T01:30:00Z' });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { day: DAY, totals: [] } });
    expect(files.get(FILE)).toBe('');
  });

  test('is not changed by closing it again, and nobody is told twice', async () => {
    jobs = JOBS;
    await sale('key-1');
    await close();
    const before = [...files].filter(([key]) => !key.startsWith('days/results'));
    sent = [];
    const again = await close(undefined, NEXT_NIGHT + 86_400_000, 'again');
    expect(again.states.at(-1)).toBe('Day was closed before');
    expect(sent).toEqual([]);
    expect([...files].filter(([key]) => !key.startsWith('days/results'))).toEqual(before);
  });
});

describe('the jobs of the back office', () => {
  test('run one after the other, each told of the day and its ledger', async () => {
    jobs = JOBS;
    const done = await close();
    expect(done).toMatchObject({ output: { jobs: ['export', 'archive', 'load', 'score', 'rank'] } });
    const started = sent.filter(({ action }) => !action.startsWith('s3:') && !action.startsWith('sns:'));
    expect(started.map(({ state }) => state)).toEqual([
      ...['Run Batch job', 'Run ECS task', 'Run Glue job', 'Run SageMaker job', 'Run EMR step'],
    ]);
    for (const { parameters } of started) {
      expect(JSON.stringify(parameters)).toContain(DAY);
      expect(JSON.stringify(parameters)).toContain(`s3://\${LedgersBucket}/${FILE}`);
    }
  });

  test('that fail end the close, by name, and the next close goes on with them', async () => {
    jobs = JOBS;
    replies = { 'Run Glue job': () => ({ error: 'States.TaskFailed', cause: 'out of memory' }) };
    const failed = await close();
    expect(failed).toMatchObject({ status: 'FAILED', error: 'BackOfficeJobFailedError' });
    expect(failed.cause).toBe('load: States.TaskFailed: out of memory');
    expect(files.has(FILE)).toBe(true);
    replies = {};
    expect((await close(undefined, undefined, 'again')).output).toMatchObject({ jobs: ['load', 'score', 'rank'] });
  });

  test.each(JOBS.map((job) => (job as { name: string }).name))('%s: its failure is seen', async (name) => {
    jobs = JOBS.filter((job) => (job as { name: string }).name === name);
    const failing = () => ({ error: 'States.Timeout' });
    replies = Object.fromEntries(
      ['Batch job', 'ECS task', 'Glue job', 'SageMaker job', 'EMR step'].map((each) => [`Run ${each}`, failing]),
    );
    expect((await close()).cause).toBe(`${name}: States.Timeout: `);
    expect(files.has(`jobs/${DAY}/${name}.json`)).toBe(false);
  });
});

afterAll(() => {
  const { summary, ...missed } = coverageOf('close-day', runs);
  process.stdout.write(`${summary}\n`);
  expect(missed).toEqual({ missedStates: [], missedTransitions: [] });
});
