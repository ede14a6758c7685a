import { expect, test } from '@jest/globals';
import { linkIn, until } from '../../../scripts/demo/shop.ts';
import { LARGE_ORDER, type LocalShop, MANAGER, SMALL_ORDER } from '../running-shop.ts';

// What breaks in the middle. Mostly a role that may not do, for a while, what it has to: so it breaks where it is meant to.
export function recoveryTests(running: () => LocalShop): void {
  const call = (service: string, operation: string, input: object) =>
    running().cloud.call(service, operation, input, running().cloud);

  /** Has something happen while a role, by its id in the template, is denied an action. */
  async function denied(role: string, action: string, happens: () => Promise<void>): Promise<void> {
    const { Roles } = await call('iam', 'ListRoles', {});
    const { RoleName } = Roles.find((each: { RoleName: string }) => each.RoleName.includes(`-${role}-`));
    const Statement = [{ Effect: 'Deny', Action: action, Resource: '*' }];
    const policy = { RoleName, PolicyName: 'broken' };
    await call('iam', 'PutRolePolicy', {
      ...policy,
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    });
    try {
      await happens();
    } finally {
      await call('iam', 'DeleteRolePolicy', policy);
    }
  }

  const minutes = (count: number) => running().shop.advanceClock(count * 60);

  const executionOf = (machine: string, name: string): string =>
    `${running().cloud.outputs[`${machine}StateMachineArn`]?.replace(':stateMachine:', ':execution:')}:${name}`;

  /** The next message of a queue. */
  const messageIn = (QueueUrl: string | undefined): Promise<string> =>
    until('a message', async () => (await call('sqs', 'ReceiveMessage', { QueueUrl })).Messages?.[0].Body);

  test('an order that was recorded but not started is started by recovery', async () => {
    const { shop, office } = running();
    const requestedBy = 'in-flight@example.com';
    await denied('PlaceOrderRole', 'states:StartExecution', async () => {
      const answer = await shop.placeOrder({ ...SMALL_ORDER, requestedBy }, 'in flight');
      expect(answer.status).toBe(409);
      expect(answer.json().type).toBe('/problems/order-in-flight');
    });
    const [orderId = ''] = await office.ordersBy(requestedBy);
    expect((await shop.order(orderId)).status).toBe('placed');
    await minutes(3);
    expect((await shop.ended(orderId)).status).toBe('completed');
  });

  test('an approval that was decided, but of which nobody was told, is acted upon by recovery', async () => {
    const { shop } = running();
    const orderId = await shop.place(LARGE_ORDER, 'not told');
    const link = linkIn(await shop.mailTo(MANAGER, orderId));
    await denied('DecideApprovalRole', 'states:SendTaskSuccess', async () => {
      expect((await shop.decide(link, 'approve')).status).toBe(200);
    });
    expect((await shop.order(orderId)).endedAt).toBeUndefined();
    await minutes(3);
    expect((await shop.ended(orderId)).status).toBe('completed');
  });

  test('an order whose process ends between payment and completion is completed by recovery, which takes no money again', async () => {
    const { shop, office } = running();
    const orderId = await shop.place(
      { ...SMALL_ORDER, shipAt: new Date(running().now() + 60_000).toISOString() },
      'paid',
    );
    await denied('CompleteOrderRole', 'dynamodb:UpdateItem', async () => {
      await minutes(2);
      await until('its completion to fail', async () =>
        (await office.history(orderId)).some(
          ({ taskFailedEventDetails }) => taskFailedEventDetails?.error === 'AccessDeniedException',
        )
          ? true
          : undefined,
      );
      await office.stopProcessing(orderId);
      expect((await shop.ended(orderId)).status).toBe('completed');
    });
    expect(await office.paymentsOf(orderId)).toMatchObject([{ status: 'captured', calls: { capture: 1 } }]);
  });

  test('an approval that is opened a second time, because the answer was lost, is the one that is open', async () => {
    const { shop } = running();
    const orderId = await shop.place(LARGE_ORDER, 'opened twice');
    const link = linkIn(await shop.mailTo(MANAGER, orderId));
    const execution = executionOf('SignOff', `${orderId}-sign-off`);
    const { input, startDate } = await call('states', 'DescribeExecution', { executionArn: execution });
    const at = new Date(startDate).toISOString();
    const { FunctionError, Payload } = await call('lambda', 'Invoke', {
      FunctionName: 'countersign-dev-open-approval',
      Payload: JSON.stringify({ request: JSON.parse(input), execution, at }),
    });
    expect(FunctionError).toBeUndefined();
    const { approvals } = (await shop.call('GET', '/approvals')).json();
    const open = approvals.filter(({ subject }: { subject: { id: string } }) => subject.id === orderId);
    expect(open).toMatchObject([{ approvalId: JSON.parse(new TextDecoder().decode(Payload)).approvalId }]);
    expect((await shop.decide(link, 'approve')).status).toBe(200);
    expect((await shop.ended(orderId)).status).toBe('completed');
  });

  test('a refund whose sign-off is stopped by hand gives no money back, and its link opens nothing any more', async () => {
    const { shop, office } = running();
    const orderId = await shop.place(LARGE_ORDER, 'refund stopped');
    await shop.decide(linkIn(await shop.mailTo(MANAGER, orderId)), 'approve');
    const { total } = await shop.ended(orderId);
    await shop.refund(orderId, { reason: 'Sent back', requestedBy: 'clerk@example.com', amount: total }, 'stopped');
    const link = linkIn(await shop.mailTo(MANAGER, orderId, /Refund/));
    const { refunds: [refund] = [] } = await shop.order(orderId);
    await call('states', 'StopExecution', { executionArn: executionOf('SignOff', `${refund?.refundId}-sign-off`) });
    await shop.orderWhen(orderId, ({ refunds = [] }) => refunds[0]?.status === 'failed');
    expect((await fetch(link)).status).toBe(404);
    expect(await office.paymentsOf(orderId)).toMatchObject([{ captured: total, refunds: {} }]);
  });

  test('a refund that is stopped by hand while its approver is asked is rejected, and its link opens nothing any more', async () => {
    const { shop } = running();
    const orderId = await shop.place(LARGE_ORDER, 'refund given up');
    await shop.decide(linkIn(await shop.mailTo(MANAGER, orderId)), 'approve');
    const { total } = await shop.ended(orderId);
    await shop.refund(orderId, { reason: 'Sent back', requestedBy: 'clerk@example.com', amount: total }, 'given up');
    const link = linkIn(await shop.mailTo(MANAGER, orderId, /Refund/));
    const { refunds: [refund] = [] } = await shop.order(orderId);
    await call('states', 'StopExecution', { executionArn: executionOf('RefundOrder', refund?.refundId ?? '') });
    await shop.orderWhen(orderId, ({ refunds = [] }) => refunds[0]?.status === 'rejected');
    expect((await fetch(link)).status).toBe(404);
  });

  test('a sign-off of something else that is stopped by hand leaves no link behind that decides about nothing', async () => {
    const { shop, cloud } = running();
    const subject = {
      type: 'release',
      id: 'release-seven',
      version: 1,
      title: 'Release 7',
      requestedBy: 'dev@example.com',
    };
    const stateMachineArn = cloud.outputs.SignOffStateMachineArn;
    const { executionArn } = await call('states', 'StartExecution', {
      stateMachineArn,
      input: JSON.stringify({ subject }),
    });
    const link = linkIn(await shop.mailTo(MANAGER, 'release-seven'));
    expect((await fetch(link)).status).toBe(200);
    await call('states', 'StopExecution', { executionArn });
    await until('its link to die', async () => ((await fetch(link)).status === 404 ? true : undefined));
  });

  test('an order that comes as an event and is refused is announced as refused, with its key and the reason', async () => {
    const { QueueUrl } = await call('sqs', 'CreateQueue', { QueueName: 'refusals' });
    const QueueArn = `arn:aws:sqs:${running().cloud.region}:${running().cloud.account}:refusals`;
    const rule = { EventBusName: running().cloud.outputs.OrdersBusName };
    const EventPattern = JSON.stringify({ 'detail-type': ['OrderRejected'] });
    await call('events', 'PutRule', { ...rule, Name: 'refusals', EventPattern });
    await call('events', 'PutTargets', { ...rule, Rule: 'refusals', Targets: [{ Id: 'queue', Arn: QueueArn }] });
    await running().office.submitOrder({ ...SMALL_ORDER, lines: [] }, 'refused as an event');
    expect(JSON.parse(await messageIn(QueueUrl)).detail).toMatchObject({
      idempotencyKey: 'refused as an event',
      reason: 'invalid-order',
    });
  });

  test('an order that comes as an event and cannot be placed is set aside whole, to be handed in again', async () => {
    const { office, cloud } = running();
    await denied('CheckOrderRole', 'dynamodb:BatchGetItem', async () => {
      await office.submitOrder(SMALL_ORDER, 'set aside');
      expect(JSON.parse(await messageIn(cloud.outputs.OrderSubmittedDeadLettersUrl))).toMatchObject({
        'detail-type': 'OrderSubmitted',
        detail: { idempotencyKey: 'set aside', order: SMALL_ORDER },
      });
    });
  });
}
