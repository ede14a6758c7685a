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
/** An order needs three levels. What is much deeper is meant to exhaust a stack. */
const DEEPEST = 16;

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
  if (isDeeper(order, DEEPEST)) {
    return { ok: false, errors: [{ pointer: '', detail: `The order is nested more than ${DEEPEST} levels deep.` }] };
  }
  return { ok: true, submission: { client, idempotencyKey, body: order ?? null } };
}

function isDeeper(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; depth <= levels && level.length > 0; depth++) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return level.length > 0;
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
