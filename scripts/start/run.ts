import { join } from 'node:path';
import process from 'node:process';
import { type CommandLine, optionsOf, USAGE, UsageError } from '../../local/cloud/command-line.ts';
import { runCloud } from '../../local/cloud/run-cloud.ts';
import { startWarehouse } from '../warehouse/start-warehouse.ts';
import { CONSOLE } from './console-manifest.ts';
import { packageService } from './package-service.ts';
import { provideBackOffice } from './provide-back-office.ts';
import { stockCatalogue } from './stock-catalogue.ts';
import { welcome, welcomeToEmpty } from './welcome.ts';

const ROOT = join(import.meta.dirname, '../..');
const JOBS = join(ROOT, 'jobs');
const DEFAULTS = { packageFolder: join(ROOT, '.serverless'), dataFolder: join(ROOT, '.countersign') };

/** The local cloud takes any credentials. */
const ANYBODY = { accessKeyId: 'warehouse', secretAccessKey: 'warehouse' };

/** For people, beside what programs read from the standard output. */
const progress = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

async function start(options: CommandLine): Promise<void> {
  const isOurs = options.packageFolder === DEFAULTS.packageFolder;
  if (isOurs && !(await packageService(ROOT, progress))) {
    process.exitCode = 1;
    return;
  }
  progress('Starting the local cloud …');
  await runCloud({
    ...options,
    parameters: ({ issuer }) => ({ ...(isOurs && { TokenIssuer: issuer }), ...options.parameters }),
    ...(options.packageFolder !== undefined && {
      console: CONSOLE,
      imagesFolder: options.imagesFolder ?? join(JOBS, 'images'),
    }),
    async welcome(cloud) {
      if (options.packageFolder === undefined) return welcomeToEmpty(cloud);
      await stockCatalogue(cloud.urls, join(ROOT, 'config/catalogue.json'), progress);
      await provideBackOffice(cloud, JOBS);
      const activityArn = cloud.outputs.PickShipmentActivityArn;
      if (activityArn && process.env.WAREHOUSE !== 'off') {
        const client = { endpoint: cloud.urls.aws, region: cloud.region, credentials: ANYBODY };
        const ending = new AbortController();
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.prependListener(signal, () => ending.abort());
        void startWarehouse({ client, activityArn, name: 'local', signal: ending.signal, report: () => {} });
      }
      return welcome(cloud, options.dataFolder);
    },
  });
}

try {
  const options = optionsOf(process.argv.slice(2), process.env, DEFAULTS);
  if (options.help) process.stdout.write(`npm start -- [options]\n${USAGE}\n`);
  else await start(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n${USAGE}\n`);
  process.exitCode = 2;
}
