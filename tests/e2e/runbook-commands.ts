import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { NormalizedSchema } from '@smithy/core/schema';
import { operationModel } from '../../local/aws/model.ts';

// Reads the commands out of a document and does what they would do: `aws` by AWS's SDK, `curl` by fetch. So that a runbook can
// be tried where there is neither.

const require = createRequire(import.meta.url);

/** What the AWS CLI calls a service: its signing name and its SDK. */
const SERVICES: Readonly<Record<string, readonly [name: string, sdk: string, client: string]>> = {
  cloudwatch: ['monitoring', '@aws-sdk/client-cloudwatch', 'CloudWatchClient'],
  lambda: ['lambda', '@aws-sdk/client-lambda', 'LambdaClient'],
  logs: ['logs', '@aws-sdk/client-cloudwatch-logs', 'CloudWatchLogsClient'],
  sns: ['sns', '@aws-sdk/client-sns', 'SNSClient'],
  sqs: ['sqs', '@aws-sdk/client-sqs', 'SQSClient'],
  stepfunctions: ['states', '@aws-sdk/client-sfn', 'SFNClient'],
};

/** Options that the AWS CLI calls otherwise than the API, because it has one of that name for itself. */
const RENAMED: Readonly<Record<string, string>> = { '--notification-endpoint': '--endpoint' };

/** Commands by the heading that they stand under, as they are written, in order. */
export function commandsIn(file: string): Map<string, string[]> {
  const text = readFileSync(join(import.meta.dirname, '../..', file), 'utf8').replace(/\\\n\s*/g, '');
  const found = new Map<string, string[]>();
  let heading = '';
  for (const line of text.split('\n')) {
    heading = /^##+ (.*)$/.exec(line)?.[1] ?? heading;
    const command = /^ {4}((?:aws|curl) .*)$/.exec(line)?.[1];
    if (command !== undefined) found.set(heading, [...(found.get(heading) ?? []), command]);
  }
  return found;
}

/** As a shell splits them, for quotes as documents use them. */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));

export interface Place {
  readonly endpoint: string;
  readonly region: string;
  readonly api: string;
  readonly apiKey: string;
  /** What stands for `<Words>`. */
  readonly values: Readonly<Record<string, string>>;
}

/** @returns the answer. @throws whatever the service refuses with, or Error if the command is not understood */
// biome-ignore lint/suspicious/noExplicitAny: each command has its own answer.
export function runCommand(command: string, place: Place): Promise<any> {
  const words = wordsOf(command).map((word) => fill(word, place));
  return words[0] === 'aws' ? runAws(words.slice(1), place) : runCurl(words.slice(1));
}

function fill(word: string, { values, api, apiKey }: Place): string {
  return word
    .replaceAll('$API', api)
    .replaceAll('$KEY', apiKey)
    .replace(/<([A-Za-z]+)>/g, (placeholder, name: string) => {
      if (values[name] === undefined) throw new Error(`Nothing is known of ${placeholder}.`);
      return values[name];
    });
}

async function runAws([cliName = '', action = '', ...flags]: string[], { endpoint, region }: Place): Promise<object> {
  const [service, sdk, client] = SERVICES[cliName] ?? [];
  if (!service || !sdk || !client) throw new Error(`The tests do not know the service ${cliName}.`);
  const operation = pascal(action);
  const model = operationModel(service, operation);
  if (!model) throw new Error(`${cliName} has no operation ${action}.`);
  const { [client]: Client, [`${operation}Command`]: Command } = require(sdk) as Record<
    string,
    new (
      _: object,
    ) => never
  >;
  const credentials = { accessKeyId: '000000000000', secretAccessKey: 'test' };
  const connection = new Client!({ endpoint, region, credentials }) as {
    send(command: object): Promise<object>;
    destroy(): void;
  };
  try {
    return await connection.send(new Command!(inputOf(flags, model.input)));
  } finally {
    connection.destroy();
  }
}

const pascal = (kebab: string): string => kebab.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

function inputOf(flags: readonly string[], schema: NormalizedSchema): object {
  const members = Object.fromEntries(
    [...schema.structIterator()].map(([name, member]) => [name.toLowerCase(), [name, member] as const]),
  );
  const input: Record<string, unknown> = {};
  for (let index = 0; index < flags.length; ) {
    const flag = flags[index++]!;
    const [name, member] = members[(RENAMED[flag] ?? flag).replace(/^--/, '').replaceAll('-', '')] ?? [];
    if (!flag.startsWith('--') || !name || !member) throw new Error(`There is no option ${flag}.`);
    const given: string[] = [];
    while (index < flags.length && !flags[index]!.startsWith('--')) given.push(flags[index++]!);
    input[name] = memberOf(given, member);
  }
  return input;
}

function memberOf(given: readonly string[], schema: NormalizedSchema): unknown {
  if (schema.isBooleanSchema()) return true;
  if (schema.isListSchema()) return given.map((each) => memberOf([each], schema.getValueSchema()));
  const [text = ''] = given;
  if (schema.isNumericSchema()) return Number(text);
  if (schema.isTimestampSchema()) return new Date(text);
  // Name=…,Value=…
  if (schema.isStructSchema()) return Object.fromEntries(text.split(',').map((part) => part.split(/=(.*)/s)));
  return text;
}

async function runCurl(words: string[]): Promise<object> {
  const headers: [string, string][] = [];
  let [url, method, body] = ['', undefined as string | undefined, undefined as string | undefined];
  while (words.length > 0) {
    const word = words.shift()!;
    if (word === '-X') method = words.shift();
    else if (word === '-d') body = words.shift();
    else if (word === '-H')
      headers.push(
        words
          .shift()!
          .split(/: (.*)/s)
          .slice(0, 2) as [string, string],
      );
    else if (!word.startsWith('-')) url = word;
  }
  const answer = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers,
    ...(body && { body }),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as object;
}
