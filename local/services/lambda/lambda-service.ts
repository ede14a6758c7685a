import type { CallService, Service } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { sessionToken } from '../../iam/session-token.ts';
import { type Metrics, NO_METRICS } from '../../metrics.ts';
import type { Storage } from '../../storage.ts';
import { createAsynchronousInvocations } from './asynchronous.ts';
import { createCodeStore } from './code-store.ts';
import { createEventSourceMappings } from './event-source-mappings.ts';
import { createFunctionLogs } from './function-logs.ts';
import { measuredRunner } from './function-metrics.ts';
import { FunctionRecords } from './function-record.ts';
import type { LambdaContext } from './lambda-context.ts';
import { dice, newId } from './lambda-context.ts';
import { lambdaOperations } from './operations.ts';
import { lambdaResources } from './resources.ts';
import type { FunctionRevision, FunctionRunner } from './runner.ts';
import { createWorkerRunner } from './worker-runner.ts';

export interface LambdaServiceOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly call: CallService;
  /** Where the code of functions is kept: as durable as `storage`. */
  readonly codeFolder: string;
  /** Of the AWS endpoint: `http://127.0.0.1:4566`. Asked for when a function starts. */
  readonly endpointUrl: () => string;
  /** Absent: nobody looks. */
  readonly metrics?: Metrics;
  /** Runs functions in another way than in worker threads: for tests. */
  readonly runner?: FunctionRunner;
  /** Sees every invocation as long as it runs. */
  readonly during?: <T>(work: Promise<T>) => Promise<T>;
}

export interface LambdaService extends Service {
  /** Takes up what an earlier process left: accepted asynchronous invocations, queues to poll. Once all services are there. */
  resume(): void;
  close(): Promise<void>;
}

/** AWS Lambda: functions of packaged code in worker threads. */
export function createLambdaService(options: LambdaServiceOptions): LambdaService {
  const { storage, clock, call, codeFolder } = options;
  const code = createCodeStore(codeFolder);
  const logs = createFunctionLogs(call, clock);
  const ownRunner = measuredRunner(
    options.runner ??
      createWorkerRunner({
        clock,
        code,
        environment: (revision) => connectionOf(revision, options.endpointUrl()),
        onLog: (revision, stream, text) => logs.write(revision, stream, text),
      }),
    options.metrics ?? NO_METRICS,
  );
  const { during = (work) => work } = options;
  const runner: FunctionRunner = {
    ...ownRunner,
    run: (revision, invocation) => during(ownRunner.run(revision, invocation)),
  };
  const context: LambdaContext = {
    storage,
    clock,
    call,
    code,
    runner,
    records: new FunctionRecords(storage),
    newId,
    dice,
  };
  const asynchronous = createAsynchronousInvocations(context);
  const mappings = createEventSourceMappings(context);
  const operations = lambdaOperations(context, asynchronous, mappings);
  return {
    name: 'lambda',
    operations,
    resources: lambdaResources(context, operations),
    resume() {
      asynchronous.resume();
      mappings.resume();
    },
    async close() {
      // Invocations that run now are cut off; asynchronous ones are repeated at the next start.
      await Promise.all([runner.close(), asynchronous.close(), mappings.close()]);
      await logs.flushed();
      code.close();
    },
  };
}

/** By which an unmodified AWS SDK in a function reaches this cloud, with its role. The access key has the account in it. */
function connectionOf(
  { functionArn, functionName, role }: FunctionRevision,
  endpointUrl: string,
): Record<string, string> {
  const [, , , region = '', account = ''] = functionArn.split(':');
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_ACCESS_KEY_ID: `ASIA${account}LOCA`,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: sessionToken({ roleArn: role, session: functionName }),
  };
}
