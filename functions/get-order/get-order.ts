import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { isOrderId, type Order, type ShipmentResult, shipmentsOf, timelineOf } from '../../domain/order.ts';
import type { Orders } from '../../domain/ports.ts';
import { notFound } from '../../domain/problem.ts';
import { json, problem } from '../web/json-response.ts';

/** An order as its client may see it: without the means of payment, and without whose key placed it. */
export const getOrder =
  (orders: Pick<Orders, 'find'>) =>
  async ({ pathParameters }: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const orderId = pathParameters?.orderId ?? '';
    const order = isOrderId(orderId) ? await orders.find(orderId) : undefined;
    if (!order) return problem(notFound('order'));
    const {
      client: _client,
      requestHash: _hash,
      payment,
      lines,
      shipments,
      refunds,
      refundReserved: _r,
      ...shown
    } = order;
    return json(200, {
      ...shown,
      lines: lines.map(({ warehouse: _, ...line }) => line),
      payment: { status: payment.status ?? 'none' },
      ...(shipments && { shipments: describe(order, shipments) }),
      refunds: Object.values(refunds).map(({ requestHash: _, ...refund }) => refund),
      timeline: timelineOf(order),
    });
  };

function describe(order: Order, results: readonly ShipmentResult[]) {
  const all = shipmentsOf(order);
  return results.map((result) => ({
    ...result,
    lines: all.find(({ shipmentId }) => shipmentId === result.shipmentId)?.lines ?? [],
  }));
}
