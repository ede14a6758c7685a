import { isDeepStrictEqual } from 'node:util';
import { type ResourceIdentity, type ResourceType, ServiceError } from '../../aws/service.ts';
import { type ApplyOptions, applyResource } from '../../template/apply-template.ts';
import { type Plan, planTemplate, type StackOutput } from '../../template/plan.ts';
import { TemplateError } from '../../template/problem.ts';
import { parseTemplate, type TemplateResource } from '../../template/template.ts';
import type { StackJournal } from './stack-journal.ts';
import type { Stack, StackResource, Target } from './stack-record.ts';

export interface Templates {
  readonly resourceTypes: () => ReadonlyMap<string, ResourceType>;
  /** See PlanOptions. */
  readonly rewriteText: (text: string) => string;
}

/** A resource could not be made what it has to be. */
export class ResourceFailure extends Error {
  override readonly name = 'ResourceFailure';
  readonly logicalId: string;

  constructor(logicalId: string, reason: string) {
    super(reason);
    this.logicalId = logicalId;
  }
}

export interface ApplyRequest extends Templates {
  readonly target: Target;
  /** Apply also what has not changed: it may be gone since. */
  readonly all?: boolean;
  /** The folder with the packaged artefacts; absent: they are in S3. */
  readonly packageFolder?: string;
  /** Called before each resource; what it throws ends the work. */
  readonly beforeEach?: () => void;
}

/** What a template is planned and applied with for this stack. */
export const applyOptionsOf = (
  { name, id, account, region }: Stack,
  { parameters }: Pick<Target, 'parameters'>,
  { resourceTypes, rewriteText }: Templates,
  packageFolder?: string,
): ApplyOptions => ({
  resourceTypes: resourceTypes(),
  stackName: name,
  stackId: id,
  account,
  region,
  parameters,
  rewriteText,
  ...(packageFolder !== undefined && { packageFolder }),
});

/**
 * Makes or changes each resource that is not as it has to be, and applies again each that needs one that was.
 * @throws ResourceFailure at the first that fails; TemplateError if the template cannot be loaded
 */
export async function applyResources(journal: StackJournal, request: ApplyRequest): Promise<StackOutput[]> {
  const { target, packageFolder } = request;
  const options = applyOptionsOf(journal.stack, target, request, packageFolder);
  const plan = planTemplate(parseTemplate(target.template), options);
  const touched = new Set<string>();
  for (const [logicalId, resource] of plan.steps) {
    request.beforeEach?.();
    const isDue = request.all === true || [...plan.needs(logicalId)].some((each) => touched.has(each));
    const isTouched = await applyOne(logicalId, resource, plan, isDue, journal, options);
    if (isTouched) touched.add(logicalId);
  }
  return plan.outputs();
}

/** @returns whether it was applied */
async function applyOne(
  logicalId: string,
  { type, deletionPolicy }: TemplateResource,
  plan: Plan,
  isDue: boolean,
  journal: StackJournal,
  options: ApplyOptions,
): Promise<boolean> {
  const isRetained = (deletionPolicy ?? 'Delete') !== 'Delete';
  const before = journal.resource(logicalId);
  const existing = before?.type === type && before.physicalId !== '' ? before : undefined;
  const properties = plan.properties(logicalId);
  const isSame = existing?.status.endsWith('_COMPLETE') === true && isDeepStrictEqual(existing.properties, properties);
  if (existing && isSame && !isDue) {
    journal.put({ ...existing, isRetained });
    plan.note(logicalId, identityOf(existing));
    return false;
  }
  const verb = existing ? 'UPDATE' : 'CREATE';
  const draft: StackResource = {
    logicalId,
    type,
    physicalId: existing?.physicalId ?? '',
    attributes: existing?.attributes ?? {},
    properties,
    status: `${verb}_IN_PROGRESS`,
    updatedAt: journal.now(),
    isRetained,
  };
  // What is the same but needs something new is applied without being told: to users it did not change.
  const tell = (resource: StackResource): unknown => isSame || journal.event(resource);
  tell(draft);
  try {
    const identity = await applyResource(logicalId, type, properties, options);
    plan.note(logicalId, identity);
    const status = isSame && existing ? existing.status : `${verb}_COMPLETE`;
    const done = { ...draft, physicalId: identity.ref, attributes: identity.attributes, status };
    journal.put(done);
    tell(done);
    return true;
  } catch (error) {
    const failed = { ...draft, status: `${verb}_FAILED`, statusReason: reasonOf(error) };
    journal.put(failed);
    journal.event(failed);
    throw new ResourceFailure(logicalId, failed.statusReason);
  }
}

const identityOf = ({ physicalId, attributes }: StackResource): ResourceIdentity => ({ ref: physicalId, attributes });

/** Why something failed, as an event tells it. */
export function reasonOf(error: unknown): string {
  if (error instanceof TemplateError) return error.problems.map(({ message }) => message).join('; ');
  if (error instanceof ServiceError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
