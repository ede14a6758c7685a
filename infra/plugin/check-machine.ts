import * as aslValidator from 'asl-validator';
import { type BuildProblem, jsonPointer } from './build-problem.ts';

interface ValidatorResult {
  readonly errors: readonly { readonly 'Error code': string; readonly Message: string; readonly path?: string }[];
}
type Validate = (definition: object, options: { checkPaths: boolean; checkArn: boolean }) => ValidatorResult;
type Path = readonly (string | number)[];
type States = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const PLACEHOLDER = /\$\{([A-Za-z0-9_]+)\}/g;

/**
 * The mistakes of a state machine that can be seen without running it.
 * @param file path for messages
 * @param definition the parsed ASL, placeholders in place
 * @param substitutions names in `DefinitionSubstitutions`; absent: the machine has none
 */
export function checkMachine(file: string, definition: object, substitutions: readonly string[] = []): BuildProblem[] {
  const problem = (path: Path, message: string): BuildProblem => ({ file, place: jsonPointer(path), message });
  return [
    ...findLostTargets(definition).map(({ path, message }) => problem(path, message)),
    ...findPlaceholderMistakes(definition, substitutions).map(({ path, message }) => problem(path, message)),
    ...lint(definition).map((message) => problem([], message)),
  ];
}

/** Every StartAt, Next and Default names a state beside it: the linter looks for the name in the whole file only. */
function findLostTargets(definition: object): { path: Path; message: string }[] {
  const lost: { path: Path; message: string }[] = [];
  for (const [path, scope] of objectsIn(definition)) {
    if (!isObject(scope.States)) continue;
    const states = scope.States as States;
    const targets: [Path, unknown][] = [[[...path, 'StartAt'], scope.StartAt]];
    for (const [name, state] of Object.entries(states)) {
      const at = [...path, 'States', name];
      targets.push([[...at, 'Next'], state.Next], [[...at, 'Default'], state.Default]);
      for (const list of ['Choices', 'Catch']) {
        const rules = Array.isArray(state[list]) ? (state[list] as { Next?: unknown }[]) : [];
        rules.forEach((rule, index) => {
          targets.push([[...at, list, index, 'Next'], rule.Next]);
        });
      }
    }
    for (const [at, target] of targets) {
      if (typeof target !== 'string' || Object.hasOwn(states, target)) continue;
      lost.push({ path: at, message: `there is no state "${target}" here; it has ${quoted(Object.keys(states))}` });
    }
  }
  return lost;
}

/** Every `${Name}` has a substitution and every substitution is used. */
function findPlaceholderMistakes(
  definition: object,
  substitutions: readonly string[],
): { path: Path; message: string }[] {
  const used = new Set<string>();
  const mistakes: { path: Path; message: string }[] = [];
  for (const [path, text] of stringsIn(definition)) {
    for (const [whole, name] of text.matchAll(PLACEHOLDER)) {
      used.add(name!);
      if (substitutions.includes(name!)) continue;
      mistakes.push({ path, message: `${whole} has no value: add ${name} to the machine's DefinitionSubstitutions` });
    }
  }
  for (const name of substitutions.filter((each) => !used.has(each))) {
    mistakes.push({ path: [], message: `the substitution ${name} is not used: no \${${name}} is in the definition` });
  }
  return mistakes;
}

function lint(definition: object): string[] {
  // The linter wants ARNs where placeholders stand, and writes into what it is given.
  const sample = JSON.stringify(definition).replaceAll(
    PLACEHOLDER,
    'arn:aws:states:us-east-1:123456789012:activity:$1',
  );
  const validate = ((aslValidator as { default?: unknown }).default ?? aslValidator) as Validate;
  return validate(JSON.parse(sample), { checkPaths: true, checkArn: true }).errors.map((error) =>
    [error['Error code'], error.Message, error.path].filter(Boolean).join(' '),
  );
}

function* objectsIn(value: unknown, path: Path = []): Generator<[Path, Readonly<Record<string, unknown>>]> {
  if (isObject(value)) yield [path, value];
  for (const [key, member] of membersOf(value)) yield* objectsIn(member, [...path, key]);
}

function* stringsIn(value: unknown, path: Path = []): Generator<[Path, string]> {
  if (typeof value === 'string') yield [path, value];
  for (const [key, member] of membersOf(value)) yield* stringsIn(member, [...path, key]);
}

function membersOf(value: unknown): Iterable<[string | number, unknown]> {
  if (Array.isArray(value)) return value.entries();
  return isObject(value) ? Object.entries(value) : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
