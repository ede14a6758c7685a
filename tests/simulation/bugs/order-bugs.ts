import { OutOfStockError } from '../../../domain/errors.ts';
import type { Bug } from '../bug.ts';

export const orderBugs: readonly Bug[] = [
  {
    name: 'acknowledged-before-persisted',
    says: 'the client is answered 201 although the order could not be recorded',
    breaks: 'I7',
    seed: 30,
    edit: {
      'place-order': (states) => {
        const record = states['Record order'];
        if (!record) return;
        record.Retry = [];
        const [known] = record.Catch;
        record.Catch = [known, { ErrorEquals: ['States.ALL'], Assign: record.Assign, Next: 'Order placed' }];
      },
    },
  },
  {
    name: 'events-not-deduplicated',
    says: 'each delivery of an OrderSubmitted event makes an order of its own',
    breaks: 'I10',
    seed: 3,
    plant: () => {
      let deliveries = 0;
      return {
        step: (name, step) => (ports) => (input) => {
          if (name !== 'CheckOrderFunction' || !input.detail) return step(ports)(input);
          const { detail } = input;
          return step(ports)({
            ...input,
            detail: { ...detail, idempotencyKey: `${detail.idempotencyKey}-${++deliveries}` },
          });
        },
      };
    },
  },
  {
    name: 'reservation-not-keyed',
    says: 'a reservation that is tried again takes the stock again',
    breaks: 'I3',
    seed: 7,
    plant: () => {
      let again = 0;
      return {
        ports: (ports) => ({
          ...ports,
          stock: {
            ...ports.stock,
            async reserve(orderId, lines) {
              const held = await ports.stock.reservations(orderId);
              const isHeld = held.length > 0 && held.every(({ status }) => status === 'reserved');
              await ports.stock.reserve(isHeld ? `${orderId}-${++again}` : orderId, lines);
            },
          },
        }),
      };
    },
  },
  {
    name: 'stock-not-checked',
    says: 'an order goes on although there is not enough stock',
    breaks: 'I2',
    seed: 3,
    plant: () => ({
      ports: (ports) => ({
        ...ports,
        stock: {
          ...ports.stock,
          reserve: (orderId, lines) =>
            ports.stock.reserve(orderId, lines).catch((error: Error) => {
              if (!(error instanceof OutOfStockError)) throw error;
            }),
        },
      }),
    }),
  },
  {
    name: 'intake-counted-twice',
    says: 'a stock intake that is sent again counts again',
    breaks: 'I3',
    seed: 8,
    plant: () => {
      let sent = 0;
      return {
        ports: (ports) => ({
          ...ports,
          catalogue: {
            ...ports.catalogue,
            put: (sku, { intake, ...change }) =>
              ports.catalogue.put(sku, { ...change, ...(intake && { intake: { ...intake, id: `${++sent}` } }) }),
          },
        }),
      };
    },
  },
  {
    name: 'no-release',
    says: 'undoing an order forgets the stock that it holds',
    breaks: 'I3',
    seed: 1,
    edit: {
      'undo-order': (states) => {
        states['Release stock'] = { Type: 'Pass', Next: 'Record outcome' };
      },
    },
  },
  {
    name: 'pick-not-keyed',
    says: 'a pick that is tried again after its worker died is another parcel',
    breaks: 'I9',
    seed: 34,
    edit: {
      'process-order': (states) => {
        const pick = states['Fulfil order']?.Branches[0].States['Pick shipments'].ItemProcessor.States['Pick shipment'];
        pick.Arguments.shipmentId = "{% $states.input.shipmentId & '-' & $states.context.State.RetryCount %}";
      },
    },
  },
  {
    name: 'no-recall',
    says: 'undoing an order lets the warehouse send what it has picked',
    breaks: 'I9',
    seed: 4,
    edit: {
      'undo-order': (states) => {
        states['Recall picks'] = { Type: 'Pass', Next: 'Cancel invoice' };
      },
    },
  },
  {
    name: 'unstarted-not-recovered',
    says: 'recovery never starts an order that was recorded and not started',
    breaks: 'I11',
    seed: 138,
    plant: () => ({
      ports: (ports, name) =>
        name === 'RepairOrder' ? { ...ports, process: { ...ports.process, start: async () => true } } : ports,
    }),
  },
];
