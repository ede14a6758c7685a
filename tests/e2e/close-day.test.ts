import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { provideBackOffice } from '../../scripts/start/provide-back-office.ts';
import { DAY, type LocalShop, SMALL_ORDER, startLocalShop } from './running-shop.ts';

const JOBS = join(import.meta.dirname, '../../jobs');

jest.setTimeout(120_000); // for slow machines; packaging is in it

let running: LocalShop;
beforeAll(async () => {
  running = await startLocalShop({ imagesFolder: join(JOBS, 'images') });
  await provideBackOffice(running.cloud, JOBS);
});
afterAll(() => running?.close());

const ask = ({ cloud }: LocalShop, service: string, operation: string, input: object) =>
  cloud.call(service, operation, input, { account: cloud.account, region: cloud.region });

async function close(input: object): Promise<{ status: string; output: string; cause?: string }> {
  const { executionArn } = await ask(running, 'states', 'StartExecution', {
    stateMachineArn: running.cloud.outputs.CloseDayStateMachineArn,
    input: JSON.stringify(input),
  });
  for (;;) {
    const seen = await ask(running, 'states', 'DescribeExecution', { executionArn });
    if (seen.status !== 'RUNNING') return seen;
    await pause(50);
  }
}

test('the day before is closed: its ledger is written, each kind of job runs with it, and a repeat changes nothing', async () => {
  const { shop, cloud } = running;
  const day = new Date(cloud.clock.now()).toISOString().slice(0, 10);
  const { status } = await shop.ended(await shop.place(SMALL_ORDER, 'of the day'));
  expect(status).toBe('completed');
  expect(await close({ day })).toMatchObject({ status: 'FAILED', error: 'DayNotOverError' });

  await shop.advanceClock(DAY + 3_600);
  const scheduledAt = new Date(cloud.clock.now()).toISOString();
  const done = await close({ scheduledAt });
  expect(done.cause).toBeUndefined();
  const ledger = `s3://${cloud.outputs.LedgersBucketName}/ledgers/${day}.jsonl`;
  const totals = [{ kind: 'total', currency: 'EUR', movements: 1, captured: 9_800, refunded: 0, net: 9_800 }];
  const jobs = ['check-totals', 'export', 'load', 'forecast', 'rank'];
  expect(JSON.parse(done.output)).toEqual({ day, ledger, totals, jobs });

  const object = { Bucket: cloud.outputs.LedgersBucketName, Key: `ledgers/${day}.jsonl` };
  const { ETag } = await ask(running, 's3', 'HeadObject', object);
  expect(JSON.parse((await close({ day })).output)).toEqual({ day, ledger, totals, jobs: [] });
  expect((await ask(running, 's3', 'HeadObject', object)).ETag).toBe(ETag);
});
