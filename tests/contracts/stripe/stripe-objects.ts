// PaymentIntents, charges and refunds, as Stripe's API has them: what our gateway reads of them, and the rules it relies on.

export type Params = Readonly<Record<string, string>>;

export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** An error that Stripe answers with. */
export class StripeRefusal extends Error {
  readonly answer: Answer;

  constructor(status: number, error: object) {
    super(JSON.stringify(error));
    this.answer = { status, body: { error } };
  }
}

interface Charge {
  readonly id: string;
  readonly object: 'charge';
  readonly amount: number;
  readonly status: 'succeeded' | 'failed';
  readonly payment_intent: string;
  readonly metadata: Readonly<Record<string, string>>;
  captured: boolean;
  amount_captured: number;
  amount_refunded: number;
}

interface Intent {
  readonly id: string;
  readonly object: 'payment_intent';
  readonly amount: number;
  readonly currency: string;
  readonly created: number;
  readonly capture_method: string;
  readonly metadata: Readonly<Record<string, string>>;
  status: string;
  amount_capturable: number;
  amount_received: number;
  cancellation_reason: string | null;
  payment_method: string | null;
  charge?: Charge;
  last_payment_error?: object;
}

interface Refund {
  readonly id: string;
  readonly object: 'refund';
  readonly amount: number;
  readonly created: number;
  readonly payment_intent: string;
  readonly charge: string;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, string>>;
  status: string;
  failure_reason?: string;
}

/** Stripe's test means of payment, and how their banks answer. Others are unknown. https://docs.stripe.com/testing */
const METHODS: Readonly<Record<string, { readonly code?: string; readonly decline_code?: string }>> = {
  pm_card_visa: {},
  pm_card_visa_chargeDeclined: { code: 'card_declined', decline_code: 'generic_decline' },
  pm_card_visa_chargeDeclinedInsufficientFunds: { code: 'card_declined', decline_code: 'insufficient_funds' },
  pm_card_authenticationRequired: { code: 'authentication_required', decline_code: 'authentication_required' },
};

const SMALLEST: Readonly<Record<string, number>> = { eur: 50, usd: 50, gbp: 30, chf: 50, jpy: 50 };

const KNOWN: Readonly<Record<string, RegExp>> = {
  create:
    /^(amount|currency|payment_method|capture_method|confirm|error_on_requires_action|automatic_payment_methods\[(enabled|allow_redirects)\]|metadata\[\w+\]|expand\[\d+\])$/,
  confirm: /^(payment_method|error_on_requires_action|expand\[\d+\])$/,
  capture: /^(amount_to_capture|expand\[\d+\])$/,
  cancel: /^(cancellation_reason|expand\[\d+\])$/,
  read: /^(created\[gte\]|limit|starting_after|payment_intent|expand\[\d+\])$/,
  refund: /^(payment_intent|amount|metadata\[\w+\]|expand\[\d+\])$/,
};

export function stripeObjects({ releasesAreRefunds = true }: { readonly releasesAreRefunds?: boolean } = {}) {
  const intents: Intent[] = [];
  const refunds: Refund[] = [];
  /** Seconds since 1970, as Stripe counts. */
  const clock = { seconds: Math.floor(Date.now() / 1_000) };
  let count = 0;
  const newId = (prefix: string) => `${prefix}_double${String(++count).padStart(6, '0')}`;

  const invalid = (message: string, code?: string, status = 400): never => {
    throw new StripeRefusal(status, { type: 'invalid_request_error', message, ...(code && { code }) });
  };

  function check(kind: string, params: Params): void {
    const unknown = Object.keys(params).find((name) => !KNOWN[kind]?.test(name));
    if (unknown) invalid(`Received unknown parameter: ${unknown}`, 'parameter_unknown');
  }

  function integer(text: string | undefined, name: string): number {
    if (text === undefined) return invalid(`Missing required param: ${name}.`, 'parameter_missing');
    return /^-?\d+$/.test(text) ? Number(text) : invalid(`Invalid integer: ${text}`, 'parameter_invalid_integer');
  }

  const find = (id: string): Intent =>
    intents.find((intent) => intent.id === id) ?? invalid(`No such payment_intent: '${id}'`, 'resource_missing', 404);

  const unexpected = ({ status }: Intent, wanted: string) =>
    invalid(
      `This PaymentIntent could not be ${wanted} because it has a status of ${status}.`,
      'payment_intent_unexpected_state',
    );

  function create(params: Params): object {
    check('create', params);
    const amount = integer(params.amount, 'amount');
    const currency = params.currency ?? invalid('Missing required param: currency.', 'parameter_missing');
    if (SMALLEST[currency] === undefined) invalid(`Invalid currency: ${currency}`);
    if (amount < (SMALLEST[currency] ?? 0)) invalid('Amount is too small', 'amount_too_small');
    const intent: Intent = {
      ...{ id: newId('pi'), object: 'payment_intent', amount, currency, created: clock.seconds },
      capture_method: params.capture_method ?? 'automatic_async',
      metadata: metadataOf(params),
      ...{ status: 'requires_payment_method', amount_capturable: 0, amount_received: 0 },
      ...{ cancellation_reason: null, payment_method: null },
    };
    if (params.payment_method && !METHODS[params.payment_method])
      invalid(`No such PaymentMethod: '${params.payment_method}'`, 'resource_missing');
    intents.push(intent);
    if (params.confirm !== 'true') return shown(intent, params);
    return confirm(intent, params);
  }

  function confirm(intent: Intent, params: Params): object {
    if (!/^requires_(payment_method|confirmation)$/.test(intent.status)) unexpected(intent, 'confirmed');
    const answer = METHODS[params.payment_method ?? ''];
    if (!answer) return invalid(`No such PaymentMethod: '${params.payment_method}'`, 'resource_missing');
    intent.charge = {
      ...{ id: newId('ch'), object: 'charge', amount: intent.amount, status: answer.code ? 'failed' : 'succeeded' },
      ...{ payment_intent: intent.id, metadata: intent.metadata },
      ...{ captured: false, amount_captured: 0, amount_refunded: 0 },
    };
    if (answer.code) {
      intent.last_payment_error = { type: 'card_error', ...answer };
      throw new StripeRefusal(402, {
        type: 'card_error',
        message: 'Declined.',
        ...answer,
        payment_intent: shown(intent, {}),
      });
    }
    intent.payment_method = params.payment_method ?? null;
    if (intent.capture_method !== 'manual') throw new Error('The double knows payments with manual capture only.');
    intent.status = 'requires_capture';
    intent.amount_capturable = intent.amount;
    return shown(intent, params);
  }

  function capture(intent: Intent, params: Params, isDeclined: boolean): object {
    check('capture', params);
    if (intent.status !== 'requires_capture' || !intent.charge) return unexpected(intent, 'captured');
    const amount = params.amount_to_capture === undefined ? intent.amount : integer(params.amount_to_capture, 'amount');
    if (amount < 1 || amount > intent.amount_capturable) invalid('Amount is too large', 'amount_too_large');
    if (isDeclined) throw new StripeRefusal(402, { type: 'card_error', code: 'card_declined', message: 'Declined.' });
    intent.status = 'succeeded';
    intent.amount_received = amount;
    intent.amount_capturable = 0;
    Object.assign(intent.charge, { captured: true, amount_captured: amount });
    const rest = intent.amount - amount;
    if (rest > 0 && releasesAreRefunds) giveBack(intent, rest, {});
    return shown(intent, params);
  }

  function cancel(intent: Intent, params: Params): object {
    check('cancel', params);
    if (intent.status === 'canceled' || intent.status === 'succeeded') unexpected(intent, 'canceled');
    intent.status = 'canceled';
    intent.amount_capturable = 0;
    intent.cancellation_reason = params.cancellation_reason ?? null;
    return shown(intent, params);
  }

  function refund(params: Params): object {
    check('refund', params);
    const intent = find(params.payment_intent ?? '');
    const { charge } = intent;
    if (!charge || intent.status !== 'succeeded')
      return invalid('This PaymentIntent has no successful charge to refund.');
    const left =
      charge.amount - charge.amount_refunded - (releasesAreRefunds ? 0 : charge.amount - charge.amount_captured);
    if (left <= 0) invalid('Charge has already been refunded.', 'charge_already_refunded');
    const amount = params.amount === undefined ? left : integer(params.amount, 'amount');
    if (amount < 1) invalid('Invalid positive integer', 'parameter_invalid_integer');
    if (amount > left) invalid(`Refund amount is greater than unrefunded amount on charge`);
    return giveBack(intent, amount, metadataOf(params));
  }

  function giveBack(
    { id, charge, currency }: Intent,
    amount: number,
    metadata: Readonly<Record<string, string>>,
  ): Refund {
    const made: Refund = {
      ...{ id: newId('re'), object: 'refund', amount, created: clock.seconds, payment_intent: id },
      ...{ charge: charge?.id ?? '', currency, metadata, status: 'succeeded' },
    };
    if (charge) charge.amount_refunded += amount;
    refunds.push(made);
    return made;
  }

  function shown({ charge, ...intent }: Intent, params: Params): object {
    const isExpanded = Object.entries(params).some(
      ([name, path]) => name.startsWith('expand') && path.endsWith('latest_charge'),
    );
    return {
      ...intent,
      latest_charge: isExpanded ? { ...charge } : (charge?.id ?? null),
      ...(!charge && { latest_charge: null }),
    };
  }

  function list<Item extends { readonly id: string }>(
    items: readonly Item[],
    params: Params,
    show: (item: Item) => object,
  ) {
    check('read', params);
    const newestFirst = [...items].reverse();
    const start = params.starting_after ? newestFirst.findIndex(({ id }) => id === params.starting_after) + 1 : 0;
    const end = start + Number(params.limit ?? 10);
    return {
      object: 'list',
      data: newestFirst.slice(start, end).map(show),
      has_more: end < newestFirst.length,
      url: '',
    };
  }

  function route(method: string, path: string, params: Params, isDeclined: boolean): object {
    const [, , resource, id, action] = path.split('/');
    if (method === 'POST' && resource === 'refunds' && !id) return refund(params);
    if (method === 'GET' && resource === 'refunds' && !id)
      return list(
        refunds.filter(({ payment_intent: of }) => of === params.payment_intent),
        params,
        (item) => item,
      );
    if (resource !== 'payment_intents') return invalid(`Unrecognized request URL (${method}: ${path})`, undefined, 404);
    if (method === 'GET' && !id) {
      const since = Number(params['created[gte]'] ?? 0);
      return list(
        intents.filter(({ created }) => created >= since),
        params,
        (intent) => shown(intent, params),
      );
    }
    if (method === 'GET' && !action) return shown(find(id ?? ''), params);
    if (method === 'POST' && !id) return create(params);
    if (method === 'POST' && action === 'confirm') {
      check('confirm', params);
      return confirm(find(id ?? ''), params);
    }
    if (method === 'POST' && action === 'capture') return capture(find(id ?? ''), params, isDeclined);
    if (method === 'POST' && action === 'cancel') return cancel(find(id ?? ''), params);
    return invalid(`Unrecognized request URL (${method}: ${path})`, undefined, 404);
  }

  return {
    intents,
    refunds,
    clock,
    perform: (method: string, path: string, params: Params, isDeclined: boolean): Answer => ({
      status: 200,
      body: route(method, path, params, isDeclined),
    }),
    /** As somebody does it in Stripe's dashboard. */
    refundOutside: (intent: Intent, amount: number) => giveBack(intent, amount, {}),
    /** As Stripe does after seven days. */
    expire(intent: Intent) {
      Object.assign(intent, { status: 'canceled', amount_capturable: 0, cancellation_reason: 'automatic' });
    },
  };
}

const metadataOf = (params: Params): Record<string, string> =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) => {
      const key = /^metadata\[(\w+)\]$/.exec(name)?.[1];
      return key ? [[key, value]] : [];
    }),
  );
