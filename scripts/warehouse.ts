// npm run warehouse: a worker for the activity pick-shipment. Beside a local cloud it needs no options; on AWS, credentials
// that may call states:GetActivityTask and states:SendTask* on the activity, and its ARN (a stack output).
import { hostname } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { startWarehouse } from './warehouse/start-warehouse.ts';

const USAGE = `npm run warehouse -- [options]
  --activity ARN   default: the one of the local cloud
  --endpoint URL   of AWS; default: AWS_ENDPOINT_URL, or the local cloud's http://127.0.0.1:4566 if no --activity is given
  --seconds N      how long a pick takes (0)
  --pickers N      shipments picked at the same time (2)
  --name NAME      shown in the executions' history`;

const LOCAL_ACTIVITY = 'arn:aws:states:eu-central-1:000000000000:activity:countersign-dev-pick-shipment';

const { values } = parseArgs({
  options: {
    activity: { type: 'string' },
    endpoint: { type: 'string' },
    seconds: { type: 'string', default: '0' },
    pickers: { type: 'string', default: '2' },
    name: { type: 'string', default: `${hostname()}-${process.pid}` },
    help: { type: 'boolean', default: false },
  },
});

const report = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

if (values.help) {
  report(USAGE);
} else {
  const isLocal = values.activity === undefined;
  const endpoint = values.endpoint ?? (isLocal ? (process.env.AWS_ENDPOINT_URL ?? 'http://127.0.0.1:4566') : undefined);
  const activityArn = values.activity ?? LOCAL_ACTIVITY;
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  report(`Picking for ${activityArn}${endpoint ? ` at ${endpoint}` : ''}; Ctrl+C ends it.`);
  await startWarehouse({
    client: {
      region: activityArn.split(':')[3] ?? 'eu-central-1',
      ...(endpoint && { endpoint }),
      // A local cloud takes any.
      ...(isLocal && { credentials: { accessKeyId: 'warehouse', secretAccessKey: 'warehouse' } }),
    },
    activityArn,
    name: values.name,
    seconds: Number(values.seconds),
    pickers: Number(values.pickers),
    signal: ending.signal,
    report,
  });
}
