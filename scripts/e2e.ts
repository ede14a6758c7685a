// npm run e2e: the end-to-end tests, against local clouds of their own, or against a stage that is deployed.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { scriptOptions } from './script-options.ts';

const ROOT = join(import.meta.dirname, '..');

const USAGE = `npm run e2e                                everything, against fresh local clouds
npm run e2e -- --url URL [options]         what can be asked of a deployed stage; it needs its test mailbox
  --stage NAME       whose stack countersign-NAME it is (dev)
  --region NAME      default: AWS_REGION, or eu-central-1
  --profile NAME     of the AWS credentials; default: as the AWS CLI finds them
  --issuer URL       of access tokens, if the stage wants them, with
  --client-id ID     a client that may have all scopes, and its secret in E2E_CLIENT_SECRET`;

/** Tests of what the API and its mails do, which leave out what needs a local cloud. The others need one throughout. */
const PORTABLE = 'tests/e2e/shop\\.test';

const OPTIONS = {
  url: { type: 'string' },
  stage: { type: 'string', default: 'dev' },
  region: { type: 'string', default: process.env.AWS_REGION ?? 'eu-central-1' },
  profile: { type: 'string' },
  issuer: { type: 'string' },
  'client-id': { type: 'string' },
} as const;
const values = scriptOptions({ name: 'e2e', usage: USAGE, options: OPTIONS }, (given) => given);

function run(pattern: string, env: NodeJS.ProcessEnv): void {
  const jest = ['--experimental-vm-modules', join(ROOT, 'node_modules/jest/bin/jest.js')];
  // One file after the other: a deployed stage is one shop, whose stock the tests count.
  const options = ['--runInBand', '--testPathPatterns', pattern];
  const child = spawn(process.execPath, [...jest, ...options], { cwd: ROOT, stdio: 'inherit', env });
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

if (values.url === undefined) run('tests/e2e', process.env);
else {
  const { url, stage, region, profile, issuer, 'client-id': clientId } = values;
  run(PORTABLE, {
    ...process.env,
    E2E_URL: url,
    E2E_STACK: `countersign-${stage}`,
    AWS_REGION: region,
    ...(profile && { AWS_PROFILE: profile }),
    ...(issuer && { E2E_ISSUER: issuer }),
    ...(clientId && { E2E_CLIENT_ID: clientId }),
  });
}
