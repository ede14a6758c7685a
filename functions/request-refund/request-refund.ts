import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { OrderNotFoundError } from '../../domain/errors.ts';
import { isOrderId } from '../../domain/order.ts';
import { malformedRequest, notFound } from '../../domain/problem.ts';
import { type RefundParts, requestRefund as request } from '../../domain/request-refund.ts';
import { json, problem } from '../web/json-response.ts';
import { headerOf, jsonBody } from '../web/request-body.ts';

const KEY = /^[\x20-\x7E]{1,255}$/;

/** `POST /orders/{orderId}/refunds`: takes the request; refund-order does the rest, with a sign-off if need be. */
export const requestRefund =
  (parts: RefundParts) =>
  async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const orderId = event.pathParameters?.orderId ?? '';
    if (!isOrderId(orderId)) return problem(notFound('order'));
    const idempotencyKey = headerOf(event, 'idempotency-key') ?? '';
    if (!KEY.test(idempotencyKey)) {
      const detail = 'The header Idempotency-Key has to be 1 to 255 printable ASCII characters.';
      return problem(malformedRequest([{ pointer: '/idempotencyKey', detail }]));
    }
    const body = jsonBody(event);
    if (!body.ok) return problem(malformedRequest([{ pointer: '', detail: 'The body has to be JSON in UTF-8.' }]));
    try {
      const requested = await request(parts, { orderId, idempotencyKey, body: body.value });
      if (requested.kind === 'invalid') {
        return problem({
          ...malformedRequest(requested.errors),
          title: 'Not a refund',
          type: '/problems/invalid-refund',
          status: 422,
        });
      }
      if (requested.kind === 'key-reused') return problem(KEY_REUSED);
      const { refund, order, needsApproval } = requested;
      const { refundId, amount, status } = refund;
      const links = { order: `/orders/${orderId}` };
      return json(202, { refundId, orderId, amount, currency: order.currency, status, needsApproval, links });
    } catch (error) {
      if (error instanceof OrderNotFoundError) return problem(notFound('order'));
      throw error;
    }
  };

const KEY_REUSED = {
  type: '/problems/idempotency-key-reused',
  title: 'The idempotency key was used for another refund',
  status: 422,
  detail: 'Another refund of this order was requested with this Idempotency-Key. Use a new key for a new refund.',
} as const;
