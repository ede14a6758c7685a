import type { TemplateProblem } from './problem.ts';
import { TemplateError } from './problem.ts';
import type { Parameter, Template, Value } from './template.ts';

export type ParameterValues = ReadonlyMap<string, Value>;

const LIST = /^(CommaDelimitedList|List<.+>)$/;
const STORED = /^AWS::SSM::/;

/**
 * @param overrides values given at start; they win over the defaults
 * @throws TemplateError naming every parameter that has no value, a value that is not allowed, or that does not exist
 */
export function parameterValues(template: Template, overrides: Readonly<Record<string, string>>): ParameterValues {
  const problems: TemplateProblem[] = [];
  const values = new Map<string, Value>();
  for (const name of Object.keys(overrides)) {
    if (!template.parameters.has(name))
      problems.push({ location: `Parameters.${name}`, message: 'the template has no such parameter' });
  }
  for (const [name, parameter] of template.parameters) {
    const value = overrides[name] ?? (STORED.test(parameter.type) ? undefined : parameter.default);
    const problem =
      value === undefined ? `${missing(parameter)}; give one with --parameter ${name}=…` : fault(parameter, value);
    if (problem) problems.push({ location: `Parameters.${name}`, message: problem });
    else values.set(name, convert(parameter, value!));
  }
  if (problems.length > 0) throw new TemplateError(problems);
  return values;
}

const missing = ({ type }: Parameter): string =>
  STORED.test(type) ? `the type ${type} needs a parameter store, which there is not here` : 'has no value';

function fault({ type, allowedValues, allowedPattern }: Parameter, value: string | number): string | undefined {
  if (type === 'Number' && Number.isNaN(Number(value))) return `${JSON.stringify(value)} is not a number`;
  if (allowedValues && !allowedValues.some((allowed) => String(allowed) === String(value)))
    return `${JSON.stringify(value)} is not one of ${JSON.stringify(allowedValues)}`;
  if (allowedPattern !== undefined && !new RegExp(`^(?:${allowedPattern})$`).test(String(value)))
    return `${JSON.stringify(value)} does not match ${allowedPattern}`;
  return undefined;
}

/** Ref of a list parameter gives a list, of everything else text. */
function convert({ type }: Parameter, value: string | number): Value {
  if (!LIST.test(type)) return String(value);
  return String(value)
    .split(',')
    .map((item) => item.trim());
}
