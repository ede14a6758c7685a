import type { ResultWriter } from '../../asl/definition.ts';
import type { Json, JsonObject } from '../../asl/json.ts';
import type { ExecutionDescription } from '../ports.ts';
import { resultWriterFailed, toMapFailure } from './map-failure.ts';
import { type MapScope, textParameter } from './map-scope.ts';
import type { MapStorage } from './map-storage.ts';

/** How a child ended, or that it did not: in order of the items. */
export interface ChildResult {
  readonly execution?: ExecutionDescription;
  /** JSON text. */
  readonly input: string;
}

type Kind = 'SUCCEEDED' | 'FAILED' | 'PENDING';

/** The result of a Map state that has no ResultWriter, or one that only transforms: outputs of those that succeeded. */
export function inlineResult(writer: ResultWriter | undefined, results: readonly ChildResult[]): Json[] {
  const succeeded = results.filter((result) => kindOf(result) === 'SUCCEEDED');
  return transform(succeeded, writer?.config?.transformation ?? 'COMPACT');
}

/**
 * Writes the results to S3: a file for each kind of end, and a manifest that names them.
 * @returns the Map state's result: the map run, and where the manifest is
 * @throws MapFailure States.ResultWriterFailed
 */
export async function writeResults(
  writer: ResultWriter,
  scope: MapScope,
  storage: MapStorage,
  mapRunArn: string,
  results: readonly ChildResult[],
): Promise<JsonObject> {
  const parameters = writer.parameters ? scope.evaluate(writer.parameters) : {};
  const bucket = textParameter(parameters, 'Bucket');
  if (bucket === undefined) throw resultWriterFailed('The parameter Bucket is missing.');
  const prefix = textParameter(parameters, 'Prefix');
  const folder = `${prefix ? `${prefix.replace(/\/$/, '')}/` : ''}${mapRunArn.split(':').at(-1)}`;
  const files: Record<Kind, JsonObject[]> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
  const isLines = writer.config?.outputType === 'JSONL';

  async function write(key: string, text: string, contentType: string): Promise<number> {
    const content = new TextEncoder().encode(text);
    try {
      await storage.write({ bucket: bucket as string, key }, content, contentType);
    } catch (error) {
      throw resultWriterFailed(toMapFailure(error).message);
    }
    return content.byteLength;
  }

  for (const kind of ['FAILED', 'PENDING', 'SUCCEEDED'] as const) {
    const chosen = results.filter((result) => kindOf(result) === kind);
    if (chosen.length === 0) continue;
    const entries =
      kind === 'SUCCEEDED' ? transform(chosen, writer.config?.transformation ?? 'NONE') : chosen.map(describe);
    const key = `${folder}/${kind}_0.${isLines ? 'jsonl' : 'json'}`;
    const text = isLines ? entries.map((entry) => `${JSON.stringify(entry)}\n`).join('') : JSON.stringify(entries);
    const size = await write(key, text, isLines ? 'application/jsonl' : 'application/json');
    files[kind].push({ Key: key, Size: size });
  }
  const manifestKey = `${folder}/manifest.json`;
  const manifest = { DestinationBucket: bucket, MapRunArn: mapRunArn, ResultFiles: files };
  await write(manifestKey, JSON.stringify(manifest), 'application/json');
  return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket: bucket, Key: manifestKey } };
}

function kindOf({ execution }: ChildResult): Kind {
  if (!execution || execution.status === 'RUNNING') return 'PENDING';
  return execution.status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED';
}

function transform(results: readonly ChildResult[], transformation: string): Json[] {
  if (transformation === 'NONE') return results.map(describe);
  const outputs = results.map(({ execution }) => JSON.parse(execution?.output ?? 'null') as Json);
  return transformation === 'FLATTEN' ? outputs.flat() : outputs;
}

/** As DescribeExecution does, with AWS's names. */
function describe({ execution, input }: ChildResult): JsonObject {
  if (!execution) return { Input: input, InputDetails: { Included: true }, Status: 'PENDING' };
  const { output, error, cause, stoppedAt, status } = execution;
  const redrivable = status !== 'SUCCEEDED' && execution.revision.type === 'STANDARD';
  return {
    ...(cause !== undefined && { Cause: cause }),
    ...(error !== undefined && { Error: error }),
    ExecutionArn: execution.executionArn,
    Input: execution.input,
    InputDetails: { Included: true },
    Name: execution.name,
    ...(output !== undefined && { Output: output, OutputDetails: { Included: true } }),
    RedriveCount: execution.redriveCount,
    RedriveStatus: redrivable ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(!redrivable && { RedriveStatusReason: `Execution is ${status} and cannot be redriven` }),
    StartDate: new Date(execution.startedAt).toISOString(),
    StateMachineArn: execution.revision.stateMachineArn,
    Status: status,
    ...(stoppedAt !== undefined && { StopDate: new Date(stoppedAt).toISOString() }),
  };
}
