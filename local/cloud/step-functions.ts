import { randomUUID } from 'node:crypto';
import type { Caller, CallService, Service } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics.ts';
import type { EventsService } from '../services/events/events.ts';
import { activityRegistry } from '../stepfunctions/api/activities.ts';
import { createStepFunctionsService } from '../stepfunctions/api/create-step-functions-service.ts';
import { revisionMachine } from '../stepfunctions/api/definitions.ts';
import { createEngine, type EngineOptions } from '../stepfunctions/engine/engine.ts';
import type { MapStorage } from '../stepfunctions/engine/map-run/map-storage.ts';
import type { Engine } from '../stepfunctions/engine/ports.ts';
import type { TaskEnvironment } from '../stepfunctions/engine/tasks/integration.ts';
import { createTaskRunner } from '../stepfunctions/engine/tasks/task-runner.ts';
import type { CloudData } from './data-folder.ts';
import { announceExecution } from './execution-events.ts';
import { createExecutionLog } from './execution-logs.ts';
import { countExecution } from './execution-metrics.ts';

export interface StepFunctionsOptions extends Caller {
  readonly data: CloudData;
  readonly clock: Clock;
  readonly call: CallService;
  /** All services of this cloud; grows. */
  readonly services: readonly Service[];
  readonly events: EventsService;
  readonly metrics: Metrics;
  /** Resolves at the next change of any job. */
  readonly jobChanged: TaskEnvironment['jobChanged'];
  readonly callApi: TaskEnvironment['callApi'];
  readonly sendHttp: TaskEnvironment['sendHttp'];
  readonly report: (error: unknown, what: string) => void;
  /** Told of every step of an execution. */
  readonly onProgress?: EngineOptions['onProgress'];
}

export interface StepFunctions {
  readonly engine: Engine;
  readonly service: Service;
}

/**
 * The engine with everything around it: what tasks call, where logs and status changes go. What ran before goes on when the
 * engine is told to resume: its tasks may need services and functions that are not there yet.
 */
export async function createStepFunctions(options: StepFunctionsOptions): Promise<StepFunctions> {
  const { data, clock, call, services, events, metrics, account, region, report } = options;
  let engine: Engine | undefined;
  const tasks = createTaskRunner({
    callService: call,
    clock,
    hasOperation: (name, operation) => {
      const service = services.find((candidate) => candidate.name === name);
      return service !== undefined && Object.hasOwn(service.operations, operation);
    },
    executionEnded: (executionArn, signal) => engine!.ended(executionArn, signal),
    jobChanged: options.jobChanged,
    callApi: options.callApi,
    sendHttp: options.sendHttp,
    randomUuid: randomUUID,
  });
  const logs = createExecutionLog(call, (error) => report(error, 'execution log'));
  engine = await createEngine({
    store: data.executions,
    clock,
    tasks,
    parse: revisionMachine,
    activityExists: activityRegistry(data.storage),
    account,
    region,
    log: logs,
    mapStorage: createMapStorage(call, { account, region }),
    resumeLater: true,
    ...(options.onProgress && { onProgress: options.onProgress }),
    onStatusChange: (execution) => {
      announceExecution(events, execution);
      countExecution(metrics, execution);
    },
    report: (error) => report(error, 'Step Functions engine'),
  });
  const service = createStepFunctionsService({
    engine,
    storage: data.storage,
    clock,
    tasks,
    randomUuid: randomUUID,
    call,
  });
  return { engine, service };
}

const ownerInput = (expected: string | undefined) => (expected === undefined ? {} : { ExpectedBucketOwner: expected });

/** Where Distributed Maps read and write: the S3 of this cloud. */
function createMapStorage(call: CallService, caller: Caller): MapStorage {
  return {
    async read({ bucket, key, versionId, expectedOwner }) {
      const input = {
        Bucket: bucket,
        Key: key,
        ...(versionId !== undefined && { VersionId: versionId }),
        ...ownerInput(expectedOwner),
      };
      const { Body } = await call('s3', 'GetObject', input, caller);
      return Body as Uint8Array;
    },
    async list({ bucket, prefix, expectedOwner }) {
      const input = { Bucket: bucket, Prefix: prefix, ...ownerInput(expectedOwner) };
      const objects = [];
      let token: string | undefined;
      do {
        const page = await call(
          's3',
          'ListObjectsV2',
          { ...input, ...(token && { ContinuationToken: token }) },
          caller,
        );
        objects.push(...(page.Contents ?? []));
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return objects.map(({ Key, ETag, Size, LastModified, StorageClass }) => ({
        key: Key as string,
        etag: ETag as string,
        size: Size as number,
        lastModified: new Date(LastModified).getTime(),
        storageClass: (StorageClass as string | undefined) ?? 'STANDARD',
      }));
    },
    async write({ bucket, key }, content, contentType) {
      await call('s3', 'PutObject', { Bucket: bucket, Key: key, Body: content, ContentType: contentType }, caller);
    },
  };
}
