import { type ExecFileOptions, execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APIGatewayClient, GetApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import { tokensFrom } from '../../scripts/access-tokens.ts';
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
  /** `npm run e2e -- --url …` against what is deployed, as against any stage. */
  e2e(): Promise<{ code: number; output: string }>;
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
    serverless: (...args) => runServerless(folder, cloud.urls.aws, [...args, ...parameters(cloud.urls.issuer)]),
    e2e: () => runEndToEnd(cloud),
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
      return new Shop(ApiUrl, value, tokensFrom({ issuer: cloud.urls.issuer, clientId: 'shop' }));
    },
    async close() {
      await cloud.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The unmodified command in a copy of the project, for the stage `local`, against an AWS endpoint. */
export function runServerless(
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
  return run([command, ...args, '--stage', 'local'], { cwd: folder, env });
}

/** Clients need tokens, and tests can read the approvers' mails. */
const parameters = (issuer: string): string[] =>
  [`tokenIssuer=${issuer}`, 'tokensRequired=true', 'testMailbox=true'].flatMap((each) => ['--param', each]);

async function runEndToEnd({ urls }: Cloud): Promise<{ code: number; output: string }> {
  const script = join(import.meta.dirname, '../../scripts/e2e.ts');
  const where = ['--url', urls.api, '--stage', 'local', '--region', REGION, '--profile', 'stage'];
  const folder = mkdtempSync(join(tmpdir(), 'countersign-profile-'));
  const credentials = join(folder, 'credentials');
  writeFileSync(credentials, '[stage]\naws_access_key_id = test\naws_secret_access_key = test\n');
  const env = { ...process.env, AWS_ENDPOINT_URL: urls.aws, AWS_SHARED_CREDENTIALS_FILE: credentials };
  const result = await run([script, ...where, '--issuer', urls.issuer, '--client-id', 'e2e'], { env });
  rmSync(folder, { recursive: true });
  return result;
}

function run(args: string[], options: ExecFileOptions): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { maxBuffer: 10_000_000, ...options }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: `${stdout}\n${stderr}` }),
    );
  });
}
