import { ServiceError } from '../../aws/service.ts';
import type { FunctionConfiguration, FunctionRecord, StoredRevision } from './function-record.ts';
import { functionArn } from './function-record.ts';

/** Members of CreateFunction and UpdateFunctionConfiguration that say how a function runs. */
export interface ConfigurationInput {
  readonly Runtime?: string;
  readonly Handler?: string;
  readonly Role?: string;
  readonly Description?: string;
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
  readonly LoggingConfig?: { readonly LogFormat?: string; readonly LogGroup?: string };
  readonly DeadLetterConfig?: { readonly TargetArn?: string };
  readonly TracingConfig?: { readonly Mode?: string };
  readonly EphemeralStorage?: { readonly Size?: number };
  readonly Architectures?: readonly string[];
  readonly PackageType?: string;
  readonly Layers?: readonly string[];
  readonly FileSystemConfigs?: readonly object[];
  readonly ImageConfig?: object;
}

const invalid = (message: string): ServiceError => new ServiceError('InvalidParameterValueException', message);

const outOfRange = (value: number, member: string, constraint: string): ServiceError =>
  new ServiceError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have value ${constraint}`,
  );

/**
 * @param input what is changed; members that are absent stay as in `current`
 * @throws ServiceError if a value is not allowed, or cannot be had here
 */
export function configure(
  name: string,
  input: ConfigurationInput,
  current?: FunctionConfiguration,
): FunctionConfiguration {
  refuseUnsupported(input);
  const { Runtime, Handler, Role } = { ...current, ...withoutUndefined(input) };
  if (!Role) throw invalid('The role defined for the function cannot be assumed by Lambda.');
  if (!Handler)
    throw invalid('Handler and Runtime are mandatory parameters for functions created with deployment packages.');
  const { Timeout, MemorySize, LoggingConfig, DeadLetterConfig } = input;
  if (Timeout !== undefined && (Timeout < 1 || Timeout > 900)) {
    throw outOfRange(Timeout, 'timeout', Timeout < 1 ? 'greater than or equal to 1' : 'less than or equal to 900');
  }
  if (MemorySize !== undefined && (MemorySize < 128 || MemorySize > 10_240)) {
    throw outOfRange(
      MemorySize,
      'memorySize',
      MemorySize < 128 ? 'greater than or equal to 128' : 'less than or equal to 10240',
    );
  }
  const deadLetterTarget = DeadLetterConfig ? DeadLetterConfig.TargetArn || undefined : current?.DeadLetterTargetArn;
  return {
    Runtime: nodeRuntime(Runtime),
    Handler,
    Role,
    Description: input.Description ?? current?.Description ?? '',
    Timeout: Timeout ?? current?.Timeout ?? 3,
    MemorySize: MemorySize ?? current?.MemorySize ?? 128,
    Environment: input.Environment ? (input.Environment.Variables ?? {}) : (current?.Environment ?? {}),
    LogGroup: LoggingConfig?.LogGroup ?? current?.LogGroup ?? `/aws/lambda/${name}`,
    LogFormat: logFormat(LoggingConfig?.LogFormat) ?? current?.LogFormat ?? 'Text',
    ...(deadLetterTarget !== undefined && { DeadLetterTargetArn: deadLetterTarget }),
    TracingMode: input.TracingConfig?.Mode ?? current?.TracingMode ?? 'PassThrough',
    EphemeralStorageSize: input.EphemeralStorage?.Size ?? current?.EphemeralStorageSize ?? 512,
    Architectures: input.Architectures ?? current?.Architectures ?? ['x86_64'],
  };
}

const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;

const logFormat = (value: string | undefined): 'Text' | 'JSON' | undefined =>
  value === undefined ? undefined : value === 'JSON' ? 'JSON' : 'Text';

function nodeRuntime(runtime: string | undefined): string {
  if (runtime === undefined)
    throw invalid('Runtime and Handler are mandatory parameters for functions created with deployment packages.');
  if (/^nodejs\d+\.x$/.test(runtime)) return runtime;
  throw invalid(`The runtime ${runtime} is not supported here: functions run in Node.js (nodejs24.x).`);
}

function refuseUnsupported({ PackageType, Layers, FileSystemConfigs, ImageConfig }: ConfigurationInput): void {
  if (PackageType !== undefined && PackageType !== 'Zip')
    throw invalid(`PackageType ${PackageType} is not supported here: only Zip is.`);
  if (Layers?.length) throw invalid('Layers are not supported here.');
  if (FileSystemConfigs?.length) throw invalid('FileSystemConfigs are not supported here.');
  if (ImageConfig !== undefined) throw invalid('ImageConfig is not supported here.');
}

/** A FunctionConfiguration as the API answers it. */
export function describeConfiguration(record: FunctionRecord, revision: StoredRevision, arn: string): object {
  const { configuration: c } = revision;
  const master = functionArn(record);
  return {
    FunctionName: record.name,
    FunctionArn: arn,
    Runtime: c.Runtime,
    Role: c.Role,
    Handler: c.Handler,
    CodeSize: revision.codeSize,
    Description: c.Description,
    Timeout: c.Timeout,
    MemorySize: c.MemorySize,
    LastModified: new Date(revision.lastModified).toISOString().replace('Z', '+0000'),
    CodeSha256: revision.codeSha256,
    Version: revision.version,
    ...(revision.version !== '$LATEST' && { MasterArn: `${master}:$LATEST` }),
    ...(Object.keys(c.Environment).length > 0 && { Environment: { Variables: c.Environment } }),
    ...(c.DeadLetterTargetArn !== undefined && { DeadLetterConfig: { TargetArn: c.DeadLetterTargetArn } }),
    TracingConfig: { Mode: c.TracingMode },
    RevisionId: revision.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: c.Architectures,
    EphemeralStorage: { Size: c.EphemeralStorageSize },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: c.LogFormat, LogGroup: c.LogGroup },
  };
}
