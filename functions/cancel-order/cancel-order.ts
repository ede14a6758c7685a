import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { cancelOrder as cancel } from '../../domain/cancel-order.ts';
import { OrderClosedError, OrderNotFoundError } from '../../domain/errors.ts';
import { FieldChecks } from '../../domain/field-checks.ts';
import { isOrderId } from '../../domain/order.ts';
import type { Clock, Orders, StartExecution } from '../../domain/ports.ts';
import { malformedRequest, notFound, type Problem } from '../../domain/problem.ts';
import { json, problem } from '../web/json-response.ts';
import { jsonBody } from '../web/request-body.ts';

/** `POST /orders/{orderId}/cancel`, with `{reason?}`: 202 while the order can be undone, 409 when only a refund is left. */
export const cancelOrder =
  (orders: Orders, startUndo: StartExecution, clock: Clock) =>
  async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const orderId = event.pathParameters?.orderId ?? '';
    if (!isOrderId(orderId)) return problem(notFound('order'));
    const checks = new FieldChecks();
    const reason = readReason(event, checks);
    if (checks.errors.length > 0) return problem(malformedRequest(checks.errors));
    try {
      const { status, timeline } = await cancel(orders, startUndo, clock, { orderId, ...(reason && { reason }) });
      const requestedAt = timeline['cancel-requested']?.at;
      return json(202, { orderId, status, requestedAt, links: { self: `/orders/${orderId}` } });
    } catch (error) {
      if (error instanceof OrderNotFoundError) return problem(notFound('order'));
      if (error instanceof OrderClosedError) return problem(await tooLate(orders, orderId));
      throw error;
    }
  };

function readReason(event: APIGatewayProxyEvent, checks: FieldChecks): string | undefined {
  if (event.body === null || event.body === '') return undefined;
  const body = jsonBody(event);
  if (!body.ok) return checks.refuse('', 'The body has to be JSON in UTF-8.');
  const fields = checks.object(body.value, '', [], ['reason']) ?? {};
  return fields.reason === undefined ? undefined : checks.text(fields.reason, '/reason', { max: 200 });
}

async function tooLate(orders: Orders, orderId: string): Promise<Problem> {
  const order = await orders.find(orderId);
  const charged = order?.timeline.capturing && (!order.endedAt || order.status === 'completed');
  const detail = charged
    ? `The payment of this order has been taken. Ask for a refund: POST /orders/${orderId}/refunds.`
    : `The order has ended: ${order?.status}. There is nothing to cancel.`;
  return { type: '/problems/too-late-to-cancel', title: 'The order cannot be cancelled any more', status: 409, detail };
}
