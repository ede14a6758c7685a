import type { TemplateProblem } from './problem.ts';
import { TemplateError } from './problem.ts';

/** A value of a template: JSON whose objects with one `Ref` or `Fn::…` key are functions. */
export type Value = null | boolean | number | string | readonly Value[] | ValueObject;
export interface ValueObject {
  readonly [key: string]: Value;
}

export interface Template {
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly mappings: ValueObject;
  readonly conditions: ReadonlyMap<string, Value>;
  readonly resources: ReadonlyMap<string, TemplateResource>;
  readonly outputs: ReadonlyMap<string, Output>;
}

export interface Parameter {
  readonly type: string;
  readonly default?: string | number;
  readonly allowedValues?: readonly Value[];
  readonly allowedPattern?: string;
}

export interface TemplateResource {
  readonly type: string;
  readonly properties: ValueObject;
  readonly condition?: string;
  readonly dependsOn: readonly string[];
  /** What becomes of it when it leaves the stack, and when another takes its place: `Delete` unless the template says `Retain`. */
  readonly deletionPolicy?: string;
  readonly updateReplacePolicy?: string;
}

export interface Output {
  readonly value: Value;
  readonly condition?: string;
  readonly description?: string;
  /** The name under which other stacks find it. */
  readonly exportName?: Value;
}

export const isObject = (value: unknown): value is ValueObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const SECTIONS = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Resources',
  'Outputs',
]);

// Of these, UpdatePolicy, CreationPolicy and Metadata change nothing on one machine.
const ATTRIBUTES = new Set([
  'Type',
  'Properties',
  'Condition',
  'DependsOn',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'UpdatePolicy',
  'CreationPolicy',
  'Metadata',
]);

/**
 * @param text a CloudFormation template in JSON
 * @param name for messages: the file
 * @throws TemplateError
 */
export function parseTemplate(text: string, name = 'template'): Template {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new TemplateError([{ location: name, message: `not JSON (${(error as Error).message})` }]);
  }
  if (!isObject(document)) throw new TemplateError([{ location: name, message: 'not a JSON object' }]);
  const reader = new Reader(document);
  const template: Template = {
    parameters: reader.map('Parameters', readParameter),
    mappings: reader.section('Mappings'),
    conditions: new Map(Object.entries(reader.section('Conditions'))),
    resources: reader.map('Resources', readResource),
    outputs: reader.map('Outputs', readOutput),
  };
  if (template.resources.size === 0) reader.problems.push({ location: 'Resources', message: 'there are none' });
  if (reader.problems.length > 0) throw new TemplateError(reader.problems);
  return template;
}

class Reader {
  readonly problems: TemplateProblem[] = [];
  readonly #document: ValueObject;

  constructor(document: ValueObject) {
    this.#document = document;
    for (const name of Object.keys(document)) {
      if (!SECTIONS.has(name)) this.problems.push({ location: name, message: 'this section is not supported' });
    }
  }

  section(name: string): ValueObject {
    const section = this.#document[name] ?? {};
    if (isObject(section)) return section;
    this.problems.push({ location: name, message: 'not an object' });
    return {};
  }

  map<T>(name: string, read: (item: ValueObject, location: string, problems: TemplateProblem[]) => T): Map<string, T> {
    const result = new Map<string, T>();
    for (const [key, item] of Object.entries(this.section(name))) {
      const location = `${name}.${key}`;
      if (isObject(item)) result.set(key, read(item, location, this.problems));
      else this.problems.push({ location, message: 'not an object' });
    }
    return result;
  }
}

function readParameter(item: ValueObject): Parameter {
  const { Type, Default, AllowedValues, AllowedPattern } = item;
  return {
    type: String(Type),
    ...((typeof Default === 'string' || typeof Default === 'number') && { default: Default }),
    ...(Array.isArray(AllowedValues) && { allowedValues: AllowedValues }),
    ...(typeof AllowedPattern === 'string' && { allowedPattern: AllowedPattern }),
  };
}

function readResource(item: ValueObject, location: string, problems: TemplateProblem[]): TemplateResource {
  for (const name of Object.keys(item)) {
    if (!ATTRIBUTES.has(name))
      problems.push({ location: `${location}.${name}`, message: 'this attribute is not supported' });
  }
  const { Type, Properties = {}, Condition, DependsOn = [], DeletionPolicy, UpdateReplacePolicy } = item;
  if (typeof Type !== 'string') problems.push({ location: `${location}.Type`, message: 'is missing' });
  if (!isObject(Properties)) problems.push({ location: `${location}.Properties`, message: 'not an object' });
  return {
    type: String(Type),
    properties: isObject(Properties) ? Properties : {},
    ...(typeof Condition === 'string' && { condition: Condition }),
    dependsOn: [DependsOn].flat().map(String),
    ...(typeof DeletionPolicy === 'string' && { deletionPolicy: DeletionPolicy }),
    ...(typeof UpdateReplacePolicy === 'string' && { updateReplacePolicy: UpdateReplacePolicy }),
  };
}

function readOutput(item: ValueObject): Output {
  const { Value: value = null, Condition: condition, Description: description, Export: exported } = item;
  return {
    value,
    ...(typeof condition === 'string' && { condition }),
    ...(typeof description === 'string' && { description }),
    ...(isObject(exported) && exported.Name !== undefined && { exportName: exported.Name }),
  };
}
