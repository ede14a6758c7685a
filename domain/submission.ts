import type { FieldError } from './problem.ts';

/** An order on its way in, over HTTP or as an event. */
export interface Submission {
  /** Whose idempotency keys these are: an API key's id, or the source of the event. */
  readonly client: string;
  readonly idempotencyKey: string;
  /** Not looked at yet. */
  readonly body: unknown;
}

export type ParsedSubmission =
  | { readonly ok: true; readonly submission: Submission }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

const KEY = /^[\x20-\x7E]{1,255}$/;

/**
 * Reads what `place-order` was started with: `{source: "http", client, idempotencyKey, order}` from the gateway, or an
 * EventBridge event `OrderSubmitted` whose detail is `{idempotencyKey, order}`.
 */
export function parseSubmission(input: unknown): ParsedSubmission {
  const envelope = asObject(input);
  const event = envelope['detail-type'] === 'OrderSubmitted';
  const { idempotencyKey, order } = event ? asObject(envelope.detail) : envelope;
  const client = event ? `event:${envelope.source}` : `http:${envelope.client}`;
  if (typeof idempotencyKey !== 'string' || !KEY.test(idempotencyKey)) {
    const detail = 'An idempotency key of 1 to 255 printable ASCII characters is missing.';
    return { ok: false, errors: [{ pointer: '/idempotencyKey', detail }] };
  }
  return { ok: true, submission: { client, idempotencyKey, body: order ?? null } };
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
