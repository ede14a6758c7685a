import { parseArgs } from 'node:util';
import { killRounds } from './kill-rounds.ts';

// node bench/kill.ts: nothing is lost and nothing happens twice, however often the process is killed.

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, 'in-flight': { type: 'string', default: '1000' } },
});
const began = performance.now();
const progress = (text: string) => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
const options = { rounds: Number(values.rounds), inFlight: Number(values['in-flight']), progress };
const { executions, problems } = await killRounds(options);
progress('');
const seconds = ((performance.now() - began) / 1000).toFixed(0);
process.stdout.write(
  `${options.rounds} times killed with ${options.inFlight} executions in flight, ${executions} executions in all, ${seconds} s\n`,
);
for (const problem of problems.slice(0, 20)) process.stdout.write(`  ${problem}\n`);
process.stdout.write(
  problems.length === 0 ? '0 lost, 0 doubled, all of them ended\n' : `${problems.length} problems\n`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
