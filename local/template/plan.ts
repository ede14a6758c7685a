import type { ResourceIdentity, ResourceType } from '../aws/service.ts';
import type { Lookup } from './functions.ts';
import { resolve } from './functions.ts';
import { creationOrder, needsOf, references } from './order.ts';
import { parameterValues } from './parameters.ts';
import type { TemplateProblem } from './problem.ts';
import { refuse, TemplateError } from './problem.ts';
import type { Template, TemplateResource, Value } from './template.ts';

export interface PlanOptions {
  /** By CloudFormation type: `AWS::SQS::Queue`. */
  readonly resourceTypes: ReadonlyMap<string, ResourceType>;
  readonly stackName: string;
  /** Absent: one that is made of the stack's name. */
  readonly stackId?: string;
  readonly account: string;
  readonly region: string;
  /** Values of the template's parameters, beside their defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Sees every text of a resource and of the outputs once its references are resolved: maps URLs of AWS to local ones. */
  readonly rewriteText?: (text: string) => string;
}

export interface StackOutput {
  readonly name: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

/** What a template makes, step by step: each resource after what it needs. */
export interface Plan {
  /** The resources whose conditions hold, in an order in which each comes after what it needs. */
  readonly steps: ReadonlyMap<string, TemplateResource>;
  /** Which other resources one refers to or depends on. */
  needs(logicalId: string): ReadonlySet<string>;
  /** Its properties with everything resolved; what it needs must have been noted. @throws TemplateError */
  properties(logicalId: string): Readonly<Record<string, unknown>>;
  /** Says what a resource has become. */
  note(logicalId: string, identity: ResourceIdentity): void;
  /** Once every resource is noted. @throws TemplateError */
  outputs(): StackOutput[];
}

/** @throws TemplateError naming every resource type, property, parameter and reference that there is not here */
export function planTemplate(template: Template, options: PlanOptions): Plan {
  const known = new Map<string, ResourceIdentity>();
  const { lookup, applies } = createScope(template, options, known);
  const wanted = new Map(
    [...template.resources].filter(([id, { condition }]) => applies(condition, `Resources.${id}`)),
  );
  const problems = [...wanted].flatMap(([id, resource]) => [
    ...unsupported(id, resource, options.resourceTypes),
    ...unresolvable(id, resource, template, wanted, lookup),
  ]);
  if (problems.length > 0) throw new TemplateError(problems);
  const condition = (name: string) => lookup.condition(name, 'Resources');
  const order = creationOrder(wanted, condition);
  const needs = needsOf(wanted, condition);

  return {
    steps: new Map(order.map((id) => [id, wanted.get(id)!])),
    needs: (id) => needs.get(id) ?? new Set(),
    properties(id) {
      const resolved = resolve(wanted.get(id)!.properties, lookup, `Resources.${id}.Properties`) ?? {};
      return rewriteTexts(resolved, options.rewriteText) as Readonly<Record<string, unknown>>;
    },
    note: (id, identity) => void known.set(id, identity),
    outputs: () => outputsOf(template, lookup, applies, options.rewriteText),
  };
}

interface Scope {
  readonly lookup: Lookup;
  applies(condition: string | undefined, location: string): boolean;
}

function createScope(template: Template, options: PlanOptions, known: ReadonlyMap<string, ResourceIdentity>): Scope {
  const parameters = parameterValues(template, options.parameters ?? {});
  const pseudo = pseudoParameters(options);
  const conditions = new Map<string, boolean | undefined>();
  const lookup: Lookup = {
    value: (name) => parameters.get(name) ?? pseudo[name],
    resource: (logicalId) => known.get(logicalId),
    mappings: template.mappings,
    condition(name, location) {
      const definition = template.conditions.get(name);
      if (definition === undefined) return refuse(location, `there is no condition ${name}`);
      if (!conditions.has(name)) {
        conditions.set(name, undefined); // so that a condition that needs itself ends below
        conditions.set(name, resolve(definition, lookup, `Conditions.${name}`) === true);
      }
      return conditions.get(name) ?? refuse(`Conditions.${name}`, 'depends on itself');
    },
  };
  return { lookup, applies: (name, location) => name === undefined || lookup.condition(name, location) };
}

function pseudoParameters({ account, region, stackName, stackId }: PlanOptions): Readonly<Record<string, Value>> {
  return {
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': stackId ?? `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/local`,
    'AWS::NotificationARNs': [],
  };
}

function unsupported(
  id: string,
  { type, properties }: TemplateResource,
  types: ReadonlyMap<string, ResourceType>,
): TemplateProblem[] {
  const resourceType = types.get(type);
  if (!resourceType) return [{ location: `Resources.${id}`, message: `the resource type ${type} is not supported` }];
  const known = new Set([...resourceType.supported, ...(resourceType.accepted ?? [])]);
  return Object.keys(properties)
    .filter((property) => !known.has(property))
    .map((property) => ({
      location: `Resources.${id}.Properties.${property}`,
      message: `the property ${property} of ${type} is not supported`,
    }));
}

function unresolvable(
  id: string,
  { properties, dependsOn }: TemplateResource,
  template: Template,
  wanted: ReadonlyMap<string, TemplateResource>,
  lookup: Lookup,
): TemplateProblem[] {
  const location = `Resources.${id}`;
  const names = references(properties, (name) => lookup.condition(name, location), location);
  const missing = [...names].filter(
    (name) => name !== 'AWS::NoValue' && lookup.value(name) === undefined && !wanted.has(name),
  );
  return [...missing, ...dependsOn.filter((name) => !template.resources.has(name))].map((name) => ({
    location,
    message: template.resources.has(name)
      ? `refers to ${name}, whose condition is false`
      : `refers to ${name}, which is neither a parameter nor a resource`,
  }));
}

function outputsOf(
  template: Template,
  lookup: Lookup,
  applies: Scope['applies'],
  rewrite: PlanOptions['rewriteText'],
): StackOutput[] {
  const text = (value: Value, location: string): string =>
    String(rewriteTexts(resolve(value, lookup, location) ?? '', rewrite));
  return [...template.outputs].flatMap(([name, { value, condition, description, exportName }]) => {
    const location = `Outputs.${name}`;
    if (!applies(condition, location)) return [];
    return [
      {
        name,
        value: text(value, location),
        ...(description !== undefined && { description }),
        ...(exportName !== undefined && { exportName: text(exportName, `${location}.Export.Name`) }),
      },
    ];
  });
}

function rewriteTexts(value: Value, rewrite: ((text: string) => string) | undefined): Value {
  if (!rewrite) return value;
  if (typeof value === 'string') return rewrite(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Value[]).map((item) => rewriteTexts(item, rewrite));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewriteTexts(item, rewrite)]));
}
