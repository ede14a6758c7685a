import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { until } from '../../scripts/demo/shop.ts';
import { packagedService } from '../packaged-service.ts';
import { commandsIn, type Place, runCommand } from './runbook-commands.ts';
import { LARGE_ORDER, type LocalShop, SMALL_ORDER, startLocalShop } from './running-shop.ts';

// Every command of docs/operating.md from its alarms on, in a shop where what it is for has happened.

jest.setTimeout(120_000); // for slow machines; what is tested takes seconds

const DOCUMENT = 'docs/operating.md';
const commands = commandsIn(DOCUMENT);
const ran = new Set<string>();
let running: LocalShop;
let values: Record<string, string>;

beforeAll(async () => {
  running = await startLocalShop();
  const { cloud } = running;
  const now = cloud.clock.now();
  const iso = (time: number) => new Date(time).toISOString();
  values = { ...cloud.outputs, hourAgo: iso(now - 3_600_000), now: iso(now + 3_600_000) };
});

afterAll(() => running?.close());

/** Runs the next command under a heading, in the order in which they stand there. */
// biome-ignore lint/suspicious/noExplicitAny: each command has its own answer.
async function next(heading: string): Promise<any> {
  const command = (commands.get(heading) ?? []).find((each) => !ran.has(`${heading}: ${each}`));
  if (command === undefined) throw new Error(`Nothing more is written under "${heading}".`);
  ran.add(`${heading}: ${command}`);
  const { urls, cloud } = running;
  const place: Place = {
    ...{ endpoint: urls.aws, region: cloud.region, api: urls.api, apiKey: urls.apiKey ?? '', values },
  };
  return runCommand(command, place);
}

const minutes = (count: number) => running.shop.advanceClock(count * 60);
const call = (service: string, operation: string, input: object) =>
  running.cloud.call(service, operation, input, running.cloud);

test('an order that cannot be undone rings; its execution is found, read and redriven, and undoing is tried again', async () => {
  const { shop } = running;
  await next('Alarms');
  const orderId = await shop.place({ ...SMALL_ORDER, payment: { token: 'tok_void_fails' } }, 'not undone');
  values.orderId = orderId;
  const failed = await until('an undo that failed', async () => {
    ran.delete(`An execution failed: ${commands.get('An execution failed')?.[0]}`);
    const { executions } = await next('An execution failed');
    if (executions.length === 0) await minutes(2);
    return executions[0];
  });
  values.executionArn = failed.executionArn;
  expect(await next('An execution failed')).toMatchObject({ status: 'FAILED' });
  const { events } = await next('An execution failed');
  expect(events[0]).toMatchObject({ type: 'ExecutionFailed' });
  await next('An execution failed');
  const redriven = await call('states', 'DescribeExecution', { executionArn: values.executionArn });
  expect(redriven.redriveCount).toBe(1);

  await minutes(3);
  const { MetricAlarms } = await next('Alarms');
  expect(MetricAlarms.map(({ AlarmName }: { AlarmName: string }) => AlarmName).join()).toContain('CompensationFailed');
  const { AlarmHistoryItems } = await next('Alarms');
  expect(AlarmHistoryItems.length).toBeGreaterThan(0);
  const mail = await until('a mail about the alarm', async () =>
    (await shop.mails()).find(({ to, subject }) => String(to) === 'ops@example.com' && subject.startsWith('ALARM: ')),
  );
  expect(mail.text).toContain('NewStateReason');

  expect(await next('An order could not be undone')).toMatchObject({ orderId });
  expect(await next('An order could not be undone')).toHaveProperty('executionArn');
  await next('A function fails');
});

test('an approval that waits is asked about again, and handed to a colleague; its execution can be stopped', async () => {
  const { shop } = running;
  const orderId = await shop.place(LARGE_ORDER, 'waits');
  await shop.mailTo('manager@example.com', orderId);
  const { approvals } = await next('An approval waits for too long');
  values.approvalId = approvals.find(({ subject }: { subject: { id: string } }) => subject.id === orderId).approvalId;
  await next('An approval waits for too long');
  await next('An approval waits for too long');
  await shop.mailTo('deputy@example.com', orderId);
  expect((await next('A mail was not sent')).Subscriptions.length).toBeGreaterThan(0);
  await next('A mail was not sent');
  values.orderId = orderId;
  await next('Logs');
  await next('Decided, but not resumed');
  await next('Decided, but not resumed');

  const executions = running.cloud.outputs.ProcessOrderStateMachineArn?.replace(':stateMachine:', ':execution:');
  values.waitingExecutionArn = `${executions}:${orderId}`;
  await next('An execution ran out of time');
  const ended = await shop.ended(orderId);
  expect(ended.status).toBe('failed');
});

test('messages that a consumer gave up on go back to it', async () => {
  const { QueueUrl } = { QueueUrl: running.cloud.outputs.WarehouseQueueUrl };
  // What the stories before had brought back to the shelves.
  await call('sqs', 'PurgeQueue', { QueueUrl });
  await call('sqs', 'SendMessage', { QueueUrl, MessageBody: '{"type":"Recall"}' });
  for (let attempt = 1; attempt <= 6; attempt++) {
    await call('sqs', 'ReceiveMessage', { QueueUrl, VisibilityTimeout: 0, MaxNumberOfMessages: 10 });
  }
  expect(await next('A message was given up')).toMatchObject({ Attributes: { ApproximateNumberOfMessages: '1' } });
  await next('A message was given up');
  const { Results } = await next('A message was given up');
  expect(Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
});

test('an order that the event bus gave up on is handed in again, and placed', async () => {
  const { office } = running;
  const order = { ...SMALL_ORDER, requestedBy: 'lost@example.com' };
  const detail = { idempotencyKey: 'given up', order };
  const event = { source: 'procurement', 'detail-type': 'OrderSubmitted', detail, account: '000000000000' };
  const QueueUrl = running.cloud.outputs.OrderSubmittedDeadLettersUrl;
  await call('sqs', 'SendMessage', { QueueUrl, MessageBody: JSON.stringify(event) });
  const { Messages } = await next('A message was given up');
  Object.assign(values, { Body: Messages[0].Body, ReceiptHandle: Messages[0].ReceiptHandle });
  await next('A message was given up');
  await until('the order', async () => ((await office.ordersBy('lost@example.com')).length === 1 ? true : undefined));
  await next('A message was given up');
  await next('A message was given up');
});

test('what is only looked at can be looked at', async () => {
  const looks = [
    'A day could not be closed',
    'Many orders are refused',
    'A function is throttled',
    'A function is slow',
    'The API answers with 5xx',
    'The API is slow',
  ];
  for (const heading of looks) {
    for (const _command of commands.get(heading) ?? []) await next(heading);
  }
  await next('Orders that got stuck');
});

test('no command is left that was not tried', () => {
  const headings = [...commands.keys()];
  const written = headings
    .slice(headings.indexOf('Alarms'))
    .flatMap((heading) => (commands.get(heading) ?? []).map((command) => `${heading}: ${command}`));
  expect(written.length).toBeGreaterThan(30);
  expect(written.filter((command) => !ran.has(command))).toEqual([]);
});

test('every alarm has its runbook', async () => {
  const file = join(await packagedService(), 'cloudformation-template-update-stack.json');
  const resources: { Type: string; Properties: { AlarmDescription?: string } }[] = Object.values(
    JSON.parse(readFileSync(file, 'utf8')).Resources,
  );
  const named = resources.flatMap(
    ({ Properties }) => /Runbook: "([^"]+)"/.exec(Properties?.AlarmDescription ?? '')?.[1] ?? [],
  );
  const text = readFileSync(join(import.meta.dirname, '../..', DOCUMENT), 'utf8');
  const missing = [...new Set(named)].filter((name) => !text.includes(`\n### ${name}\n`));
  expect(named.length).toBeGreaterThan(50);
  expect(missing).toEqual([]);
});
