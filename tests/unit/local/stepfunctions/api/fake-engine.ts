import { ServiceError } from '../../../../../local/aws/service.ts';
import type { HistoryEvent } from '../../../../../local/stepfunctions/asl/history.ts';
import type {
  Engine,
  ExecutionDescription,
  MapRunDescription,
  StartRequest,
} from '../../../../../local/stepfunctions/engine/ports.ts';

/** Remembers what it is asked, and runs nothing: executions stay RUNNING until the test ends them. */
export interface FakeEngine extends Engine {
  readonly started: StartRequest[];
  /** Each call of the others: its name and its arguments. */
  readonly calls: (readonly [operation: string, ...rest: unknown[]])[];
  readonly executions: Map<string, ExecutionDescription>;
  readonly events: HistoryEvent[];
  mapRunAnswer: MapRunDescription | undefined;
  activityAnswer: { taskToken: string; input: string } | undefined;
  end(executionArn: string, outcome: Partial<ExecutionDescription>): void;
}

export function fakeEngine(now: () => number): FakeEngine {
  const executions = new Map<string, ExecutionDescription>();
  const calls: FakeEngine['calls'] = [];
  const find = (arn: string): ExecutionDescription => {
    const execution = executions.get(arn);
    if (!execution) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  };
  const engine: FakeEngine = {
    started: [],
    calls,
    executions,
    events: [],
    mapRunAnswer: undefined,
    activityAnswer: undefined,
    end: (arn, outcome) => void executions.set(arn, { ...find(arn), stoppedAt: now(), ...outcome }),
    async start(request) {
      engine.started.push(request);
      const name = request.name ?? `run-${engine.started.length}`;
      const executionArn = `${request.revision.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      const { revision, input } = request;
      executions.set(executionArn, {
        executionArn,
        name,
        revision,
        status: 'RUNNING',
        startedAt: now(),
        redriveCount: 0,
        input,
      });
      return { executionArn, startedAt: now() };
    },
    async startSync(request) {
      const { executionArn } = await engine.start(request);
      engine.end(executionArn, { status: 'SUCCEEDED', output: request.input });
      return { ...find(executionArn), billedDurationMilliseconds: 130 };
    },
    async stop(executionArn, reason) {
      calls.push(['stop', executionArn, reason]);
      engine.end(executionArn, { status: 'ABORTED', ...reason });
      return { stoppedAt: now() };
    },
    async redrive(executionArn) {
      calls.push(['redrive', executionArn]);
      return { redrivenAt: now() };
    },
    whyNotRedrivable(executionArn) {
      const { status } = find(executionArn);
      return status === 'RUNNING' || status === 'SUCCEEDED' ? `Execution is ${status}` : undefined;
    },
    describe: find,
    list(filter, page) {
      calls.push(['list', filter, page]);
      const items = [...executions.values()].filter(
        ({ revision, status }) =>
          (filter.stateMachineArn === undefined || revision.stateMachineArn === filter.stateMachineArn) &&
          (filter.status === undefined || status === filter.status),
      );
      return { items };
    },
    history(executionArn, page) {
      find(executionArn);
      calls.push(['history', executionArn, page]);
      return { items: engine.events, nextToken: 'more' };
    },
    ended: async (arn) => find(arn),
    async taskSucceeded(token, output) {
      calls.push(['taskSucceeded', token, output]);
    },
    async taskFailed(token, failure) {
      calls.push(['taskFailed', token, failure]);
    },
    async taskHeartbeat(token) {
      calls.push(['taskHeartbeat', token]);
    },
    activityTask: async (...call) => {
      calls.push(['activityTask', ...call]);
      return engine.activityAnswer;
    },
    mapRun() {
      if (!engine.mapRunAnswer) throw new ServiceError('ResourceNotFound', 'no such map run');
      return engine.mapRunAnswer;
    },
    mapRuns: () => ({ items: engine.mapRunAnswer ? [engine.mapRunAnswer] : [] }),
    async updateMapRun(arn, change) {
      calls.push(['updateMapRun', arn, change]);
    },
    resume() {},
    async close() {},
  };
  return engine;
}
