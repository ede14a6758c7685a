import type { AwsCall } from './api.ts';

const CLI_NAMES: Readonly<Record<string, string>> = { states: 'stepfunctions' };

/** Options of which the AWS CLI has one of the same name for something else. */
const RENAMED: Readonly<Record<string, string>> = { 'SendTaskSuccess output': 'task-output' };

/** The same call as a line for a shell. @param endpointUrl of this cloud, for the AWS CLI */
export function cliCommand({ service, operation, input }: AwsCall, endpointUrl: string, region: string): string {
  const options = Object.entries(input).flatMap(([name, value]) =>
    value === undefined
      ? []
      : option(
          RENAMED[`${operation} ${name}`] ?? kebab(name),
          typeof value === 'string' ? value : JSON.stringify(value),
        ),
  );
  const place = ['--endpoint-url', quote(endpointUrl), '--region', quote(region)];
  return ['aws', CLI_NAMES[service] ?? service, kebab(operation), ...options, ...place].join(' ');
}

/** A value such as `-x` would be taken for an option of its own. */
const option = (name: string, value: string): string =>
  value.startsWith('-') ? `--${name}=${quote(value)}` : `--${name} ${quote(value)}`;

/** `StartExecution` and `stateMachineArn` as the AWS CLI spells them. */
export const kebab = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();

/** For POSIX shells: nothing in it means anything. */
export const quote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
