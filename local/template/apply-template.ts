import type { ResourceIdentity } from '../aws/service.ts';
import { ServiceError } from '../aws/service.ts';
import { type PlanOptions, planTemplate } from './plan.ts';
import { refuse } from './problem.ts';
import type { Template } from './template.ts';

export interface ApplyOptions extends PlanOptions {
  /** The folder with the packaged artefacts. */
  readonly packageFolder?: string;
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
  const plan = planTemplate(template, options);
  const resources = new Map<string, AppliedResource>();
  for (const [logicalId, { type }] of plan.steps) {
    const identity = await applyResource(logicalId, type, plan.properties(logicalId), options);
    plan.note(logicalId, identity);
    resources.set(logicalId, { ...identity, logicalId, type });
  }
  return { outputs: Object.fromEntries(plan.outputs().map(({ name, value }) => [name, value])), resources };
}

/** @throws TemplateError with what its service says against it */
export async function applyResource(
  logicalId: string,
  type: string,
  properties: Readonly<Record<string, unknown>>,
  { resourceTypes, account, region, stackName, packageFolder }: ApplyOptions,
): Promise<ResourceIdentity> {
  const deployment = { account, region, stackName, logicalId, ...(packageFolder !== undefined && { packageFolder }) };
  try {
    return await resourceTypes.get(type)!.apply(properties, deployment);
  } catch (error) {
    if (error instanceof ServiceError)
      return refuse(`Resources.${logicalId}`, `${type} refused: ${error.code}: ${error.message}`);
    throw error;
  }
}
