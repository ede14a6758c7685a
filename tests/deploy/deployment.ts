import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APIGatewayClient, GetApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import { Shop } from '../../scripts/demo/shop.ts';
import { copyService } from '../packaged-service.ts';

export const STACK = 'countersign-local';
export const REGION = 'eu-central-1';

/** An empty cloud, a copy of the project that may be changed, and the unmodified command between the two. */
export interface Deployment {
  readonly cloud: Cloud;
  /** Options of a client of the official SDK. */
  readonly client: object;
  /** `serverless <args> --stage local` in the copy. */
  serverless(...args: string[]): Promise<{ code: number; output: string }>;
  /** Replaces a text that is there in a file of the copy. @returns takes it back */
  edit(file: string, text: string, by: string): () => void;
  outputs(): Promise<Readonly<Record<string, string>>>;
  /** The shop at the URL and with the key that the stack's outputs name. */
  shop(): Promise<Shop>;
  close(): Promise<void>;
}

export async function startDeployment(): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-deploy-'));
  copyService(folder);
  const cloud = await startCloud();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = { endpoint: cloud.urls.aws, region: REGION, credentials, maxAttempts: 1 };

  async function outputs(): Promise<Readonly<Record<string, string>>> {
    const stacks = new CloudFormationClient(client);
    const { Stacks = [] } = await stacks.send(new DescribeStacksCommand({ StackName: STACK }));
    stacks.destroy();
    return Object.fromEntries((Stacks[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  }

  return {
    cloud,
    client,
    serverless: (...args) => runServerless(folder, cloud.urls.aws, args),
    edit(file, text, by) {
      const path = join(folder, file);
      const before = readFileSync(path, 'utf8');
      if (!before.includes(text)) throw new Error(`${file} has no ${text}`);
      writeFileSync(path, before.replace(text, by));
      return () => writeFileSync(path, before);
    },
    outputs,
    async shop() {
      const { ApiUrl = '', ApiKeyId } = await outputs();
      const gateway = new APIGatewayClient(client);
      const { value = '' } = await gateway.send(new GetApiKeyCommand({ apiKey: ApiKeyId, includeValue: true }));
      gateway.destroy();
      return new Shop(ApiUrl, value);
    },
    async close() {
      await cloud.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function runServerless(
  folder: string,
  endpoint: string,
  args: readonly string[],
): Promise<{ code: number; output: string }> {
  const command = join(folder, 'node_modules/serverless/bin/serverless.js');
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    // Milliseconds between two looks at the stack's events.
    SLS_AWS_MONITORING_FREQUENCY: '200',
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args, '--stage', 'local'], { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: `${stdout}\n${stderr}` }),
    );
  });
}
