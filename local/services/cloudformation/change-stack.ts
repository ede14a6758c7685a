import { isDeepStrictEqual } from 'node:util';
import type { CallService } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { planTemplate } from '../../template/plan.ts';
import { TemplateError } from '../../template/problem.ts';
import { parseTemplate } from '../../template/template.ts';
import { applyOptionsOf, applyResources, ResourceFailure, reasonOf, type Templates } from './apply-resources.ts';
import { removeResource } from './removals.ts';
import { StackJournal } from './stack-journal.ts';
import type { PendingChange, Stack, StackResource, Stacks } from './stack-record.ts';

export interface ChangeContext extends Templates {
  readonly stacks: Stacks;
  readonly clock: Clock;
  readonly call: CallService;
  /** True: stop between two resources, the process ends. */
  readonly isClosing: () => boolean;
}

/** The process ends: the change is taken up again at the next start. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/**
 * Carries out what is pending for a stack, from its first event to its last. Whatever happens is told by events and statuses,
 * as on AWS: it resolves also when the change failed and was rolled back.
 */
export async function changeStack(stack: Stack, context: ChangeContext): Promise<void> {
  const { pending } = stack;
  const journal = new StackJournal(stack, context.stacks, context.clock);
  try {
    if (pending?.kind === 'CREATE') await create(journal, pending, context);
    else if (pending?.kind === 'UPDATE') await update(journal, pending, context);
    else if (pending?.kind === 'DELETE') await deleteStack(journal, context);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
}

async function create(
  journal: StackJournal,
  { target }: Extract<PendingChange, { kind: 'CREATE' }>,
  context: ChangeContext,
): Promise<void> {
  journal.status('CREATE_IN_PROGRESS', 'User Initiated');
  try {
    const outputs = await applyResources(journal, { ...context, target, beforeEach: () => stopIfClosing(context) });
    journal.change({ ...target, outputs });
  } catch (error) {
    const { logicalId } = failureOf(error);
    journal.change(target);
    const reason = `The following resource(s) failed to create: [${logicalId}]. Rollback requested by user.`;
    journal.status('ROLLBACK_IN_PROGRESS', reason);
    const isDone = await removeAll(journal, [...journal.stack.resources].reverse(), context);
    journal.end(isDone ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED');
    return;
  }
  journal.end('CREATE_COMPLETE');
}

async function update(
  journal: StackJournal,
  { target, before }: Extract<PendingChange, { kind: 'UPDATE' }>,
  context: ChangeContext,
): Promise<void> {
  journal.status('UPDATE_IN_PROGRESS', 'User Initiated');
  try {
    const outputs = await applyResources(journal, { ...context, target, beforeEach: () => stopIfClosing(context) });
    journal.change({ ...target, outputs });
  } catch (error) {
    const { logicalId } = failureOf(error);
    journal.status('UPDATE_ROLLBACK_IN_PROGRESS', `The following resource(s) failed to update: [${logicalId}].`);
    await restore(journal, before, context);
    return;
  }
  journal.status('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  await removeOutdated(journal, before, context);
  journal.end('UPDATE_COMPLETE');
}

async function deleteStack(journal: StackJournal, context: ChangeContext): Promise<void> {
  journal.status('DELETE_IN_PROGRESS', 'User Initiated');
  const resources = [...journal.stack.resources].reverse();
  for (const resource of resources.filter(({ isRetained }) => isRetained)) journal.event(resource, 'DELETE_SKIPPED');
  const isDone = await removeAll(
    journal,
    resources.filter(({ isRetained }) => !isRetained),
    context,
  );
  if (isDone) {
    journal.change({ deletedAt: journal.now() });
    journal.end('DELETE_COMPLETE');
    return;
  }
  const left = journal.stack.resources.filter(({ status }) => status === 'DELETE_FAILED');
  const names = left.map(({ logicalId }) => logicalId).join(', ');
  journal.end('DELETE_FAILED', `The following resource(s) failed to delete: [${names}].`);
}

/** Resources that left the template, and what replaced ones were before. */
export async function removeOutdated(
  journal: StackJournal,
  before: readonly StackResource[],
  context: ChangeContext,
): Promise<void> {
  const { stack } = journal;
  const options = applyOptionsOf(stack, stack, context);
  const { steps } = planTemplate(parseTemplate(stack.template), options);
  for (const old of [...before].reverse()) {
    const isGone = !steps.has(old.logicalId);
    const isReplaced = !isGone && hasReplaced(journal.resource(old.logicalId), old);
    if (!isGone && !isReplaced) continue;
    stopIfClosing(context);
    const isKept = isGone ? old.isRetained : (steps.get(old.logicalId)?.updateReplacePolicy ?? 'Delete') !== 'Delete';
    if (isGone) journal.drop(old.logicalId);
    if (isKept || old.physicalId === '') journal.event(old, 'DELETE_SKIPPED');
    else await removeOne(journal, old, context);
  }
}

/**
 * Only what the template changed is replaced. A version of a function whose environment holds another port than before is a
 * new one for whom it starts, and the old one stays for what runs with it.
 */
const hasReplaced = (now: StackResource | undefined, old: StackResource): boolean =>
  nameOf(now) !== nameOf(old) && !isDeepStrictEqual(now?.properties, old.properties);

/** Queues are known by their URLs, which begin with where this cloud happens to be: another port is no other queue. */
const nameOf = (resource: StackResource | undefined): string | undefined =>
  resource?.physicalId.replace(/^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?\//, '');

/** After an update that failed: the template of before is applied again, and what is new goes. */
async function restore(journal: StackJournal, before: readonly StackResource[], context: ChangeContext): Promise<void> {
  const old = new Set(before.map(({ logicalId }) => logicalId));
  const added = journal.stack.resources.filter(({ logicalId }) => !old.has(logicalId));
  try {
    await applyResources(journal, { ...context, target: journal.stack, beforeEach: () => stopIfClosing(context) });
  } catch (error) {
    const { logicalId } = failureOf(error);
    journal.end('UPDATE_ROLLBACK_FAILED', `The following resource(s) failed to update: [${logicalId}].`);
    return;
  }
  journal.status('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  for (const resource of [...added].reverse()) {
    journal.drop(resource.logicalId);
    if (resource.physicalId !== '') await removeOne(journal, resource, context);
  }
  journal.end('UPDATE_ROLLBACK_COMPLETE');
}

/** @returns whether all could be removed */
async function removeAll(
  journal: StackJournal,
  resources: readonly StackResource[],
  context: ChangeContext,
): Promise<boolean> {
  let isDone = true;
  for (const resource of resources) {
    stopIfClosing(context);
    if (resource.status === 'DELETE_COMPLETE') continue;
    if (resource.physicalId === '') journal.drop(resource.logicalId);
    else if (await removeOne(journal, resource, context)) journal.put({ ...resource, status: 'DELETE_COMPLETE' });
    else isDone = false;
  }
  return isDone;
}

async function removeOne(journal: StackJournal, resource: StackResource, context: ChangeContext): Promise<boolean> {
  journal.event(resource, 'DELETE_IN_PROGRESS');
  try {
    const { account, region } = journal.stack;
    await removeResource(resource, context.call, { account, region });
    journal.event(resource, 'DELETE_COMPLETE');
    return true;
  } catch (error) {
    const statusReason = reasonOf(error);
    if (journal.resource(resource.logicalId)) journal.put({ ...resource, status: 'DELETE_FAILED', statusReason });
    journal.event(resource, 'DELETE_FAILED', statusReason);
    return false;
  }
}

function stopIfClosing({ isClosing }: ChangeContext): void {
  if (isClosing()) throw new Interrupted();
}

function failureOf(error: unknown): ResourceFailure {
  if (error instanceof ResourceFailure) return error;
  if (error instanceof TemplateError) return new ResourceFailure(error.problems[0]?.location ?? '', error.message);
  throw error;
}
