import { type DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { ConcurrentUpdateError, OutOfStockError, ReservationClosedError } from '../../domain/errors.ts';
import type { Reservation, Stock, StockLine } from '../../domain/stock.ts';
import { cancellationCodes } from './document-client.ts';

export interface StockTables {
  readonly products: string;
  readonly reservations: string;
}

type Write = NonNullable<ConstructorParameters<typeof TransactWriteCommand>[0]['TransactItems']>[number];

const ATTEMPTS = 3;
const BACK = 'SET stock = stock + :quantity, reserved = reserved - :quantity';
const AWAY = 'SET shipped = shipped + :quantity, reserved = reserved - :quantity';

/** Product and reservation of a line change in one transaction with those of all other lines: at most 40 lines, 80 items. */
export function stockTables(client: DynamoDBDocumentClient, tables: StockTables): Stock {
  async function reservations(orderId: string): Promise<readonly Reservation[]> {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tables.reservations,
        KeyConditionExpression: 'orderId = :orderId',
        ExpressionAttributeValues: { ':orderId': orderId },
        ConsistentRead: true,
      }),
    );
    return Items as Reservation[];
  }

  /** @returns which items' conditions failed, or undefined if the transaction was written */
  async function transact(writes: Write[]): Promise<readonly boolean[] | undefined> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        await client.send(new TransactWriteCommand({ TransactItems: writes }));
        return undefined;
      } catch (error) {
        const codes = cancellationCodes(error);
        if (!codes) throw error;
        if (codes.includes('ConditionalCheckFailed')) return codes.map((code) => code === 'ConditionalCheckFailed');
      }
    }
    throw new ConcurrentUpdateError('The stock changed while it was being written.');
  }

  const putReservation = (orderId: string, { sku, quantity }: StockLine, status: Reservation['status']): Write => ({
    Put: {
      TableName: tables.reservations,
      Item: { orderId, sku, quantity, status },
      ConditionExpression: 'attribute_not_exists(orderId)',
    },
  });

  const moveReservation = ({ orderId, sku }: Reservation, status: Reservation['status']): Write => ({
    Update: {
      TableName: tables.reservations,
      Key: { orderId, sku },
      UpdateExpression: 'SET #status = :status',
      ConditionExpression: '#status = :reserved',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': status, ':reserved': 'reserved' },
    },
  });

  const moveStock = ({ sku, quantity }: StockLine, UpdateExpression: string, ConditionExpression: string): Write => ({
    Update: {
      TableName: tables.products,
      Key: { sku },
      UpdateExpression,
      ConditionExpression,
      ExpressionAttributeValues: { ':quantity': quantity },
    },
  });

  async function reserve(orderId: string, lines: readonly StockLine[]): Promise<void> {
    const failed = await transact([
      ...lines.map((line) => putReservation(orderId, line, 'reserved')),
      ...lines.map((line) =>
        moveStock(line, 'SET stock = stock - :quantity, reserved = reserved + :quantity', 'stock >= :quantity'),
      ),
    ]);
    if (!failed) return;
    const held = await reservations(orderId);
    if (held.length === 0) {
      const missing = lines.filter((_, index) => failed[lines.length + index]).map(({ sku }) => sku);
      throw new OutOfStockError(`Out of stock: ${missing.join(', ')}`);
    }
    if (held.some(({ status }) => status !== 'reserved')) throw closed(orderId);
  }

  /** Moves what is reserved; `next` decides, from what there is, what to write. */
  async function settle(orderId: string, next: (held: readonly Reservation[]) => Write[]): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const writes = next(await reservations(orderId));
      if (writes.length === 0) return;
      if (!(await transact(writes))) return;
    }
    throw new ConcurrentUpdateError(`The reservations of ${orderId} changed while they were being settled.`);
  }

  const release = (orderId: string, lines: readonly StockLine[]): Promise<void> =>
    settle(orderId, (held) => {
      if (held.some(({ status }) => status === 'shipped')) throw closed(orderId);
      const known = new Set(held.map(({ sku }) => sku));
      return [
        ...held
          .filter(isReserved)
          .flatMap((reservation) => [
            moveReservation(reservation, 'released'),
            moveStock(reservation, BACK, 'reserved >= :quantity'),
          ]),
        ...lines.filter(({ sku }) => !known.has(sku)).map((line) => putReservation(orderId, line, 'released')),
      ];
    });

  const ship = (orderId: string, unshipped: readonly string[] = []): Promise<void> =>
    settle(orderId, (held) => {
      const stays = ({ sku }: Reservation) => unshipped.includes(sku);
      const given = held.some((reservation) => reservation.status === 'released' && !stays(reservation));
      if (held.length === 0 || given) throw closed(orderId);
      return held
        .filter(isReserved)
        .flatMap((reservation) => [
          moveReservation(reservation, stays(reservation) ? 'released' : 'shipped'),
          moveStock(reservation, stays(reservation) ? BACK : AWAY, 'reserved >= :quantity'),
        ]);
    });

  return { reserve, release, ship, reservations };
}

const isReserved = ({ status }: Reservation): boolean => status === 'reserved';

const closed = (orderId: string): ReservationClosedError =>
  new ReservationClosedError(`The reservation of ${orderId} was settled before.`);
