/** Something in the sources that must be put right before the service can be packaged. */
export interface BuildProblem {
  /** Path from the service folder: `statemachines/sign-off.asl.json`. */
  readonly file: string;
  /** Where in the file: a JSON pointer, a route, or a resource. Empty: the file as a whole. */
  readonly place: string;
  /** What is wrong, and what would be right. */
  readonly message: string;
}

/** One line per problem, `file place: message`, under a heading that counts them. */
export function describeProblems(problems: readonly BuildProblem[]): string {
  const lines = problems.map(({ file, place, message }) => `  ${place === '' ? file : `${file} ${place}`}: ${message}`);
  return [
    `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} found; nothing was packaged`,
    ...lines,
  ].join('\n');
}

/** RFC 6901. */
export function jsonPointer(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
