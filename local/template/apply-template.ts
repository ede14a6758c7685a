import type { ResourceIdentity, ResourceType } from '../aws/service.ts';
import { ServiceError } from '../aws/service.ts';
import type { Lookup } from './functions.ts';
import { resolve } from './functions.ts';
import { creationOrder, references } from './order.ts';
import { parameterValues } from './parameters.ts';
import type { TemplateProblem } from './problem.ts';
import { refuse, TemplateError } from './problem.ts';
import type { Template, TemplateResource, Value } from './template.ts';

export interface ApplyOptions {
  /** By CloudFormation type: `AWS::SQS::Queue`. */
  readonly resourceTypes: ReadonlyMap<string, ResourceType>;
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  /** The folder with the packaged artefacts. */
  readonly packageFolder: string;
  /** Values of the template's parameters, beside their defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Sees every text of a resource and of the outputs once its references are resolved: maps URLs of AWS to local ones. */
  readonly rewriteText?: (text: string) => string;
}

export interface AppliedResource extends ResourceIdentity {
  readonly logicalId: string;
  readonly type: string;
}

export interface AppliedStack {
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: ReadonlyMap<string, AppliedResource>;
}

/**
 * Creates everything that a template describes, each thing after what it needs.
 * @throws TemplateError naming every resource type, property and reference that there is not here, before anything is created
 */
export async function applyTemplate(template: Template, options: ApplyOptions): Promise<AppliedStack> {
  const scope = createScope(template, options);
  const wanted = new Map(
    [...template.resources].filter(([id, { condition }]) => scope.applies(condition, `Resources.${id}`)),
  );
  const problems = [...wanted].flatMap(([id, resource]) => [
    ...unsupported(id, resource, options.resourceTypes),
    ...unresolvable(id, resource, template, wanted, scope),
  ]);
  if (problems.length > 0) throw new TemplateError(problems);

  for (const logicalId of creationOrder(wanted, (name) => scope.lookup.condition(name, 'Resources'))) {
    scope.created.set(logicalId, await create(logicalId, wanted.get(logicalId)!, scope, options));
  }
  const outputs: Record<string, string> = {};
  for (const [name, { value, condition }] of template.outputs) {
    const location = `Outputs.${name}`;
    if (!scope.applies(condition, location)) continue;
    outputs[name] = String(rewriteTexts(resolve(value, scope.lookup, location) ?? '', options.rewriteText));
  }
  return { outputs, resources: scope.created };
}

interface Scope {
  readonly lookup: Lookup;
  readonly created: Map<string, AppliedResource>;
  applies(condition: string | undefined, location: string): boolean;
}

function createScope(template: Template, options: ApplyOptions): Scope {
  const parameters = parameterValues(template, options.parameters ?? {});
  const pseudo = pseudoParameters(options);
  const created = new Map<string, AppliedResource>();
  const conditions = new Map<string, boolean | undefined>();
  const lookup: Lookup = {
    value: (name) => parameters.get(name) ?? pseudo[name],
    resource: (logicalId) => created.get(logicalId),
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
  return { lookup, created, applies: (name, location) => name === undefined || lookup.condition(name, location) };
}

function pseudoParameters({ account, region, stackName }: ApplyOptions): Readonly<Record<string, Value>> {
  return {
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/local`,
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
  { lookup }: Scope,
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

async function create(
  logicalId: string,
  { type, properties }: TemplateResource,
  { lookup }: Scope,
  options: ApplyOptions,
): Promise<AppliedResource> {
  const { account, region, stackName, packageFolder } = options;
  const location = `Resources.${logicalId}`;
  const resolved = rewriteTexts(resolve(properties, lookup, `${location}.Properties`) ?? {}, options.rewriteText);
  try {
    const identity = await options.resourceTypes
      .get(type)!
      .apply(resolved as Readonly<Record<string, unknown>>, { account, region, stackName, packageFolder, logicalId });
    return { ...identity, logicalId, type };
  } catch (error) {
    if (error instanceof ServiceError) return refuse(location, `${type} refused: ${error.code}: ${error.message}`);
    throw error;
  }
}

function rewriteTexts(value: Value, rewrite: ((text: string) => string) | undefined): Value {
  if (!rewrite) return value;
  if (typeof value === 'string') return rewrite(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Value[]).map((item) => rewriteTexts(item, rewrite));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewriteTexts(item, rewrite)]));
}
