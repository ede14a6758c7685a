import process from 'node:process';
import type { ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { optionsFrom, UsageError } from '../local/cloud/command-line.ts';

type Values<T extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: T; strict: true; allowPositionals: false }>
>['values'];

/**
 * What a script of package.json is asked for on its command line. `--help` prints the usage; what is not understood is said
 * in one line, with exit code 2.
 * @param check takes the values as they are wanted from the texts that were given; it throws UsageError
 */
export function scriptOptions<T extends ParseArgsOptionsConfig, R>(
  script: { readonly name: string; readonly usage: string; readonly options: T },
  check: (values: Values<T>) => R,
): R {
  try {
    const options: ParseArgsOptionsConfig = { ...script.options, help: { type: 'boolean', short: 'h' } };
    const { help, ...values } = optionsFrom(process.argv.slice(2), options);
    if (!help) return check(values as Values<T>);
    process.stdout.write(`${script.usage}\n`);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message} All options: npm run ${script.name} -- --help\n`);
    process.exit(2);
  }
}

/** For scripts that are asked for nothing. */
export function noOptions(name: string): void {
  scriptOptions({ name, usage: `npm run ${name} takes no options.`, options: {} }, () => {});
}

/** @throws UsageError */
export function numberOption(
  name: string,
  text: string,
  { least, isWhole = true }: { least: number; isWhole?: boolean },
): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && (isWhole ? Number.isSafeInteger(value) : Number.isFinite(value)))
    return value;
  throw new UsageError(
    `--${name} has to be a ${isWhole ? 'whole ' : ''}number of at least ${least}, not ${JSON.stringify(text)}.`,
  );
}
