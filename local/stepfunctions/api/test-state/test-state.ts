import type { Caller, Operation } from '../../../aws/service.ts';
import { ServiceError } from '../../../aws/service.ts';
import type { MapState } from '../../asl/definition.ts';
import { isJsonObject, type JsonObject } from '../../asl/json.ts';
import { jsonProblem } from '../../asl/parse/read-json.ts';
import type { MapRunCall, TaskCall } from '../../asl/protocol.ts';
import {
  type Outcome,
  type StateTest,
  type StateTestResult,
  testState as tryState,
  type Unfinished,
} from '../../asl/test-state.ts';
import { MapFailure, toMapFailure } from '../../engine/map-run/map-failure.ts';
import type { HttpTrace } from '../../engine/ports.ts';
import type { ApiContext } from '../api-context.ts';
import { machineArn } from '../arns.ts';
import { invalidInput, validationError } from '../errors.ts';
import { checkRole } from '../roles.ts';
import { contextObject } from './context-object.ts';
import { inspectionData } from './inspection-data.ts';
import { mapData } from './map-data.ts';
import { mockedOutcome } from './mock.ts';
import { checkInput, type TestStateInput } from './test-state-input.ts';
import { type TestedState, testedState } from './tested-state.ts';

/** Runs one state on its own, without a state machine, an execution or a history. */
export const testState =
  (api: ApiContext): Operation =>
  async (input: TestStateInput, caller) => {
    checkInput(input);
    const tested = testedState(input.definition, input.stateName);
    const outcome = mockedOutcome(input, tested.state);
    if (!outcome) checkCallable(input, tested, api);
    if (input.roleArn !== undefined) checkRole(input.roleArn);
    return answer(input, await run(tested, input, outcome, api, caller));
  };

/** A Task that is not mocked is called for real: that takes a role, and something that answers at once. */
function checkCallable(input: TestStateInput, { state }: TestedState, api: ApiContext): void {
  if (state.type !== 'Task') return;
  if (input.roleArn === undefined) throw validationError('RoleArn must be specified when testing a Task state');
  const { resource } = state;
  const waits = resource.type === 'activity' || ('pattern' in resource && resource.pattern !== 'requestResponse');
  const refusal = waits
    ? `TestState API does not support activities, nor the .sync and .waitForTaskToken service integration patterns: ${resource.arn}`
    : api.tasks.refusal(resource);
  if (refusal !== undefined) throw new ServiceError('InvalidDefinition', refusal);
}

async function run(
  tested: TestedState,
  input: TestStateInput,
  mocked: Outcome | undefined,
  api: ApiContext,
  caller: Caller,
): Promise<StateTestResult> {
  const test = stateTest(tested, input, api, caller);
  const begun = tryState(test);
  if (!begun) throw validationError('State not found in definition');
  if ('done' in begun) return begun.done;
  if (mocked && begun.mapRun && tested.state.type === 'Map') {
    const readerData = input.stateConfiguration?.mapItemReaderData;
    return finishMapRun(begun, begun.mapRun, tested.state, test, { mocked, readerData });
  }
  if (mocked) return begun.finish(mocked);
  if (!begun.call) throw new Error(`A state of type ${begun.type} waits for what only a mock can give`);
  const trace: HttpTrace = { revealSecrets: input.revealSecrets ?? false };
  const result = begun.finish(await called(begun.call, test, trace, api, caller));
  return input.inspectionLevel === 'TRACE'
    ? { ...result, inspectionData: { ...result.inspectionData, ...trace.http } }
    : result;
}

/** The mock tells how a Distributed Map ends; what it makes of its items shows by itself. */
async function finishMapRun(
  { finish }: Unfinished,
  mapRun: MapRunCall,
  state: MapState,
  test: StateTest,
  { mocked, readerData }: { mocked: Outcome; readerData: string | undefined },
): Promise<StateTestResult> {
  const made = await mapData(state, mapRun, test, readerData).catch(toMapFailure);
  if (made instanceof MapFailure) return finish({ error: made.error, cause: made.message });
  const result = finish(mocked, made.items);
  return { ...result, inspectionData: { ...result.inspectionData, ...made.data } };
}

async function called(
  call: TaskCall,
  { execution }: StateTest,
  trace: HttpTrace,
  api: ApiContext,
  caller: Caller,
): Promise<Outcome> {
  const { executionArn, stateMachineArn, stateMachineName: name, roleArn } = execution;
  const revision = {
    stateMachineArn,
    name,
    type: 'EXPRESS',
    definition: '{}',
    roleArn,
    revisionId: 'INITIAL',
  } as const;
  const signal = caller.signal ?? new AbortController().signal;
  const outcome = await api.tasks.call(call, {
    executionArn,
    revision,
    account: caller.account,
    region: caller.region,
    signal,
    trace,
  });
  return outcome.ok ? { result: outcome.output } : { error: outcome.error, cause: outcome.cause };
}

function stateTest({ machine, state }: TestedState, input: TestStateInput, api: ApiContext, caller: Caller): StateTest {
  const [executionName, machineName] = [api.randomUuid(), api.randomUuid()];
  const { retrierRetryCount, mapIterationFailureCount } = input.stateConfiguration ?? {};
  const context = contextObject(input.context);
  const variables = variablesOf(input.variables);
  return {
    machine,
    stateName: state.name,
    execution: {
      executionArn: `arn:aws:states:${caller.region}:${caller.account}:express:${machineName}:${executionName}`,
      name: executionName,
      stateMachineArn: machineArn(caller, machineName),
      stateMachineName: machineName,
      roleArn: input.roleArn ?? '',
      input: checkedJson(input.input ?? '{}'),
      startedAt: api.clock.now(),
    },
    ...(variables && { variables }),
    ...(context && { context }),
    ...(retrierRetryCount !== undefined && { retrierRetryCount }),
    ...(mapIterationFailureCount !== undefined && { mapIterationFailureCount }),
    at: api.clock.now(),
    seed: `${api.randomUuid()}${api.randomUuid()}`.replaceAll('-', ''),
  };
}

function checkedJson(text: string): string {
  const problem = jsonProblem(text);
  if (problem !== undefined) throw invalidInput(problem);
  return text;
}

function variablesOf(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  const variables: unknown = JSON.parse(checkedJson(text));
  if (!isJsonObject(variables)) throw validationError('Variables must be a JSON object');
  return variables;
}

function answer(input: TestStateInput, result: StateTestResult): object {
  const { status, output, error, cause, nextState } = result;
  const data = inspectionData(input, result);
  return {
    status,
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(nextState !== undefined && { nextState }),
    ...(data && { inspectionData: data }),
  };
}
