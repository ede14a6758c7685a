import type { Properties } from './properties.ts';

const PLACEHOLDER = /\$\{([^${}]+)\}/g;

/**
 * The definition of an AWS::StepFunctions::StateMachine, with its DefinitionSubstitutions made.
 * @throws Error if there is not exactly one definition, or a placeholder without substitution
 */
export function definitionText(properties: Properties): string {
  const given = ['Definition', 'DefinitionString', 'DefinitionS3Location'].filter(
    (name) => properties.raw(name) !== undefined,
  );
  if (given.length !== 1)
    properties.fail('there must be exactly one of Definition, DefinitionString and DefinitionS3Location');
  if (given[0] === 'DefinitionS3Location')
    properties.fail('DefinitionS3Location is not supported: put the definition into Definition');
  const text = properties.text('DefinitionString') ?? JSON.stringify(properties.raw('Definition'));
  const substitutions = properties.object('DefinitionSubstitutions');
  const missing = new Set<string>();
  const result = text.replace(PLACEHOLDER, (placeholder, name: string) => {
    const value = substitutions?.raw(name);
    if (typeof value === 'string') return inJsonText(value);
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    missing.add(placeholder);
    return placeholder;
  });
  if (missing.size > 0) properties.fail(`the definition has no substitution for ${[...missing].join(', ')}`);
  return result;
}

/** A placeholder stands inside a string of the definition: quotes and the like have to be escaped. */
const inJsonText = (value: string): string => JSON.stringify(value).slice(1, -1);
