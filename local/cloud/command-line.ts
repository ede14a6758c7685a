import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** What the command line and the environment ask for. */
export interface CommandLine {
  readonly help: boolean;
  /** Absent with `--empty`. */
  readonly packageFolder?: string;
  /** Absent with `--ephemeral`. */
  readonly dataFolder?: string;
  /** What containers of jobs run. */
  readonly imagesFolder?: string;
  readonly httpPort: number;
  readonly awsPort: number;
  /** One line of JSON instead of a text, once it is ready. */
  readonly json: boolean;
  readonly region?: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Defaults {
  readonly packageFolder: string;
  readonly dataFolder: string;
}

/** The command line cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `Options:
  --package DIR        what "serverless package" wrote (.serverless)
  --empty              a cloud with nothing in it instead
  --data DIR           where everything is kept
  --ephemeral          keep nothing
  --images DIR         has a folder for each container image, with its program entrypoint.mjs
  --port N             of the API, the console and the mailbox (PORT, 3000; 0: any that is free)
  --aws-port N         of the AWS endpoint (AWS_PORT, 4566; 0: any that is free)
  --region NAME        instead of the package's own
  --parameter K=V      of the template; may be given several times
  --json               print one line of JSON when ready`;

const OPTIONS = {
  package: { type: 'string' },
  empty: { type: 'boolean' },
  data: { type: 'string' },
  ephemeral: { type: 'boolean' },
  images: { type: 'string' },
  port: { type: 'string' },
  'aws-port': { type: 'string' },
  region: { type: 'string' },
  parameter: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @throws UsageError */
export function optionsOf(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  defaults: Defaults = { packageFolder: '.serverless', dataFolder: '.local' },
): CommandLine {
  const values = optionsFrom(args, OPTIONS);
  if (values.empty && values.package !== undefined) throw new UsageError('--empty and --package exclude each other.');
  if (values.ephemeral && values.data !== undefined) throw new UsageError('--ephemeral and --data exclude each other.');
  for (const name of ['package', 'data', 'images'] as const) {
    // Which would be the current folder: what an unset variable of a shell leaves behind.
    if (values[name] === '') throw new UsageError(`--${name} has to name a folder.`);
  }
  return {
    help: values.help ?? false,
    ...(!values.empty && { packageFolder: values.package ?? defaults.packageFolder }),
    ...(!values.ephemeral && { dataFolder: values.data ?? defaults.dataFolder }),
    ...(values.images !== undefined && { imagesFolder: values.images }),
    httpPort: portOf(values.port ?? env.PORT, 'PORT', 3000),
    awsPort: portOf(values['aws-port'] ?? env.AWS_PORT, 'AWS_PORT', 4566),
    json: values.json ?? false,
    ...(values.region !== undefined && { region: values.region }),
    parameters: Object.fromEntries((values.parameter ?? []).map(parameterOf)),
  };
}

/** @throws UsageError with the first sentence of what Node.js says: the others are about what hardly anybody wants */
export function optionsFrom<T extends ParseArgsOptionsConfig>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\.? *\n|\. /);
    // `--seed --bugs`: it could be that --bugs is the value of --seed, but hardly is.
    throw new UsageError(`${sentence.replace('is ambiguous', 'missing')}.`);
  }
}

function portOf(text: string | undefined, name: string, usual: number): number {
  if (text === undefined || text === '') return usual;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`${name} has to be a number from 0 to 65535, not ${JSON.stringify(text)}.`);
}

function parameterOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--parameter takes NAME=VALUE, not ${JSON.stringify(text)}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}
