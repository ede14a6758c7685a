// Runs a packaged Serverless project on this machine:
//   node local/main.ts --package .serverless --data .local
import process from 'node:process';
import { optionsOf, USAGE, UsageError } from './cloud/command-line.ts';
import { runCloud } from './cloud/run-cloud.ts';

try {
  const options = optionsOf(process.argv.slice(2), process.env);
  if (options.help) process.stdout.write(`${USAGE}\n`);
  else await runCloud({ ...options, parameters: () => options.parameters });
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n${USAGE}\n`);
  process.exitCode = 2;
}
