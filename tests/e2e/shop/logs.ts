import { beforeAll, expect, test } from '@jest/globals';
import { linkIn } from '../../../scripts/demo/shop.ts';
import { LARGE_ORDER, type LocalShop, MANAGER, SMALL_ORDER } from '../running-shop.ts';

// What the logs of the whole application say, and what they do not.
export function logTests(running: () => LocalShop): void {
  /** Of structured lines. Each kind has further ones. */
  interface Fields {
    readonly orderId?: string;
    readonly approvalId?: string;
    readonly executionId?: string;
    readonly requestId?: string;
    readonly xray_trace_id?: string;
    readonly [field: string]: unknown;
  }

  interface Line {
    readonly group: string;
    readonly text: string;
    readonly fields: Fields;
  }

  let orderId: string;
  let link: string;
  /** Everything that was logged while an order was placed, signed off, paid, shipped and refunded, and another was declined. */
  let lines: Line[];

  beforeAll(async () => {
    const { shop } = running();
    orderId = await shop.place(LARGE_ORDER, 'followed');
    link = linkIn(await shop.mailTo(MANAGER, orderId));
    await shop.decide(link, 'approve');
    await shop.ended(orderId);
    await shop.refund(orderId, { amount: 100, reason: 'A scratch', requestedBy: 'clerk@example.com' }, 'refund');
    await shop.orderWhen(orderId, ({ refunds }) => refunds?.[0]?.status === 'refunded');
    await shop.ended(await shop.place({ ...SMALL_ORDER, payment: { token: 'tok_decline' } }, 'declined, for its logs'));
    lines = await logged();
  });

  async function logged(): Promise<Line[]> {
    const { cloud } = running();
    const call = (operation: string, input: object) => cloud.call('logs', operation, input, cloud);
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await call('DescribeLogGroups', { nextToken });
      names.push(...page.logGroups.map((group: { logGroupName: string }) => group.logGroupName));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    const found: Line[] = [];
    for (const logGroupName of names) {
      const { events } = await call('FilterLogEvents', { logGroupName });
      for (const { message } of events as { message: string }[]) {
        found.push({ group: logGroupName, text: message, fields: fieldsOf(message) });
      }
    }
    return found;
  }

  function fieldsOf(message: string): Fields {
    try {
      return JSON.parse(message) as Fields;
    } catch {
      return {};
    }
  }

  const of = (name: string): Line[] => lines.filter(({ group }) => group.endsWith(`-${name}`));
  const about = (name: string) => of(name).filter(({ fields }) => fields.orderId === orderId);

  test('one order id leads from the API call through the mail and the decision to the end', () => {
    const steps = [
      ...['check-order', 'reserve-stock', 'open-approval', 'request-approval', 'decide-approval', 'tell-approvers'],
      ...[
        'authorise-payment',
        'capture-payment',
        'complete-order',
        'request-refund',
        'prepare-refund',
        'refund-payment',
      ],
    ];
    expect(steps.filter((name) => about(name).length === 0)).toEqual([]);
  });

  test('each step names the execution that it belongs to', () => {
    const executionOf = (name: string) =>
      about(name)
        .at(-1)
        ?.fields.executionId?.replace(/^.*:execution:countersign-dev-/, '');
    expect(executionOf('reserve-stock')).toBe(`process-order:${orderId}`);
    expect(executionOf('request-approval')).toBe(`sign-off:${orderId}-sign-off`);
    expect(executionOf('capture-payment')).toBe(`process-order:${orderId}`);
  });

  test('one trace id goes from the line of the API through all that the call set off', () => {
    const [placed] = of('check-order').filter(({ fields }) => fields.orderId === orderId);
    const trace = placed?.fields.xray_trace_id;
    expect(trace).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    const [access] = lines.filter(
      ({ group, fields }) => group.startsWith('/aws/apigateway/') && fields.trace === trace,
    );
    expect(access?.fields).toMatchObject({ method: 'POST', route: '/orders', status: '201' });
    for (const name of ['reserve-stock', 'open-approval', 'request-approval', 'authorise-payment', 'complete-order']) {
      expect([name, about(name).at(-1)?.fields.xray_trace_id]).toEqual([name, trace]);
    }
  });

  test('the decision is in the logs with its approval, and with the request that made it', () => {
    const [decided] = about('decide-approval').filter(({ fields }) => fields.message === 'Answered');
    expect(decided?.fields).toMatchObject({ route: 'POST /approvals/{approvalId}', status: 200 });
    expect(decided?.fields.approvalId).toMatch(/^apr_/);
    expect(decided?.fields.approvalId).toBe(about('request-approval')[0]?.fields.approvalId);
    const requestId = decided?.fields.requestId;
    expect(requestId).toBeDefined();
    const [access] = lines.filter(
      ({ group, fields }) => group.startsWith('/aws/apigateway/') && fields.requestId === requestId,
    );
    expect(access?.fields.method).toBe('POST');
  });

  test('no log holds a secret of a link, a task token, a means of payment or an API key', async () => {
    const { cloud, urls } = running();
    const history = await tokensIn(orderId);
    const secrets = {
      link: new URL(link).searchParams.get('link') ?? new URL(link).hash,
      apiKey: urls.apiKey ?? '',
      payment: 'tok_visa',
      otherPayment: 'tok_decline',
      ...Object.fromEntries(history.map((token, index) => [`taskToken${index}`, token])),
    };
    expect(cloud.outputs).toBeDefined();
    expect(history.length).toBeGreaterThan(0);
    expect(lines.length).toBeGreaterThan(50);
    for (const [name, secret] of Object.entries(secrets)) {
      expect([name, secret.length > 5]).toEqual([name, true]);
      const leaks = lines.filter(({ text }) => text.includes(secret));
      expect([name, leaks.map(({ group, text }) => `${group}: ${text.slice(0, 200)}`)]).toEqual([name, []]);
    }
  });

  /** The task tokens that the sign-off of an order gave out. */
  async function tokensIn(order: string): Promise<string[]> {
    const { cloud } = running();
    const machine = cloud.outputs.SignOffStateMachineArn?.replace(':stateMachine:', ':execution:');
    const executionArn = `${machine}:${order}-sign-off`;
    const { events } = await cloud.call('states', 'GetExecutionHistory', { executionArn, maxResults: 1000 }, cloud);
    return [...new Set(JSON.stringify(events).match(/(?<=taskToken\\":\\")[^\\"]+/g) ?? [])];
  }
}
