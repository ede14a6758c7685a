import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import {
  type Operators,
  type OrderNotices,
  type PaymentNotice,
  recordNotice,
  type SeenEvents,
} from '../../domain/payment-notice.ts';
import type { Problem } from '../../domain/problem.ts';
import { json, problem } from '../web/json-response.ts';
import { bodyBytes, headerOf } from '../web/request-body.ts';

export interface StripeWebhookParts<Event extends { readonly id: string }> {
  /** @returns undefined if the signature isn't Stripe's, of these bytes, of now */
  readonly verify: (body: Buffer, signature: string) => Promise<Event | undefined>;
  readonly noticesOf: (event: Event) => Promise<readonly PaymentNotice[]>;
  readonly seen: SeenEvents;
  readonly orders: OrderNotices;
  readonly operators: Operators;
}

/** Stripe's largest events are far below. */
const LARGEST = 512 * 1024;

/**
 * `POST /webhooks/stripe`: 200 once what an event tells is written down, 400 for what isn't signed, 409 while the same event is
 * being dealt with. Anything but 200 lets Stripe send it again, for three days.
 */
export const stripeWebhook =
  <Event extends { readonly id: string }>({ verify, noticesOf, seen, orders, operators }: StripeWebhookParts<Event>) =>
  async (request: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const body = bodyBytes(request, LARGEST);
    const signature = headerOf(request, 'stripe-signature');
    const event = body && signature ? await verify(body, signature) : undefined;
    if (!event) return problem(notSigned);
    const standing = await seen.claim(event.id);
    if (standing === 'done') return json(200, { received: true, repeated: true });
    if (standing === 'busy') return problem(busy);
    for (const notice of await noticesOf(event)) await recordNotice(orders, operators, notice);
    await seen.finish(event.id);
    return json(200, { received: true });
  };

/** The same whatever was wrong. */
const notSigned: Problem = {
  type: '/problems/not-signed',
  title: 'The event is not signed',
  status: 400,
  detail: 'The header Stripe-Signature is missing, wrong, or too old for this body.',
};

const busy: Problem = {
  type: '/problems/busy',
  title: 'The event is being dealt with',
  status: 409,
  detail: 'The same event arrived a moment ago. Send it again later.',
};
