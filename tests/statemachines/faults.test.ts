import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { directTables, type LocalTables } from '../contracts/local-tables.ts';
import { type ApplicationOptions, application } from './application.ts';
import { linkIn } from './browser.ts';
import type { Call, Reply } from './machine-run.ts';
import { body, products } from './sample-order.ts';

// Everything that a state machine calls may run twice, lose its answer, or fail before it did anything. Whatever call it
// happens to, the order ends as it would have, and stock and money agree with how it ended.

let tables: LocalTables;
beforeAll(() => {
  tables = directTables();
});
afterAll(() => tables.close());

type Fault = (perform: () => Promise<Reply>, call: Call) => Promise<Reply>;

const OUTAGE: Reply = { error: 'DependencyUnavailableError', cause: 'the answer was lost' };

const FAULTS: Readonly<Record<string, Fault>> = {
  'runs twice': async (perform) => {
    const first = await perform();
    const second = await perform();
    return typeof second === 'object' && 'error' in second ? first : second;
  },
  'loses its answer once': async (perform, { count }) => {
    const reply = await perform();
    return count === 1 ? OUTAGE : reply;
  },
  'fails once': async (perform, { count }) => (count === 1 ? OUTAGE : perform()),
};

const FORWARD = [
  'Reserve stock',
  'Authorise payment',
  'Issue invoice',
  'Capture payment',
  'Complete order',
  'Open approval',
  'Ask approvers',
];
const BACKWARD = ['Cancel invoice', 'Void payment', 'Release stock', 'Record outcome'];

const approve: ApplicationOptions['onMails'] = async (mails, app) => {
  for (const { text } of mails) await app.web.press(linkIn(text), 'approve');
};

async function orderWith(fault: Fault, state: string, token: string) {
  const app = await application(tables, {
    onMails: approve,
    around: (call, perform) => (call.state === state ? fault(perform, call) : perform()),
  });
  const order = await app.order(body({ lines: [{ sku: 'DESK', quantity: 2 }], payment: { token } }));
  const [desk] = await app.catalogue.find(['DESK']);
  const { captured, refunded } = await app.payments.find(order.orderId);
  const { seen } = order;
  return {
    status: seen.status,
    charged: captured - refunded,
    stock: [desk?.stock, desk?.reserved, desk?.shipped],
    seen,
  };
}

const initial = products().find(({ sku }) => sku === 'DESK')?.stock ?? 0;

describe.each(Object.entries(FAULTS))('a call that %s', (name, fault) => {
  // What waits for a person can't be asked twice by the same attempt: the second asks with a token that is used up.
  const states = name === 'runs twice' ? FORWARD.filter((state) => state !== 'Ask approvers') : FORWARD;

  test.each(states)('on the way: %s', async (state) => {
    const { seen, ...end } = await orderWith(fault, state, 'tok_visa');
    expect(end).toEqual({ status: 'completed', charged: 120_000, stock: [initial - 2, 0, 2] });
    expect(seen.timeline.map(({ step }: { step: string }) => step)).toEqual([
      'placed',
      'reserved',
      'approval-requested',
      'approved',
      'authorised',
      'invoiced',
      'capturing',
      'captured',
      'completed',
    ]);
  });

  test.each(BACKWARD)('on the way back: %s', async (state) => {
    const { seen, ...end } = await orderWith(fault, state, 'tok_capture_declined');
    expect(end).toEqual({ status: 'payment-declined', charged: 0, stock: [initial, 0, 0] });
    expect(seen.timeline.map(({ step }: { step: string }) => step).slice(-4)).toEqual([
      'stopped',
      'invoice-cancelled',
      'voided',
      'released',
    ]);
  });
});
