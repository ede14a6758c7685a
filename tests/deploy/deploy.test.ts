import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { linkIn } from '../../scripts/demo/shop.ts';
import { startWarehouse } from '../../scripts/warehouse/start-warehouse.ts';
import { LARGE_ORDER, MANAGER, SMALL_ORDER, stockUp } from '../e2e/running-shop.ts';
import { type Deployment, REGION, STACK, startDeployment } from './deployment.ts';

// One story, told in order: each test goes on where the one before it ended.

jest.setTimeout(180_000); // the real command, several times

let deployment: Deployment;
let closing: AbortController;
let warehouse: Promise<unknown>;

beforeAll(async () => {
  deployment = await startDeployment();
  closing = new AbortController();
});

afterAll(async () => {
  closing?.abort();
  await warehouse;
  await deployment?.close();
});

test('a template that fails to create is rolled back, and the command says why', async () => {
  // Nothing but the service itself knows that there is no such filter.
  const pattern = 'EventPattern: { detail-type: ';
  const takeBack = deployment.edit(
    'infra/messaging.yml',
    `${pattern}[OrderSubmitted] }`,
    `${pattern}[{ nonsense: OrderSubmitted }] }`,
  );
  const { code, output } = await deployment.serverless('deploy');
  takeBack();
  expect(output).toContain('OrderSubmittedRule');
  expect(output).toMatch(/InvalidEventPattern/);
  expect(code).not.toBe(0);
  expect(await deployment.cloud.call('dynamodb', 'ListTables', {}, caller())).toEqual({ TableNames: [] });
});

test('the command deploys everything, and the whole story works on what it deployed', async () => {
  const { code, output } = await deployment.serverless('deploy', '--verbose');
  expect(output).toContain('Service deployed to stack countersign-local');
  expect(output).toMatch(/CREATE_COMPLETE - AWS::StepFunctions::StateMachine/);
  expect(code).toBe(0);
  const { PickShipmentActivityArn = '' } = await deployment.outputs();
  warehouse = startWarehouse({
    client: deployment.client,
    activityArn: PickShipmentActivityArn,
    name: 'test',
    signal: closing.signal,
    report: () => {},
  });
  const shop = await deployment.shop();
  await stockUp(shop);
  const orderId = await shop.place(LARGE_ORDER, 'deployed');
  await shop.decide(linkIn(await shop.mailTo(MANAGER, orderId)), 'approve');
  expect((await shop.ended(orderId)).status).toBe('completed');
});

test('the end-to-end tests find nothing wrong with what was deployed, asked by its URL', async () => {
  const { code, output } = await deployment.e2e();
  expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/Tests: .*\b[3-9]\d passed/) });
  expect(output).not.toMatch(/\d failed/);
});

test('nothing has changed: nothing is deployed', async () => {
  const { output } = await deployment.serverless('deploy');
  expect(output).toContain('No changes to deploy');
});

test('an order that waits while something is deployed goes on with the functions that it began with', async () => {
  const shop = await deployment.shop();
  const waiting = await shop.place(LARGE_ORDER, 'in flight');
  const mail = await shop.mailTo(MANAGER, waiting);

  deployment.edit('infra/functions.yml', 'Ships the reserved stock and closes the order', 'Closes the order');
  const { code, output } = await deployment.serverless('deploy', '--verbose');
  expect(output).toMatch(/UPDATE_COMPLETE - AWS::Lambda::Function - CompleteOrderLambdaFunction/);
  expect(code).toBe(0);

  await shop.decide(linkIn(mail), 'approve');
  expect((await shop.ended(waiting)).status).toBe('completed');
  const after = await shop.place(SMALL_ORDER, 'after');
  expect((await shop.ended(after)).status).toBe('completed');
  expect(await versionCalled(waiting, 'complete-order')).toBe('1');
  expect(await versionCalled(after, 'complete-order')).toBe('2');
});

test('info tells what is deployed, with the outputs', async () => {
  const { output } = await deployment.serverless('info', '--verbose');
  expect(output).toContain(`stack: ${STACK}`);
  expect(output).toContain(`ApiUrl: ${deployment.cloud.urls.api}`);
});

test('invoke calls a function, logs shows what it logged', async () => {
  const { output } = await deployment.serverless('invoke', '-f', 'listProducts', '--data', '{}');
  expect(output).toContain('standing-desk');
  const logs = await deployment.serverless('logs', '-f', 'listProducts');
  expect(logs.output).toMatch(/START/);
});

test('remove takes everything away', async () => {
  const { code, output } = await deployment.serverless('remove');
  expect(output).toContain('successfully removed');
  expect(code).toBe(0);
  await expect(deployment.outputs()).rejects.toHaveProperty('message', `Stack with id ${STACK} does not exist`);
  expect(await deployment.cloud.call('dynamodb', 'ListTables', {}, caller())).toEqual({ TableNames: [] });
  expect((await fetch(`${deployment.cloud.urls.api}/health`)).status).toBe(404);
});

const caller = () => ({ account: deployment.cloud.account, region: REGION });

/** The version of a function that the process of an order called. */
async function versionCalled(orderId: string, name: string): Promise<string | undefined> {
  const machines = new SFNClient(deployment.client);
  const { ProcessOrderStateMachineArn: stateMachineArn } = await deployment.outputs();
  const { executions = [] } = await machines.send(new ListExecutionsCommand({ stateMachineArn }));
  const executionArn = executions.find((execution) => execution.name === orderId)?.executionArn;
  const { events = [] } = await machines.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  machines.destroy();
  const parameters = events.map(({ taskScheduledEventDetails }) => taskScheduledEventDetails?.parameters ?? '');
  return parameters.map((text) => new RegExp(`${name}:(\\d+)`).exec(text)?.[1]).find(Boolean);
}
