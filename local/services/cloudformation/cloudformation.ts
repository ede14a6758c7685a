import { isDeepStrictEqual } from 'node:util';
import { refusalWith } from '../../aws/constraints.ts';
import { type Caller, type CallService, type ResourceType, refuseOthers, type Service } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { TemplateError } from '../../template/problem.ts';
import { applyResources, ResourceFailure, reasonOf } from './apply-resources.ts';
import { changeSetOperations } from './change-sets.ts';
import { type ChangeContext, changeStack, removeOutdated } from './change-stack.ts';
import { describeEvent, describeResource, describeStack, summarizeResource, summarizeStack } from './describe-stack.ts';
import {
  ACCEPTED,
  readTemplate,
  type StackInput,
  SUPPORTED,
  targetOf,
  templateText,
  validationError,
} from './stack-input.ts';
import { StackJournal } from './stack-journal.ts';
import { type Stack, type StackResource, Stacks, type Target } from './stack-record.ts';

export interface CloudFormationOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly call: CallService;
  /** Of all services of this cloud, by their types. */
  readonly resourceTypes: () => ReadonlyMap<string, ResourceType>;
  /** See PlanOptions. */
  readonly rewriteText: (text: string) => string;
  readonly report: (error: unknown, what: string) => void;
}

export interface CloudFormationService extends Service {
  /**
   * Makes a packaged service a stack, or brings its stack up to date, without S3 and without rollback.
   * @returns the stack's outputs
   * @throws TemplateError
   */
  load(service: LoadedService, caller: Caller): Promise<Readonly<Record<string, string>>>;
  /** Makes again what services keep in memory only, and takes up changes that were cut off. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

export interface LoadedService {
  readonly stackName: string;
  /** The template as JSON. */
  readonly template: string;
  readonly packageFolder: string;
  readonly parameters: Readonly<Record<string, string>>;
}

interface DescribeInput {
  readonly StackName?: string;
  readonly LogicalResourceId?: string;
  readonly PhysicalResourceId?: string;
  readonly StackStatusFilter?: readonly string[];
  readonly EnableTerminationProtection?: boolean;
  readonly RetainResources?: readonly string[];
}

/** AWS CloudFormation: stacks of the resource types of this cloud, changed one resource after the other. */
export function createCloudFormation(options: CloudFormationOptions): CloudFormationService {
  const { storage, clock, call, report } = options;
  const stacks = new Stacks(storage, clock);
  const underway = new Map<string, Promise<void>>();
  let isClosing = false;
  const context: ChangeContext = { ...options, stacks, isClosing: () => isClosing };

  function run(stack: Stack): void {
    const work = changeStack(stack, context)
      .catch((error) => report(error, `changing the stack ${stack.name}`))
      .finally(() => underway.delete(stack.id));
    underway.set(stack.id, work);
  }

  function change(stack: Stack, kind: 'CREATE' | 'UPDATE', target: Target): void {
    const pending = kind === 'CREATE' ? { kind, target } : { kind, target, before: stack.resources };
    const changing = { ...stack, status: `${kind}_IN_PROGRESS`, pending };
    stacks.put(changing);
    run(changing);
  }

  const operations: Service['operations'] = {
    ...describeOperations(stacks),
    ...changeSetOperations({ ...context, storage, requireChangeable, change }),

    async ValidateTemplate(input: StackInput, caller: Caller) {
      const template = readTemplate(await templateText(input, call, caller));
      const needsIam = [...template.resources.values()].some(({ type }) => type.startsWith('AWS::IAM::'));
      return {
        Parameters: [...template.parameters].map(([ParameterKey, { default: value }]) => ({
          ParameterKey,
          NoEcho: false,
          ...(value !== undefined && { DefaultValue: String(value) }),
        })),
        ...(needsIam && { Capabilities: ['CAPABILITY_NAMED_IAM'] }),
      };
    },

    async CreateStack(input: StackInput, caller: Caller) {
      refuseOthers('cloudformation:CreateStack', input, SUPPORTED, [...ACCEPTED, 'OnFailure', 'TimeoutInMinutes']);
      const { StackName = '' } = input;
      if (stacks.find(StackName, caller)) throw validationError(`Stack [${StackName}] already exists`);
      const target = await targetOf(input, undefined, call, caller);
      const stack = stacks.create(StackName, caller, 'CREATE_IN_PROGRESS');
      change(stack, 'CREATE', target);
      return { StackId: stack.id };
    },

    async UpdateStack(input: StackInput, caller: Caller) {
      refuseOthers('cloudformation:UpdateStack', input, SUPPORTED, ACCEPTED);
      const stack = stacks.get(input.StackName ?? '', caller);
      requireChangeable(stack);
      const target = await targetOf(input, stack, call, caller);
      const { template, parameters, tags } = stack;
      const isSame = isDeepStrictEqual(
        [JSON.parse(template), parameters, tags],
        [JSON.parse(target.template), target.parameters, target.tags],
      );
      if (isSame) throw validationError('No updates are to be performed.');
      change(stack, 'UPDATE', target);
      return { StackId: stack.id };
    },

    DeleteStack(input: DescribeInput, caller: Caller) {
      refuseOthers('cloudformation:DeleteStack', input, ['StackName'], ['RoleARN', 'ClientRequestToken']);
      const stack = stacks.find(input.StackName ?? '', caller);
      if (!stack || stack.status === 'DELETE_COMPLETE' || underway.has(stack.id)) return {};
      if (stack.isProtected)
        throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
      const deleting: Stack = { ...stack, status: 'DELETE_IN_PROGRESS', pending: { kind: 'DELETE' } };
      stacks.put(deleting);
      run(deleting);
      return {};
    },

    UpdateTerminationProtection(
      { StackName = '', EnableTerminationProtection = false }: DescribeInput,
      caller: Caller,
    ) {
      const stack = stacks.get(StackName, caller);
      stacks.put({ ...stack, isProtected: EnableTerminationProtection });
      return { StackId: stack.id };
    },
  };

  return {
    name: 'cloudformation',
    refuse: refusalWith('ValidationError'),
    operations,
    load: (service, caller) => loadService(service, caller, context),
    async resume() {
      for (const stack of stacks.list()) {
        if (stack.pending) run(stack);
        else if (stack.status.endsWith('_COMPLETE')) await restoreInMemory(stack.resources, stack, context);
      }
    },
    async close() {
      isClosing = true;
      await Promise.all(underway.values());
    },
  };
}

async function loadService(
  { stackName, template, packageFolder, parameters }: LoadedService,
  caller: Caller,
  context: ChangeContext,
): Promise<Readonly<Record<string, string>>> {
  const { stacks, clock } = context;
  const existing = stacks.find(stackName, caller);
  const stack = existing ?? stacks.create(stackName, caller, 'CREATE_IN_PROGRESS');
  const kind = existing ? 'UPDATE' : 'CREATE';
  const journal = new StackJournal(stack, stacks, clock);
  const target = { template, parameters, tags: stack.tags, capabilities: stack.capabilities };
  try {
    const outputs = await applyResources(journal, { ...context, target, packageFolder, all: true });
    journal.change({ ...target, outputs });
    await removeOutdated(journal, stack.resources, context);
    journal.end(`${kind}_COMPLETE`);
    return Object.fromEntries(outputs.map(({ name, value }) => [name, value]));
  } catch (error) {
    journal.end(`${kind}_FAILED`, reasonOf(error));
    if (!(error instanceof ResourceFailure)) throw error;
    throw new TemplateError([{ location: `Resources.${error.logicalId}`, message: error.message }]);
  }
}

/** API Gateway keeps APIs, stages and plans in memory: they are made again at each start. */
async function restoreInMemory(
  resources: readonly StackResource[],
  { name: stackName, account, region }: Stack,
  { resourceTypes }: ChangeContext,
): Promise<void> {
  for (const { type, logicalId, properties, status } of resources) {
    if (!type.startsWith('AWS::ApiGateway::') || status === 'DELETE_COMPLETE') continue;
    await resourceTypes().get(type)?.apply(properties, { stackName, account, region, logicalId });
  }
}

function requireChangeable({ id, status }: Stack): void {
  const isChangeable = status.endsWith('_COMPLETE') && status !== 'ROLLBACK_COMPLETE' && status !== 'DELETE_COMPLETE';
  if (!isChangeable) throw validationError(`Stack:${id} is in ${status} state and can not be updated.`);
}

function describeOperations(stacks: Stacks): Service['operations'] {
  const resourceOf = ({ StackName = '', LogicalResourceId }: DescribeInput, caller: Caller) => {
    const stack = stacks.get(StackName, caller);
    const resource = stack.resources.find(({ logicalId }) => logicalId === LogicalResourceId);
    if (!resource) throw validationError(`Resource ${LogicalResourceId} does not exist for stack ${StackName}`);
    return { stack, resource };
  };

  return {
    DescribeStacks: ({ StackName }: DescribeInput, caller: Caller) => ({
      Stacks:
        StackName === undefined
          ? stacks
              .list(caller)
              .filter(({ status }) => status !== 'DELETE_COMPLETE')
              .map(describeStack)
          : [describeStack(stacks.get(StackName, caller))],
    }),

    ListStacks: ({ StackStatusFilter }: DescribeInput, caller: Caller) => ({
      StackSummaries: stacks
        .list(caller)
        .filter(({ status }) => !StackStatusFilter || StackStatusFilter.includes(status))
        .map(summarizeStack),
    }),

    DescribeStackEvents({ StackName = '' }: DescribeInput, caller: Caller) {
      const stack = stacks.get(StackName, caller);
      return { StackEvents: stacks.events(stack).map((event) => describeEvent(stack, event)) };
    },

    DescribeStackResource(input: DescribeInput, caller: Caller) {
      const { stack, resource } = resourceOf(input, caller);
      const StackResourceDetail = {
        StackId: stack.id,
        StackName: stack.name,
        ...summarizeResource(resource),
      };
      return { StackResourceDetail };
    },

    DescribeStackResources({ StackName = '', LogicalResourceId, PhysicalResourceId }: DescribeInput, caller: Caller) {
      const stack = stacks.get(StackName, caller);
      const found = stack.resources.filter(
        ({ logicalId, physicalId }) =>
          (LogicalResourceId ?? logicalId) === logicalId && (PhysicalResourceId ?? physicalId) === physicalId,
      );
      return { StackResources: found.map((resource) => describeResource(stack, resource)) };
    },

    ListStackResources: ({ StackName = '' }: DescribeInput, caller: Caller) => ({
      StackResourceSummaries: stacks.get(StackName, caller).resources.map(summarizeResource),
    }),

    GetTemplate(input: DescribeInput, caller: Caller) {
      // Nothing is transformed here: a template is the same at each stage.
      refuseOthers('cloudformation:GetTemplate', input, ['StackName'], ['TemplateStage']);
      const { StackName = '' } = input;
      return { TemplateBody: stacks.get(StackName, caller).template, StagesAvailable: ['Original', 'Processed'] };
    },

    ListExports: (_input: object, caller: Caller) => ({
      Exports: stacks
        .list(caller)
        .filter(({ status }) => status !== 'DELETE_COMPLETE')
        .flatMap(({ id, outputs }) =>
          outputs.flatMap(({ exportName, value }) =>
            exportName === undefined ? [] : [{ ExportingStackId: id, Name: exportName, Value: value }],
          ),
        ),
    }),
  };
}
