import type { Bug } from '../bug.ts';

export const moneyBugs: readonly Bug[] = [
  {
    name: 'no-charge-key',
    says: 'each attempt to authorise is a new payment to the provider',
    breaks: 'I1',
    seed: 4,
    plant: () => {
      let attempts = 0;
      const latest = new Map<string, string>();
      const keyOf = (orderId: string) => latest.get(orderId) ?? orderId;
      return {
        ports: ({ payments, ...ports }) => ({
          ...ports,
          payments: {
            authorise: ({ paymentKey, ...request }) => {
              const key = `${paymentKey}-${++attempts}`;
              latest.set(paymentKey, key);
              return payments.authorise({ ...request, paymentKey: key });
            },
            capture: (key, amount) => payments.capture(keyOf(key), amount),
            void: (key) => payments.void(keyOf(key)),
            refund: (key, refundKey, amount) => payments.refund(keyOf(key), refundKey, amount),
            find: (key) => payments.find(keyOf(key)),
          },
        }),
      };
    },
  },
  {
    name: 'capture-not-idempotent',
    says: 'a capture that is tried again takes the money again',
    breaks: 'I1',
    seed: 10,
    plant: () => {
      let again = 0;
      return {
        ports: ({ payments, ...ports }) => ({
          ...ports,
          payments: {
            ...payments,
            async capture(key, amount) {
              if ((await payments.find(key)).status !== 'captured') return payments.capture(key, amount);
              const paymentKey = `${key}-${++again}`;
              await payments.authorise({ paymentKey, token: 'tok_visa', amount });
              return payments.capture(paymentKey, amount);
            },
          },
        }),
      };
    },
  },
  {
    name: 'capture-ignores-cancellation',
    says: 'money is taken without looking whether the order was cancelled',
    breaks: 'I4',
    seed: 424,
    plant: () => ({
      ports: (ports, name) =>
        name !== 'CapturePayment'
          ? ports
          : {
              ...ports,
              orders: {
                ...ports.orders,
                record: (orderId, steps, change = {}) => ports.orders.record(orderId, steps, { ...change, unless: [] }),
              },
            },
    }),
  },
  {
    name: 'ships-without-capture',
    says: 'an order is completed without taking the money',
    breaks: 'I9',
    seed: 2,
    edit: {
      'process-order': (states) => {
        const captured = { charged: 0, chargedText: 'nothing' };
        states['Capture payment'] = { Type: 'Pass', Assign: { captured }, Next: 'Complete order' };
      },
    },
  },
  {
    name: 'void-skipped',
    says: 'an order that is undone while it is fulfilled keeps the money held',
    breaks: 'I8',
    seed: 4,
    edit: {
      'undo-order': (states) => {
        const before = states['Cancel invoice'];
        if (!before) return;
        before.Next = 'Release stock';
        for (const rule of before.Catch) rule.Next = 'Release stock';
      },
    },
  },
  {
    name: 'refund-not-reserved',
    says: 'refunds that are under way are not counted against what was charged',
    breaks: 'I9',
    seed: 3,
    plant: ({ orders }) => ({
      ports: (ports) => ({
        ...ports,
        orders: {
          ...ports.orders,
          async addRefund(orderId, refund) {
            const after = await ports.orders.addRefund(orderId, refund);
            const item = orders.item(orderId);
            if (after && item) orders.put({ ...item, refundReserved: 0 });
            return after;
          },
        },
      }),
    }),
  },
  {
    name: 'refund-without-key',
    says: 'a refund that is tried again gives the money back again',
    breaks: 'I9',
    seed: 652,
    plant: () => {
      let attempts = 0;
      return {
        ports: (ports, name) =>
          name !== 'RefundPayment'
            ? ports
            : {
                ...ports,
                payments: {
                  ...ports.payments,
                  refund: (key, refundKey, amount) => ports.payments.refund(key, `${refundKey}-${++attempts}`, amount),
                },
              },
      };
    },
  },
];
