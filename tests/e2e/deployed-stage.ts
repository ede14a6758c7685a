import { APIGatewayClient, GetApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { tokensFrom } from '../../scripts/access-tokens.ts';
import { BackOffice } from '../../scripts/demo/back-office.ts';
import { type Answer, type Mail, Shop } from '../../scripts/demo/shop.ts';
import { startWarehouse } from '../../scripts/warehouse/start-warehouse.ts';
import { type RunningShop, stockUp } from './running-shop.ts';

/** Where `npm run e2e -- --url …` sends the tests to. Credentials are those of the AWS SDK: a profile, or the environment. */
export interface DeployedStage {
  readonly url: string;
  readonly stack: string;
  readonly region: string;
  /** Of access tokens; absent: the stage has none. */
  readonly client?: { readonly issuer: string; readonly clientId: string; readonly clientSecret?: string };
}

/** As scripts/e2e.ts puts it into the environment. @returns undefined if a local cloud is wanted */
export function deployedStage(env: NodeJS.ProcessEnv): DeployedStage | undefined {
  const { E2E_URL: url, E2E_STACK: stack, AWS_REGION: region, E2E_ISSUER: issuer } = env;
  const { E2E_CLIENT_ID: clientId, E2E_CLIENT_SECRET: clientSecret } = env;
  if (!url || !stack || !region) return undefined;
  const client = issuer && clientId && { issuer, clientId, ...(clientSecret && { clientSecret }) };
  return { url, stack, region, ...(client && { client }) };
}

/** @throws Error if the stack has no test mailbox: nobody could follow the links of approvers */
export async function openStage({ url, stack, region, client }: DeployedStage): Promise<RunningShop> {
  const outputs = await outputsOf(stack, region);
  const { ApiKeyId = '', PickShipmentActivityArn: activityArn = '', TestMailboxUrl } = outputs;
  if (!TestMailboxUrl) throw new Error(`${stack} has no test mailbox: deploy it with --param testMailbox=true`);
  const mailbox = new TestMailbox(region, TestMailboxUrl);
  const shop = new StageShop(url, await apiKey(region, ApiKeyId), mailbox, client && tokensFrom(client));
  await stockUp(shop);
  const ending = new AbortController();
  const { signal } = ending;
  const working = startWarehouse({ client: { region }, activityArn, name: 'test', signal, report: () => {} });
  return {
    shop,
    office: new BackOffice(undefined, region, outputs),
    now: () => Date.now(),
    async close() {
      ending.abort();
      await working;
    },
  };
}

async function outputsOf(StackName: string, region: string): Promise<Readonly<Record<string, string>>> {
  const { Stacks = [] } = await new CloudFormationClient({ region }).send(new DescribeStacksCommand({ StackName }));
  return Object.fromEntries((Stacks[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
}

async function apiKey(region: string, id: string): Promise<string> {
  const command = new GetApiKeyCommand({ apiKey: id, includeValue: true });
  return (await new APIGatewayClient({ region }).send(command)).value ?? '';
}

/** Of a stage that outlives the tests: each run has idempotency keys of its own, and mails come by a queue. */
class StageShop extends Shop {
  readonly #run = Date.now().toString(36);
  readonly #mailbox: TestMailbox;

  constructor(url: string, apiKey: string, mailbox: TestMailbox, token: ConstructorParameters<typeof Shop>[2]) {
    super(url, apiKey, token);
    this.#mailbox = mailbox;
  }

  override placeOrder(order: unknown, idempotencyKey: string | undefined): Promise<Answer> {
    return super.placeOrder(order, idempotencyKey && `${this.#run} ${idempotencyKey}`);
  }

  override mails(): Promise<readonly Mail[]> {
    return this.#mailbox.mails();
  }
}

/** A queue that is subscribed to the topic of approvals. */
class TestMailbox {
  readonly #client: SQSClient;
  readonly #queue: string;
  readonly #mails: Mail[] = [];

  constructor(region: string, queue: string) {
    this.#client = new SQSClient({ region });
    this.#queue = queue;
  }

  /** What has arrived, the newest first. */
  async mails(): Promise<readonly Mail[]> {
    const wanted = { QueueUrl: this.#queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
    const { Messages = [] } = await this.#client.send(new ReceiveMessageCommand(wanted));
    for (const { Body = '', ReceiptHandle } of Messages) {
      this.#mails.unshift(mailIn(Body));
      await this.#client.send(new DeleteMessageCommand({ QueueUrl: this.#queue, ReceiptHandle }));
    }
    return this.#mails.toSorted((one, other) => other.sentAt.localeCompare(one.sentAt));
  }
}

/** @param body a notification, as SNS delivers it to a queue */
function mailIn(body: string): Mail {
  const { MessageId, Subject, Message, Timestamp, MessageAttributes } = JSON.parse(body) as {
    MessageId: string;
    Subject: string;
    Message: string;
    Timestamp: string;
    MessageAttributes?: { approver?: { Value: string } };
  };
  const to = MessageAttributes?.approver?.Value ?? '';
  return { id: MessageId, to, subject: Subject, text: Message, sentAt: Timestamp };
}
