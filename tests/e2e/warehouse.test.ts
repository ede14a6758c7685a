import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalShop, SMALL_ORDER, startLocalShop } from './running-shop.ts';

const ROOT = join(import.meta.dirname, '../..');
const PATIENCE = 120_000;

let running: LocalShop;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  running = await startLocalShop({ warehouse: false });
}, PATIENCE);
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await running.close();
});

/** `npm run warehouse`, as a process of its own. @returns it, once it has said something that matches */
async function warehouse(seconds: number, says: RegExp): Promise<ChildProcess> {
  const { endpoint, activityArn } = running.warehouse;
  const worker = spawn(
    process.execPath,
    [
      join(ROOT, 'scripts/warehouse.ts'),
      '--activity',
      activityArn,
      '--endpoint',
      endpoint,
      '--seconds',
      String(seconds),
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, AWS_ACCESS_KEY_ID: 'warehouse', AWS_SECRET_ACCESS_KEY: 'warehouse' },
    },
  );
  workers.push(worker);
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: worker.stdout }).on('line', (line) => says.test(line) && resolve());
    worker.once('exit', (code) => reject(new Error(`the warehouse ended with ${code}`)));
  });
  return worker;
}

test(
  'a worker that is killed in the middle of a pick loses it to another one, and the order is sent and charged once',
  async () => {
    const { shop, office } = running;
    const orderId = await shop.place(SMALL_ORDER, 'killed-worker');
    const first = await warehouse(3_600, /picking/);
    first.kill('SIGKILL');
    await once(first, 'exit');
    // Nobody says that the pick goes on: after a minute it is given to somebody else.
    await shop.advanceClock(65);
    const second = warehouse(0, /sent/);
    const order = await shop.ended(orderId);
    await second;
    expect(order.status).toBe('completed');
    expect(order.shipments).toHaveLength(1);
    const types = (await office.history(orderId)).map(({ type }) => type);
    expect(types.filter((type) => type === 'ActivityStarted')).toHaveLength(2);
    expect(types.filter((type) => type === 'ActivityTimedOut')).toHaveLength(1);
    expect(types.filter((type) => type === 'ActivitySucceeded')).toHaveLength(1);
    const [payment] = await office.paymentsOf(orderId);
    expect(payment).toMatchObject({ status: 'captured', captured: order.total });
  },
  PATIENCE,
);
