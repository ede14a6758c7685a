import type { ResourceIdentity } from '../aws/service.ts';
import { refuse } from './problem.ts';
import type { Value, ValueObject } from './template.ts';
import { isObject } from './template.ts';

/** What the functions of a template can look up. */
export interface Lookup {
  /** Parameters and pseudo parameters. `undefined`: there is none of this name. */
  value(name: string): Value | undefined;
  /** A resource that exists already. */
  resource(logicalId: string): ResourceIdentity | undefined;
  condition(name: string, location: string): boolean;
  readonly mappings: ValueObject;
}

/** `AWS::NoValue`: what holds it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');
type Resolved = Value | typeof NO_VALUE;

/**
 * Replaces every function in a value by what it gives.
 * @param location for messages: where the value stands in the template
 * @returns undefined if it is `AWS::NoValue`
 * @throws TemplateError if something cannot be resolved or is not supported, naming it
 */
export function resolve(value: Value, lookup: Lookup, location: string): Value | undefined {
  const resolved = evaluate(value, lookup, location);
  return resolved === NO_VALUE ? undefined : resolved;
}

/** @returns the function's name and argument if the value is one */
export function asFunction(value: Value): [name: string, argument: Value] | undefined {
  if (!isObject(value)) return undefined;
  const keys = Object.keys(value);
  const name = keys[0];
  if (keys.length !== 1 || name === undefined || !(name === 'Ref' || name === 'Condition' || name.startsWith('Fn::')))
    return undefined;
  // `Condition` is a function only with a name; as a key of a policy statement it holds an object.
  if (name === 'Condition' && typeof value[name] !== 'string') return undefined;
  return [name, value[name]!];
}

function evaluate(value: Value, lookup: Lookup, location: string): Resolved {
  if (typeof value === 'string') return refuseDynamicReference(value, location);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return (value as readonly Value[])
      .map((item, index) => evaluate(item, lookup, `${location}[${index}]`))
      .filter(isPresent);
  }
  const call = asFunction(value);
  if (call) return apply(call[0], call[1], lookup, `${location}.${call[0]}`);
  const result: Record<string, Value> = {};
  for (const [key, item] of Object.entries(value)) {
    const resolved = evaluate(item, lookup, `${location}.${key}`);
    if (resolved !== NO_VALUE) result[key] = resolved;
  }
  return result;
}

const isPresent = (value: Resolved): value is Value => value !== NO_VALUE;

function refuseDynamicReference(text: string, location: string): string {
  const [reference] = /\{\{resolve:[^}]*\}\}/.exec(text) ?? [];
  return reference ? refuse(location, `the dynamic reference ${reference} is not supported`) : text;
}

type Fn = (argument: Value, lookup: Lookup, location: string) => Resolved;

const FUNCTIONS: Readonly<Record<string, Fn>> = {
  Ref: (argument, lookup, location) => reference(text(argument, location), lookup, location),
  'Fn::GetAtt': (argument, lookup, location) => {
    const [logicalId, attribute] = attributePath(argument, location);
    return attributeOf(logicalId, text(evaluate(attribute, lookup, location), location), lookup, location);
  },
  'Fn::Sub': substitute,
  'Fn::Join': (argument, lookup, location) => {
    const [separator, items] = list(argument, 2, location);
    const parts = list(evaluate(items!, lookup, location), undefined, location);
    return parts.map((part) => text(part, location)).join(text(separator!, location));
  },
  'Fn::Split': (argument, lookup, location) => {
    const [separator, source] = list(argument, 2, location);
    return text(evaluate(source!, lookup, location), location).split(text(separator!, location));
  },
  'Fn::Select': (argument, lookup, location) => {
    const [index, items] = list(argument, 2, location).map((item) => evaluate(item, lookup, location));
    const choices = list(items!, undefined, location);
    return choices[Number(index)] ?? refuse(location, `there is no item ${String(index)} among ${choices.length}`);
  },
  'Fn::FindInMap': (argument, lookup, location) => {
    const names = list(argument, 3, location).map((item) => text(evaluate(item, lookup, location), location));
    let found: Value | undefined = lookup.mappings;
    for (const name of names) found = isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
    return found ?? refuse(location, `there is no ${names.join('.')} in Mappings`);
  },
  'Fn::Base64': (argument, lookup, location) =>
    Buffer.from(text(evaluate(argument, lookup, location), location)).toString('base64'),
  'Fn::If': (argument, lookup, location) => {
    const [name, yes, no] = list(argument, 3, location);
    return evaluate(lookup.condition(text(name!, location), location) ? yes! : no!, lookup, location);
  },
  Condition: (argument, lookup, location) => lookup.condition(text(argument, location), location),
  'Fn::Equals': (argument, lookup, location) => {
    const [left, right] = list(argument, 2, location).map((item) => evaluate(item, lookup, location));
    // CloudFormation compares as text: the number 1 equals "1".
    return comparable(left!) === comparable(right!);
  },
  'Fn::Not': (argument, lookup, location) => !truth(list(argument, 1, location)[0]!, lookup, location),
  'Fn::And': (argument, lookup, location) =>
    list(argument, undefined, location).every((item) => truth(item, lookup, location)),
  'Fn::Or': (argument, lookup, location) =>
    list(argument, undefined, location).some((item) => truth(item, lookup, location)),
};

function apply(name: string, argument: Value, lookup: Lookup, location: string): Resolved {
  const fn = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  return fn ? fn(argument, lookup, location) : refuse(location, `the function ${name} is not supported`);
}

const comparable = (value: Resolved): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value === NO_VALUE ? '' : value);

function truth(value: Value, lookup: Lookup, location: string): boolean {
  const result = evaluate(value, lookup, location);
  return (
    result === true ||
    result === 'true' ||
    (result !== false && result !== 'false' && refuse(location, 'not a condition'))
  );
}

function reference(name: string, lookup: Lookup, location: string): Resolved {
  if (name === 'AWS::NoValue') return NO_VALUE;
  return (
    lookup.value(name) ?? lookup.resource(name)?.ref ?? refuse(location, `there is no parameter or resource ${name}`)
  );
}

function attributeOf(logicalId: string, attribute: string, lookup: Lookup, location: string): string {
  const resource = lookup.resource(logicalId) ?? refuse(location, `there is no resource ${logicalId}`);
  if (Object.hasOwn(resource.attributes, attribute)) return resource.attributes[attribute]!;
  return refuse(location, `the attribute ${attribute} of ${logicalId} is not supported`);
}

/** `["Orders", "Arn"]` or `"Orders.Arn"`. */
export function attributePath(argument: Value, location: string): [logicalId: string, attribute: Value] {
  if (typeof argument === 'string' && argument.includes('.')) {
    const dot = argument.indexOf('.');
    return [argument.slice(0, dot), argument.slice(dot + 1)];
  }
  const [logicalId, attribute] = list(argument, 2, location);
  return [text(logicalId!, location), attribute!];
}

/** `${Name}`, `${Resource.Attribute}` and, for a literal `${`, `${!`. */
export const VARIABLE = /\$\{(!?)([^}]*)\}/g;

/** The text of a Fn::Sub and its own variables. */
export function substitution(argument: Value, location: string): [template: string, variables: ValueObject] {
  if (typeof argument === 'string') return [argument, {}];
  const [template, variables] = list(argument, 2, location);
  return [
    text(template!, location),
    isObject(variables!) ? variables : refuse(location, 'the variables are not an object'),
  ];
}

function substitute(argument: Value, lookup: Lookup, location: string): string {
  const [template, variables] = substitution(argument, location);
  return template.replace(VARIABLE, (_whole, literal: string, inside: string) => {
    if (literal) return `\${${inside}}`;
    const name = inside.trim();
    if (Object.hasOwn(variables, name)) return text(evaluate(variables[name]!, lookup, location), location);
    const dot = name.indexOf('.');
    return dot < 0
      ? text(reference(name, lookup, location), location)
      : attributeOf(name.slice(0, dot), name.slice(dot + 1), lookup, location);
  });
}

function text(value: Resolved, location: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return refuse(location, `text is needed here, not ${value === NO_VALUE ? 'AWS::NoValue' : JSON.stringify(value)}`);
}

function list(value: Resolved, length: number | undefined, location: string): readonly Value[] {
  if (!Array.isArray(value)) return refuse(location, 'a list is needed here');
  const items = value as readonly Value[];
  if (length !== undefined && items.length !== length) return refuse(location, `a list of ${length} is needed here`);
  return items;
}
