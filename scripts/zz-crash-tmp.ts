import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { startCloudProcess } from '/work/main/scripts/cloud-process.ts';
import { linkIn, Shop, until } from '/work/main/scripts/demo/shop.ts';
import { DAY, LARGE_ORDER, MANAGER, SMALL_ORDER, stockUp } from '/work/main/tests/e2e/running-shop.ts';

const folder = mkdtempSync('/tmp/crash-');
const ports = { PORT: '23411', AWS_PORT: '23412' };
const start = () => startCloudProcess(['--data', folder, '--package', '/work/main/.serverless'], ports);
let cloud = await start();
cloud.process.stderr!.on('data', (d) => process.stderr.write('A ' + d));
let shop = new Shop(cloud.urls.api, cloud.urls.apiKey!);
await stockUp(shop);
const retry = process.argv[2] === 'retry';
const id = await shop.place(retry ? { ...SMALL_ORDER, payment: { token: 'tok_timeout' } } : LARGE_ORDER, 'k');
const link = retry ? '' : linkIn(await shop.mailTo(MANAGER, id));
if (retry) await new Promise((r) => setTimeout(r, 3000));
const ended = once(cloud.process, 'exit');
cloud.process.kill('SIGKILL');
await ended;
cloud = await start();
cloud.process.stderr!.on('data', (d) => process.stderr.write('B ' + d));
shop = new Shop(cloud.urls.api, cloud.urls.apiKey!);
if (retry) await shop.advanceClock(600);
else console.log((await shop.decide(link, 'approve')).status);
await new Promise((r) => setTimeout(r, 4000));
console.log(JSON.stringify(await shop.order(id)).slice(0, 600));
const sfn = new SFNClient({
  endpoint: cloud.urls.aws,
  region: cloud.urls.region,
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
});
for (const m of ['ProcessOrderStateMachineArn', 'SignOffStateMachineArn']) {
  const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: cloud.urls.outputs[m] }));
  for (const e of executions ?? []) {
    console.log(e.executionArn, e.status);
    const { events } = await sfn.send(
      new GetExecutionHistoryCommand({ executionArn: e.executionArn, maxResults: 1000 }),
    );
    for (const e of (events ?? []).slice(-8)) {
      const d = Object.entries(e).find(([k]) => k.endsWith('Details'))?.[1] as any;
      console.log(' ', e.id, e.type, e.timestamp?.toISOString(), JSON.stringify(d ?? '').slice(0, 200));
    }
  }
}
await cloud.stop();
