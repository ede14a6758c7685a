import type { StepConfig } from './cluster-record.ts';

export type StepCommand =
  | { readonly type: 'script'; readonly location: string; readonly words: readonly string[] }
  | { readonly type: 'unsupported'; readonly message: string };

/**
 * What a step runs. `spark-submit` runs its script as a plain program, so the options before it (deploy mode, memory,
 * configuration of Spark) have no meaning.
 */
export function stepCommand({ HadoopJarStep: { Jar, Args = [] } }: StepConfig): StepCommand {
  const unsupported = (what: string): StepCommand => ({
    type: 'unsupported',
    message: `This local cloud runs command-runner.jar with spark-submit and a script in S3, not ${what}`,
  });
  if (!/(?:^|\/)command-runner\.jar$/.test(Jar)) return unsupported(Jar);
  if (Args[0] !== 'spark-submit') return unsupported(Args.join(' ') || 'nothing');
  const position = Args.findIndex((word) => word.startsWith('s3://') && !isOptionValue(Args, word));
  if (position < 0) return unsupported(`${Args.join(' ')}, which has none`);
  return { type: 'script', location: Args[position]!, words: Args.slice(position + 1) };
}

/** Options that name further files, which are not the script. */
const FILE_OPTIONS = ['--jars', '--py-files', '--files', '--archives', '--properties-file'];

const isOptionValue = (words: readonly string[], word: string): boolean =>
  FILE_OPTIONS.includes(words[words.indexOf(word) - 1] ?? '');
