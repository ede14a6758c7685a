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

interface Closed {
  readonly status: string;
  readonly output: string;
  readonly cause?: string;
}

async function close(input: object): Promise<Closed> {
  const { executionArn } = await ask(running, 'states', 'StartExecution', {
    stateMachineArn: running.cloud.outputs.CloseDayStateMachineArn,
    input: JSON.stringify(input),
  });
  return closed(executionArn);
}

async function closed(executionArn: string): Promise<Closed> {
  for (;;) {
    const seen = await ask(running, 'states', 'DescribeExecution', { executionArn });
    if (seen.status !== 'RUNNING') return seen;
    await pause(50);
  }
}

/** Turns the clock forward to a time, in milliseconds since 1970. */
const turnClockTo = (time: number) => running.shop.advanceClock(Math.ceil((time - running.cloud.clock.now()) / 1000));

async function theSchedule() {
  const { Schedules } = await ask(running, 'scheduler', 'ListSchedules', {});
  const name = Schedules.find(({ Name }: { Name: string }) => Name.includes('CloseDay')).Name;
  const {
    Arn: _a,
    CreationDate: _c,
    LastModificationDate: _l,
    ...schedule
  } = await ask(running, 'scheduler', 'GetSchedule', { Name: name });
  return schedule;
}

/** What the schedule started on the day after. */
async function closedBySchedule(day: string): Promise<Closed> {
  const next = new Date(Date.parse(day) + DAY * 1000).toISOString().slice(0, 10);
  const stateMachineArn = running.cloud.outputs.CloseDayStateMachineArn;
  for (;;) {
    const { executions } = await ask(running, 'states', 'ListExecutions', { stateMachineArn });
    for (const { executionArn } of executions) {
      const { input } = await ask(running, 'states', 'DescribeExecution', { executionArn });
      if (JSON.parse(input).scheduledAt?.startsWith(next)) return closed(executionArn);
    }
    await pause(50);
  }
}

test('the day before is closed: its ledger is written, each kind of job runs with it, and a repeat changes nothing', async () => {
  const { shop, cloud } = running;
  const day = new Date(cloud.clock.now()).toISOString().slice(0, 10);
  const { status } = await shop.ended(await shop.place(SMALL_ORDER, 'of the day'));
  expect(status).toBe('completed');
  expect(await close({ day })).toMatchObject({ status: 'FAILED', error: 'DayNotOverError' });

  const schedule = await theSchedule();
  const midnight = Date.parse(day) + DAY * 1000;
  await turnClockTo(midnight);
  // In UTC, so that the clock is turned to when it starts and no further: its jobs have no more than minutes.
  const enabled = { ...schedule, State: 'ENABLED', ScheduleExpressionTimezone: 'UTC' };
  await ask(running, 'scheduler', 'UpdateSchedule', enabled);
  await turnClockTo(midnight + 2.5 * 3_600_000);
  await ask(running, 'scheduler', 'UpdateSchedule', schedule);
  const done = await closedBySchedule(day);
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
