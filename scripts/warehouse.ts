// npm run warehouse: a worker for the activity pick-shipment. Beside a local cloud it needs no options; on AWS, credentials
// that may call states:GetActivityTask and states:SendTask* on the activity, and its ARN (a stack output).
import { hostname } from 'node:os';
import process from 'node:process';
import { UsageError } from '../local/cloud/command-line.ts';
import { numberOption, scriptOptions } from './script-options.ts';
import { startWarehouse } from './warehouse/start-warehouse.ts';

const USAGE = `npm run warehouse -- [options]
  --activity ARN   default: the one of the local cloud
  --endpoint URL   of AWS; default: AWS_ENDPOINT_URL, or the local cloud's http://127.0.0.1:4566 if no --activity is given
  --seconds N      how long a pick takes (0)
  --pickers N      shipments picked at the same time (2)
  --name NAME      shown in the executions' history`;

const LOCAL_ACTIVITY = 'arn:aws:states:eu-central-1:000000000000:activity:countersign-dev-pick-shipment';

const OPTIONS = {
  activity: { type: 'string' },
  endpoint: { type: 'string' },
  seconds: { type: 'string', default: '0' },
  pickers: { type: 'string', default: '2' },
  name: { type: 'string', default: `${hostname()}-${process.pid}` },
} as const;

const {
  activity,
  endpoint: given,
  ...options
} = scriptOptions({ name: 'warehouse', usage: USAGE, options: OPTIONS }, (values) => {
  if (values.activity !== undefined && !/^arn:[^:]+:states:[^:]+:\d+:activity:.+$/.test(values.activity))
    throw new UsageError(`--activity has to be the ARN of an activity, not ${JSON.stringify(values.activity)}.`);
  if (values.endpoint !== undefined && !URL.canParse(values.endpoint))
    throw new UsageError(`--endpoint has to be a URL, not ${JSON.stringify(values.endpoint)}.`);
  return {
    ...values,
    seconds: numberOption('seconds', values.seconds, { least: 0, isWhole: false }),
    pickers: numberOption('pickers', values.pickers, { least: 1 }),
  };
});

const report = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const isLocal = activity === undefined;
const endpoint = given ?? (isLocal ? (process.env.AWS_ENDPOINT_URL ?? 'http://127.0.0.1:4566') : undefined);
const activityArn = activity ?? LOCAL_ACTIVITY;
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
  ...options,
  signal: ending.signal,
  report,
});
