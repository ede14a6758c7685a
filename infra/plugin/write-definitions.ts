import { type BuildProblem, jsonPointer } from './build-problem.ts';
import type { CloudFormationTemplate } from './serverless-host.ts';

/**
 * Puts the definitions of state machines into the template as text. As JSON they would lose every `null` in them, which is a
 * value in ASL: CloudFormation refuses null, and Serverless removes it silently before. What DefinitionSubstitutions has for
 * the names in `${…}` is filled in by CloudFormation's own Fn::Sub, which means the same and is known wherever templates are.
 */
export function writeDefinitions(template: CloudFormationTemplate): void {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::StepFunctions::StateMachine' || Properties?.Definition === undefined) continue;
    const text = JSON.stringify(Properties.Definition);
    const { DefinitionSubstitutions: values } = Properties;
    Properties.DefinitionString = values === undefined ? text : { 'Fn::Sub': [text, values] };
    delete Properties.Definition;
    delete Properties.DefinitionSubstitutions;
  }
}

/** Every other null, which would be removed silently. */
export function findNulls(template: CloudFormationTemplate): BuildProblem[] {
  return [...nullsIn(template.Resources)].map((path) => ({
    file: 'CloudFormation template',
    place: jsonPointer(['Resources', ...path]),
    message: 'CloudFormation takes no null',
  }));
}

function* nullsIn(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (value === null) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) yield* nullsIn(member, [...path, key]);
}
