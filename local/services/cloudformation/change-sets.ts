import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Caller, type CallService, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { planTemplate } from '../../template/plan.ts';
import { TemplateError } from '../../template/problem.ts';
import type { Template } from '../../template/template.ts';
import { applyOptionsOf, type Templates } from './apply-resources.ts';
import {
  ACCEPTED,
  problemsOf,
  readTemplate,
  type StackInput,
  SUPPORTED,
  targetOf,
  validationError,
} from './stack-input.ts';
import type { Stack, Stacks, Target } from './stack-record.ts';

interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly kind: 'CREATE' | 'UPDATE';
  readonly createdAt: number;
  readonly target: Target;
  /** Why it cannot be executed: nothing changes, or the template cannot be loaded. */
  readonly failure?: string;
  readonly changes: readonly ResourceChange[];
}

interface ResourceChange {
  readonly Action: 'Add' | 'Modify' | 'Remove';
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceType: string;
}

interface ChangeSetInput extends StackInput {
  readonly ChangeSetName?: string;
  readonly ChangeSetType?: string;
}

export interface ChangeSetContext extends Templates {
  readonly stacks: Stacks;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly call: CallService;
  /** Refuses a stack that is being changed or cannot be. */
  readonly requireChangeable: (stack: Stack) => void;
  readonly change: (stack: Stack, kind: 'CREATE' | 'UPDATE', target: Target) => void;
}

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

export function changeSetOperations(context: ChangeSetContext): Service['operations'] {
  const { stacks, clock, call } = context;
  const changeSets = context.storage.table<ChangeSet>('cloudformation/change-sets');
  const keyOf = (stackId: string, name: string): string => `${stackId} ${name}`;

  function find({ ChangeSetName = '', StackName }: ChangeSetInput, caller: Caller): ChangeSet | undefined {
    if (ChangeSetName.startsWith('arn:')) {
      return [...changeSets.entries()].map(([, each]) => each).find(({ id }) => id === ChangeSetName);
    }
    const stack = StackName === undefined ? undefined : stacks.find(StackName, caller);
    return stack && changeSets.get(keyOf(stack.id, ChangeSetName));
  }

  function get(input: ChangeSetInput, caller: Caller): ChangeSet {
    const found = find(input, caller);
    if (found) return found;
    throw new ServiceError('ChangeSetNotFoundException', `ChangeSet [${input.ChangeSetName}] does not exist`, 404);
  }

  return {
    async CreateChangeSet(input: ChangeSetInput, caller: Caller) {
      refuseOthers(
        'cloudformation:CreateChangeSet',
        input,
        [...SUPPORTED, 'ChangeSetName', 'ChangeSetType'],
        [...ACCEPTED, 'IncludeNestedStacks', 'RollbackConfiguration', 'OnStackFailure'],
      );
      const { StackName = '', ChangeSetName: name = '', ChangeSetType: kind = 'UPDATE' } = input;
      if (kind !== 'CREATE' && kind !== 'UPDATE')
        throw validationError(`This local cloud does not support change sets of the type ${kind}.`);
      const existing = stacks.find(StackName, caller);
      if (kind === 'CREATE' && existing && existing.status !== 'REVIEW_IN_PROGRESS')
        throw validationError(
          `Stack [${StackName}] already exists and cannot be created again with the changeSet [${name}].`,
        );
      if (kind === 'UPDATE') context.requireChangeable(stacks.get(StackName, caller));
      if (existing && changeSets.get(keyOf(existing.id, name)))
        throw new ServiceError('AlreadyExistsException', `ChangeSet ${name} already exists`);
      const target = await targetOf(input, existing, call, caller);
      const stack = existing ?? stacks.create(StackName, caller, 'REVIEW_IN_PROGRESS');
      const template = readTemplate(target.template);
      const changes = changesOf(stack, template, target);
      const failure = failureOf(stack, template, target, kind, changes, context);
      const changeSet: ChangeSet = {
        id: `arn:aws:cloudformation:${stack.region}:${stack.account}:changeSet/${name}/${randomUUID()}`,
        name,
        stackId: stack.id,
        kind,
        createdAt: clock.now(),
        target,
        changes,
        ...(failure !== undefined && { failure }),
      };
      changeSets.put(keyOf(stack.id, name), changeSet);
      return { Id: changeSet.id, StackId: stack.id };
    },

    DescribeChangeSet(input: ChangeSetInput, caller: Caller) {
      refuseOthers('cloudformation:DescribeChangeSet', input, ['ChangeSetName', 'StackName']);
      const { id, name, stackId, createdAt, target, failure, changes } = get(input, caller);
      return {
        ChangeSetId: id,
        ChangeSetName: name,
        StackId: stackId,
        StackName: stacks.byId(stackId)?.name,
        CreationTime: new Date(createdAt),
        Status: failure === undefined ? 'CREATE_COMPLETE' : 'FAILED',
        StatusReason: failure,
        ExecutionStatus: failure === undefined ? 'AVAILABLE' : 'UNAVAILABLE',
        Parameters: Object.entries(target.parameters).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
        Tags: target.tags,
        Capabilities: target.capabilities,
        Changes: changes.map((ResourceChange) => ({ Type: 'Resource', ResourceChange })),
      };
    },

    ExecuteChangeSet(input: ChangeSetInput, caller: Caller) {
      refuseOthers(
        'cloudformation:ExecuteChangeSet',
        input,
        ['ChangeSetName', 'StackName'],
        ['ClientRequestToken', 'DisableRollback', 'RetainExceptOnCreate'],
      );
      const { name, stackId, kind, target, failure } = get(input, caller);
      const stack = stacks.get(stackId, caller);
      if (failure !== undefined)
        throw new ServiceError(
          'InvalidChangeSetStatusException',
          `ChangeSet [${name}] cannot be executed in its current status of [FAILED]`,
        );
      if (stack.status !== 'REVIEW_IN_PROGRESS') context.requireChangeable(stack);
      // As on AWS, all change sets of a stack are void once one of them is executed.
      for (const [key] of changeSets.entries(`${stackId} `)) changeSets.delete(key);
      context.change(stack, kind, target);
      return {};
    },

    DeleteChangeSet(input: ChangeSetInput, caller: Caller) {
      const found = find(input, caller);
      if (found) changeSets.delete(keyOf(found.stackId, found.name));
      return {};
    },

    ListChangeSets({ StackName = '' }: ChangeSetInput, caller: Caller) {
      const stack = stacks.get(StackName, caller);
      const all = [...changeSets.entries(`${stack.id} `)].map(([, each]) => each);
      return {
        Summaries: all.map(({ id, name, createdAt, failure }) => ({
          ChangeSetId: id,
          ChangeSetName: name,
          StackId: stack.id,
          StackName: stack.name,
          CreationTime: new Date(createdAt),
          Status: failure === undefined ? 'CREATE_COMPLETE' : 'FAILED',
          StatusReason: failure,
        })),
      };
    },
  };
}

/** Compares the templates: what a reference gives is known only once it is applied. */
function changesOf(stack: Stack, template: Template, target: Target): ResourceChange[] {
  const before = stack.template === '' ? undefined : readTemplate(stack.template);
  const isSameInput = isDeepStrictEqual(stack.parameters, target.parameters);
  const physicalId = (logicalId: string): { PhysicalResourceId?: string } => {
    const found = stack.resources.find((resource) => resource.logicalId === logicalId);
    return found ? { PhysicalResourceId: found.physicalId } : {};
  };
  const changes: ResourceChange[] = [];
  for (const [LogicalResourceId, resource] of template.resources) {
    const old = before?.resources.get(LogicalResourceId);
    if (old && isSameInput && isDeepStrictEqual(old, resource)) continue;
    const Action = old ? 'Modify' : 'Add';
    changes.push({ Action, LogicalResourceId, ...physicalId(LogicalResourceId), ResourceType: resource.type });
  }
  for (const [LogicalResourceId, { type }] of before?.resources ?? []) {
    if (template.resources.has(LogicalResourceId)) continue;
    changes.push({ Action: 'Remove', LogicalResourceId, ...physicalId(LogicalResourceId), ResourceType: type });
  }
  return changes;
}

function failureOf(
  stack: Stack,
  template: Template,
  target: Target,
  kind: 'CREATE' | 'UPDATE',
  changes: readonly ResourceChange[],
  templates: Templates,
): string | undefined {
  try {
    planTemplate(template, applyOptionsOf(stack, target, templates));
  } catch (error) {
    if (error instanceof TemplateError) return `Template error: ${problemsOf(error)}`;
    throw error;
  }
  const isSame =
    kind === 'UPDATE' &&
    changes.length === 0 &&
    isDeepStrictEqual(JSON.parse(stack.template).Outputs, JSON.parse(target.template).Outputs) &&
    isDeepStrictEqual(stack.tags, target.tags);
  return isSame ? NO_CHANGES : undefined;
}
