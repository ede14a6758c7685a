import type { Service } from '../../../../../local/aws/service.ts';
import { ServiceError } from '../../../../../local/aws/service.ts';
import { createManualClock } from '../../../../../local/manual-clock.ts';
import { createStepFunctionsService } from '../../../../../local/stepfunctions/api/create-step-functions-service.ts';
import type { TaskOutcome, TaskRunner } from '../../../../../local/stepfunctions/engine/ports.ts';
import { openStorage } from '../../../../../local/storage/open-storage.ts';
import { type FakeEngine, fakeEngine } from './fake-engine.ts';

export const CALLER = { account: '123456789012', region: 'eu-west-1' };
export const ROLE = 'arn:aws:iam::123456789012:role/runs-it';
export const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:orders';
export const DEFINITION = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
export const START = Date.UTC(2026, 0, 1);

export interface Api {
  readonly engine: FakeEngine;
  readonly service: Service;
  readonly clock: ReturnType<typeof createManualClock>;
  /** Names of alarms that ring. */
  readonly ringing: Set<string>;
  /** Comes before CloudWatch says what rings. */
  beforeAlarms: () => Promise<void>;
  /** What the next real call of a Task comes to. */
  taskOutcome: TaskOutcome;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape that it asks for.
  call(operation: string, input?: object, caller?: object): Promise<any>;
  /** @returns `Code: message` */
  refusal(operation: string, input?: object): Promise<string>;
}

/** The API over an engine that runs nothing, a storage in memory, and log groups named `known`. */
export function createApi(): Api {
  const clock = createManualClock(START);
  const engine = fakeEngine(() => clock.now());
  let uuids = 0;
  const tasks: TaskRunner = {
    refusal: (resource) => (resource.arn.includes('glue') ? 'Glue is not supported here' : undefined),
    async call(_call, { trace }) {
      if (trace) trace.http = { request: { method: 'GET', shown: trace.revealSecrets } };
      return api.taskOutcome;
    },
    completion: async () => api.taskOutcome,
    cancel: async () => {},
  };
  const service = createStepFunctionsService({
    engine,
    storage: openStorage(),
    clock,
    tasks,
    randomUuid: () => `${(++uuids).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
    async call(_service, operation, input) {
      if (operation !== 'DescribeAlarms') return { logGroups: [{ logGroupName: 'known' }] };
      await api.beforeAlarms();
      return { MetricAlarms: (input as { AlarmNames: string[] }).AlarmNames.filter((name) => api.ringing.has(name)) };
    },
  });
  const call: Api['call'] = async (operation, input = {}, caller = CALLER) =>
    service.operations[operation]?.(input, { ...CALLER, ...caller });
  const api: Api = {
    engine,
    service,
    clock,
    ringing: new Set(),
    beforeAlarms: async () => {},
    taskOutcome: { ok: true, output: null },
    call,
    async refusal(operation, input) {
      try {
        return `accepted: ${JSON.stringify(await call(operation, input))}`;
      } catch (error) {
        if (error instanceof ServiceError) return `${error.code}: ${error.message}`;
        throw error;
      }
    },
  };
  return api;
}

export const createMachine = (api: Api, more: object = {}) =>
  api.call('CreateStateMachine', { name: 'orders', definition: DEFINITION, roleArn: ROLE, ...more });
