import process from 'node:process';
import { type Cloud, type CloudOptions, startCloud } from '../cloud.ts';
import { recordGrants } from '../iam/grant-usage.ts';
import { TemplateError } from '../template/problem.ts';
import type { CommandLine } from './command-line.ts';
import { StartError } from './start-error.ts';

export interface RunOptions extends Omit<CommandLine, 'help' | 'parameters'> {
  readonly parameters: NonNullable<CloudOptions['parameters']>;
  /** What a person reads once it is ready. Absent: the URLs. */
  readonly console?: CloudOptions['console'];
  readonly welcome?: (cloud: Cloud) => Promise<string> | string;
}

/** Runs a cloud until the process is told to end. What cannot be started is said in one line, with exit code 1. */
export async function runCloud(options: RunOptions): Promise<void> {
  const { packageFolder, dataFolder, imagesFolder, region, json } = options;
  let cloud: Cloud;
  try {
    cloud = await startCloud({
      ports: { http: options.httpPort, aws: options.awsPort },
      parameters: options.parameters,
      report,
      ...(packageFolder !== undefined && { packageFolder }),
      ...(dataFolder !== undefined && { dataFolder }),
      ...(imagesFolder !== undefined && { imagesFolder }),
      ...(region !== undefined && { region }),
      ...(options.console && { console: options.console }),
      // For scripts/iam-unused.ts.
      ...(process.env.IAM_USAGE && { onGrantUsed: recordGrants(process.env.IAM_USAGE) }),
    });
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    fail(error);
    return;
  }
  endWithSignals(cloud);
  const welcome = await (options.welcome ?? urlsOf)(cloud);
  const { urls, outputs } = cloud;
  process.stdout.write(json ? `${JSON.stringify({ ...urls, region: cloud.region, outputs })}\n` : `${welcome}\n`);
}

export const urlsOf = ({ urls, region }: Cloud): string =>
  [
    `API           ${urls.api}`,
    `AWS endpoint  ${urls.aws}  (region ${region})`,
    `Console       ${urls.console}`,
    `Mailbox       ${urls.mailbox}`,
    `Tokens        ${urls.issuer}`,
  ].join('\n');

function fail(error: StartError): void {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Mistakes of this cloud are for its developers, on the error stream; it goes on. */
function report(error: unknown, what: string): void {
  const text =
    error instanceof TemplateError || !(error instanceof Error) ? String(error) : (error.stack ?? error.message);
  process.stderr.write(`${what}: ${text}\n`);
}

function endWithSignals(cloud: Cloud): void {
  let ending = false;
  const end = (): void => {
    // Asked twice: at once. Nothing is lost, as with kill -9.
    if (ending) process.exit(1);
    ending = true;
    void cloud.close().then(() => process.exit(0));
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}
