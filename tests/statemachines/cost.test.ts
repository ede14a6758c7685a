import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { transitionsOf } from '../../scripts/cost/transitions.ts';
import { NOTHING, plus, pricePerMillion } from '../../scripts/cost/usage.ts';
import { directTables, type LocalTables } from '../contracts/local-tables.ts';
import { type Application, application } from './application.ts';
import { linkIn } from './browser.ts';
import { runMachine } from './machine-run.ts';
import { body } from './sample-order.ts';

// What an order may cost, held against the histories of its executions. `npm run cost` puts prices to it.

let tables: LocalTables;
beforeAll(async () => {
  tables = await directTables();
});
afterAll(() => tables.close());

const APPROVED = {
  onMails: async (mails: readonly { readonly text: string }[], { web }: Application) => {
    for (const { text } of mails) if (linkIn(text)) await web.press(linkIn(text), 'approve');
  },
};

/** State transitions of all Standard executions of an order; place-order is an Express one. */
const standardTransitions = ({ runs }: Application): number =>
  runs
    .filter(({ states }) => !states.includes('Check order'))
    .reduce((sum, { history }) => sum + transitionsOf(history), 0);

describe('an order takes at most', () => {
  test('14 Standard transitions if nobody is asked', async () => {
    const app = await application(tables);
    expect((await app.order(body())).seen.status).toBe('completed');
    expect(standardTransitions(app)).toBeLessThanOrEqual(14);
  });

  test('24 Standard transitions over all state machines with one approver and no reminder', async () => {
    const app = await application(tables, APPROVED);
    const { seen } = await app.order(body({ lines: [{ sku: 'DESK', quantity: 2 }] }));
    expect(seen.status).toBe('completed');
    expect(app.mailer.sent.filter(({ text }) => linkIn(text))).toHaveLength(1);
    expect(standardTransitions(app)).toBeLessThanOrEqual(24);
  });

  test('one function until it is answered', async () => {
    const app = await application(tables);
    const { calls, status } = await app.place(body());
    expect(status).toBe('SUCCEEDED');
    expect(calls.filter(({ action }) => action === 'lambda:invoke')).toHaveLength(1);
  });
});

describe('what is counted', () => {
  test('includes retries, each of which is billed', async () => {
    const run = (failures: number) =>
      runMachine(
        'recover',
        {},
        {
          reply: ({ state, count }) =>
            state === 'Find open orders' && count <= failures
              ? { error: 'Lambda.TooManyRequestsException' }
              : { output: { orderIds: [] } },
        },
      );
    expect(transitionsOf((await run(2)).history)).toBe(transitionsOf((await run(0)).history) + 2);
  });

  test('is priced by the million, with durations by the gigabyte-second', () => {
    const usage = plus(NOTHING, { standardTransitions: 10, writeUnits: 4, lambdaGigabyteSeconds: 1 });
    expect(pricePerMillion(usage)).toBeCloseTo(10 * 25 + 4 * 0.625 + 13.3334, 6);
    expect(pricePerMillion(NOTHING)).toBe(0);
  });
});
