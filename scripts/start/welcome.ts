import { randomBytes } from 'node:crypto';
import { relative } from 'node:path';
import process from 'node:process';
import { urlsOf } from '../../local/cloud/run-cloud.ts';
import type { Cloud } from '../../local/cloud.ts';
import { SAMPLE_ORDER } from './console-manifest.ts';

/** What a newcomer reads when everything is up: where it is, and one line to paste. */
export function welcome(cloud: Cloud, dataFolder: string | undefined): string {
  const { api, apiKey = '' } = cloud.urls;
  const where = dataFolder === undefined ? 'nothing is kept' : `data in ${relative(process.cwd(), dataFolder) || '.'}`;
  const order = [
    `curl -sS ${api}/orders`,
    `-H 'x-api-key: ${apiKey}'`,
    // A key of its own at every start, so that the pasted line places an order and does not repeat an old one.
    `-H 'Idempotency-Key: order-${randomBytes(4).toString('hex')}'`,
    `-H 'Content-Type: application/json'`,
    `-d '${JSON.stringify(SAMPLE_ORDER)}'`,
  ].join(' ');
  return `Countersign runs here (${where}; Ctrl+C ends it):
${urlsOf(cloud)}
Place an order that has to be approved, then look into the mailbox:
${order}`;
}

export const welcomeToEmpty = (cloud: Cloud): string => `An empty cloud runs here (Ctrl+C ends it):
${urlsOf(cloud)}
Deploy to it: AWS_ENDPOINT_URL=${cloud.urls.aws} npm run deploy:local`;
