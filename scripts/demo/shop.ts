import { setTimeout as delay } from 'node:timers/promises';
import type { TokenSource } from '../access-tokens.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whoever asks knows what the route answers.
  json(): any;
}

export interface Order {
  readonly orderId: string;
  readonly status: string;
  readonly currency: string;
  readonly total: number;
  readonly endedAt?: string;
  readonly lines: readonly OrderLine[];
  /** What was taken; absent: nothing. */
  readonly charged?: number;
  readonly shipments?: readonly { readonly status: string; readonly lines: readonly OrderLine[] }[];
  readonly refunds?: readonly { readonly refundId: string; readonly amount: number; readonly status: string }[];
  readonly timeline: readonly {
    readonly at: string;
    readonly what: string;
    readonly by?: string;
  }[];
}

export interface OrderLine {
  readonly sku: string;
  readonly quantity: number;
}

export interface Product {
  readonly sku: string;
  readonly stock: number;
  readonly reserved: number;
  readonly shipped: number;
}

export interface Mail {
  readonly id: string;
  readonly to: string | readonly string[];
  readonly subject: string;
  readonly text: string;
  /** ISO 8601. */
  readonly sentAt: string;
}

/** Seconds until something that runs by itself is given up. Real time: it covers slow machines, not business durations. */
const PATIENCE = 60;

/** The service as its users see it: a shop that calls the API, approvers who open mails, and somebody who turns the clock. */
export class Shop {
  readonly api: string;
  readonly #apiKey: string;
  readonly #token: TokenSource | undefined;

  /** @param token absent: the shop has an API key alone */
  constructor(api: string, apiKey: string, token?: TokenSource) {
    this.api = api.replace(/\/$/, '');
    this.#apiKey = apiKey;
    this.#token = token;
  }

  /** Calls a machine-to-machine route. `headers` of undefined are left out. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string | undefined> = {},
  ): Promise<Answer> {
    const bearer = async (isFresh: boolean) => this.#token && `Bearer ${await this.#token(isFresh)}`;
    const answer = await this.#send(method, path, body, { authorization: await bearer(false), ...headers });
    // A token that was good until the clock was turned.
    const hasExpired = answer.status === 401 && this.#token && !('authorization' in headers);
    return hasExpired ? this.#send(method, path, body, { authorization: await bearer(true), ...headers }) : answer;
  }

  async #send(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string | undefined>,
  ): Promise<Answer> {
    const all = {
      'x-api-key': this.#apiKey,
      'content-type': body === undefined ? undefined : 'application/json',
      ...headers,
    };
    const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(this.api + path, {
      method,
      headers: Object.fromEntries(sent),
      ...(body !== undefined && { body: raw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    });
    return read(response);
  }

  placeOrder(order: unknown, idempotencyKey: string | undefined): Promise<Answer> {
    return this.call('POST', '/orders', order, { 'Idempotency-Key': idempotencyKey });
  }

  /** @throws Error if the order was not placed */
  async place(order: object, idempotencyKey: string): Promise<string> {
    const answer = await this.placeOrder(order, idempotencyKey);
    if (answer.status !== 201) throw new Error(`POST /orders answered ${answer.status}: ${answer.text}`);
    return answer.json().orderId as string;
  }

  /** @returns the status code of the answer: 202 or 409 */
  async cancel(orderId: string, reason: string): Promise<number> {
    return (await this.call('POST', `/orders/${orderId}/cancel`, { reason })).status;
  }

  /** @throws Error if the refund was not accepted */
  async refund(orderId: string, refund: object, idempotencyKey: string): Promise<void> {
    const answer = await this.call('POST', `/orders/${orderId}/refunds`, refund, { 'Idempotency-Key': idempotencyKey });
    if (answer.status !== 202) throw new Error(`the refund of ${orderId} answered ${answer.status}: ${answer.text}`);
  }

  async order(orderId: string): Promise<Order> {
    const answer = await this.call('GET', `/orders/${orderId}`);
    if (answer.status !== 200) throw new Error(`GET /orders/${orderId} answered ${answer.status}: ${answer.text}`);
    return answer.json() as Order;
  }

  orderWhen(orderId: string, holds: (order: Order) => boolean): Promise<Order> {
    return until(`${orderId} to get on`, async () => {
      const order = await this.order(orderId);
      return holds(order) ? order : undefined;
    });
  }

  /** An order that has ended, however. */
  ended(orderId: string): Promise<Order> {
    return this.orderWhen(orderId, ({ endedAt }) => endedAt !== undefined);
  }

  async products(): Promise<Product[]> {
    return (await this.call('GET', '/products')).json().products as Product[];
  }

  async stockUp(
    sku: string,
    product: { name: string; prices: Record<string, number>; warehouse?: string },
    quantity: number,
    delivery = 'first',
  ): Promise<void> {
    const answer = await this.call('PUT', `/products/${sku}`, {
      ...product,
      intake: { id: `${delivery}-${sku}`, quantity },
    });
    if (answer.status !== 200) throw new Error(`PUT /products/${sku} answered ${answer.status}: ${answer.text}`);
  }

  /** Newest first. */
  async mails(): Promise<readonly Mail[]> {
    return (await read(await fetch(`${this.api}/_local/mailbox.json`))).json().messages as Mail[];
  }

  /** The newest mail to somebody about an order, waiting for it if need be. */
  mailTo(address: string, orderId: string, subject = /./): Promise<Mail> {
    return until(`a mail to ${address} about ${orderId}`, async () =>
      (await this.mails()).find(
        (mail) => [mail.to].flat().includes(address) && mail.text.includes(orderId) && subject.test(mail.subject),
      ),
    );
  }

  /** Follows a link and presses a button of the page, as a browser would. */
  decide(link: string, decision: 'approve' | 'reject', code?: string): Promise<Answer> {
    return this.#submit(link, 'decide', { decision, ...(code !== undefined && { code }) });
  }

  /** Asks on the page behind a link for a one-time code, which is mailed. */
  requestCode(link: string): Promise<Answer> {
    return this.#submit(link, 'code', {});
  }

  handOver(link: string, to: string): Promise<Answer> {
    return this.#submit(link, 'hand-over', { to });
  }

  /** @param name class of one of the page's forms */
  async #submit(link: string, name: string, values: Record<string, string>): Promise<Answer> {
    const page = await fetch(link);
    const html = await page.text();
    if (page.status !== 200) throw new Error(`the approval page answered ${page.status}`);
    const form = new RegExp(`<form method="post" action="([^"]*)" class="${name}">([^]*?)</form>`).exec(html);
    if (!form) throw new Error(`the approval page has no form "${name}"`);
    const [, action = '', inner = ''] = form;
    const cookie = page.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ');
    const hidden = [...inner.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)].map(
      ([, field = '', value = '']) => [field, value],
    );
    const to = new URL(action, link);
    const body = new URLSearchParams({ ...Object.fromEntries(hidden), ...values });
    return read(await fetch(to, { method: 'POST', headers: { cookie, origin: to.origin }, body }));
  }

  /** @param by seconds, or to the next timer */
  async advanceClock(by: number | 'next-timer'): Promise<void> {
    const body = JSON.stringify(typeof by === 'number' ? { seconds: by } : { to: by });
    const headers = { 'content-type': 'application/json' };
    const answer = await read(await fetch(`${this.api}/_local/clock/advance`, { method: 'POST', headers, body }));
    if (answer.status !== 200) throw new Error(`the clock answered ${answer.status}: ${answer.text}`);
  }
}

/** The link in an approver's mail. */
export function linkIn(mail: Mail): string {
  const link = /https?:\/\/\S+/.exec(mail.text)?.[0];
  if (link === undefined) throw new Error(`there is no link in the mail "${mail.subject}"`);
  return link;
}

/** The one-time code in an approver's mail, as it is written there. */
export function codeIn(mail: Mail): string {
  const code = /Code: (\d{4} \d{4})/.exec(mail.text)?.[1];
  if (code === undefined) throw new Error(`there is no code in the mail "${mail.subject}"`);
  return code;
}

/**
 * Asks again and again, more and more seldom, until there is an answer: questions take their time from what is waited for.
 * @throws Error naming what was waited for
 */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, seconds = PATIENCE): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (let pause = 20; ; pause = Math.min(pause * 1.5, 500)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s for ${what}`);
    await delay(pause);
  }
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}
