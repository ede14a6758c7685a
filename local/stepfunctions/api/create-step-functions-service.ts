import type { Operation, Service } from '../../aws/service.ts';
import { createActivity, deleteActivity, describeActivity, getActivityTask, listActivities } from './activities.ts';
import {
  createStateMachineAlias,
  deleteStateMachineAlias,
  describeStateMachineAlias,
  listStateMachineAliases,
  updateStateMachineAlias,
} from './aliases.ts';
import { type ApiContext, apiContext, type StepFunctionsOptions } from './api-context.ts';
import { sendTaskFailure, sendTaskHeartbeat, sendTaskSuccess } from './callbacks.ts';
import { createStateMachine } from './create-state-machine.ts';
import { describeExecution, listExecutions, startExecution, startSyncExecution, stopExecution } from './executions.ts';
import { getExecutionHistory } from './history.ts';
import { describeMapRun, listMapRuns, updateMapRun } from './map-runs.ts';
import { redriveExecution } from './redrive.ts';
import { resourceTypes } from './resources/resource-types.ts';
import {
  deleteStateMachine,
  describeStateMachine,
  describeStateMachineForExecution,
  listStateMachines,
} from './state-machines.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';
import { testState } from './test-state/test-state.ts';
import { updateStateMachine } from './update-state-machine.ts';
import { validateStateMachineDefinition } from './validate-definition.ts';
import { deleteStateMachineVersion, listStateMachineVersions, publishStateMachineVersion } from './versions.ts';

const OPERATIONS = {
  CreateActivity: createActivity,
  CreateStateMachine: createStateMachine,
  CreateStateMachineAlias: createStateMachineAlias,
  DeleteActivity: deleteActivity,
  DeleteStateMachine: deleteStateMachine,
  DeleteStateMachineAlias: deleteStateMachineAlias,
  DeleteStateMachineVersion: deleteStateMachineVersion,
  DescribeActivity: describeActivity,
  DescribeExecution: describeExecution,
  DescribeMapRun: describeMapRun,
  DescribeStateMachine: describeStateMachine,
  DescribeStateMachineAlias: describeStateMachineAlias,
  DescribeStateMachineForExecution: describeStateMachineForExecution,
  GetActivityTask: getActivityTask,
  GetExecutionHistory: getExecutionHistory,
  ListActivities: listActivities,
  ListExecutions: listExecutions,
  ListMapRuns: listMapRuns,
  ListStateMachineAliases: listStateMachineAliases,
  ListStateMachines: listStateMachines,
  ListStateMachineVersions: listStateMachineVersions,
  ListTagsForResource: listTagsForResource,
  PublishStateMachineVersion: publishStateMachineVersion,
  RedriveExecution: redriveExecution,
  SendTaskFailure: sendTaskFailure,
  SendTaskHeartbeat: sendTaskHeartbeat,
  SendTaskSuccess: sendTaskSuccess,
  StartExecution: startExecution,
  StartSyncExecution: startSyncExecution,
  StopExecution: stopExecution,
  TagResource: tagResource,
  TestState: testState,
  UntagResource: untagResource,
  UpdateMapRun: updateMapRun,
  UpdateStateMachine: updateStateMachine,
  UpdateStateMachineAlias: updateStateMachineAlias,
  ValidateStateMachineDefinition: validateStateMachineDefinition,
} satisfies Record<string, (api: ApiContext) => Operation>;

/** The Step Functions API over an engine: what is created is kept in the storage, what runs is the engine's. */
export function createStepFunctionsService(options: StepFunctionsOptions): Service {
  const api = apiContext(options);
  const operations = Object.fromEntries(Object.entries(OPERATIONS).map(([name, operation]) => [name, operation(api)]));
  return { name: 'states', checksInput: true, operations, resources: resourceTypes(operations, api) };
}
