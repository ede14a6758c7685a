import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { Deployment, ResourceIdentity, ResourceType } from '../../aws/service.ts';
import { ServiceError } from '../../aws/service.ts';
import type { EventSourceMappingInput } from './event-source-mappings.ts';
import { ACCEPTED as MAPPING_ACCEPTED } from './event-source-mappings.ts';
import { parseReference } from './function-record.ts';
import type { LambdaContext } from './lambda-context.ts';
import type { EventInvokeConfigInput } from './operations/event-invoke-config.ts';
import type { LambdaOperations } from './operations.ts';

// Each start applies the same template again: what is there already is brought up to date, and a version is only
// published if code or configuration changed, as on AWS.

const CONFIGURATION = [
  'Runtime',
  'Handler',
  'Role',
  'Description',
  'Timeout',
  'MemorySize',
  'Environment',
  'LoggingConfig',
  'DeadLetterConfig',
  'TracingConfig',
  'EphemeralStorage',
  'Architectures',
  'PackageType',
  'Layers',
] as const;

export function lambdaResources(context: LambdaContext, operations: LambdaOperations): Record<string, ResourceType> {
  return {
    'AWS::Lambda::Function': {
      supported: ['FunctionName', 'Code', 'ReservedConcurrentExecutions', ...CONFIGURATION],
      accepted: [
        'Tags',
        'VpcConfig',
        'KmsKeyArn',
        'SnapStart',
        'RuntimeManagementConfig',
        'CodeSigningConfigArn',
        'RecursiveLoop',
      ],
      apply: (properties, deployment) => applyFunction(properties, deployment, context, operations),
    },
    'AWS::Lambda::Version': {
      supported: ['FunctionName', 'CodeSha256', 'Description'],
      accepted: ['ProvisionedConcurrencyConfig', 'RuntimePolicy'],
      apply({ FunctionName, CodeSha256, Description }, deployment) {
        const version = { FunctionName, CodeSha256, Description } as never;
        const { FunctionArn, Version } = operations.PublishVersion(version, deployment) as Record<string, string>;
        return { ref: FunctionArn!, attributes: { Version: Version!, FunctionArn: FunctionArn! } };
      },
    },
    'AWS::Lambda::Alias': {
      supported: ['FunctionName', 'Name', 'FunctionVersion', 'Description', 'RoutingConfig'],
      accepted: ['ProvisionedConcurrencyConfig'],
      apply(properties, deployment) {
        const input = { ...properties, RoutingConfig: routing(properties.RoutingConfig) } as never;
        const record = context.records.get(parseReference(properties.FunctionName, undefined, deployment));
        const exists = Object.hasOwn(record.aliases, String(properties.Name));
        const { AliasArn } = (exists ? operations.UpdateAlias : operations.CreateAlias)(input, deployment) as {
          AliasArn: string;
        };
        return { ref: AliasArn, attributes: { AliasArn } };
      },
    },
    'AWS::Lambda::Permission': {
      supported: ['FunctionName', 'Action', 'Principal', 'SourceArn', 'SourceAccount'],
      apply(properties, deployment) {
        const StatementId = `${deployment.stackName}-${deployment.logicalId}`;
        const { FunctionName } = properties;
        replace(() => operations.RemovePermission({ FunctionName, StatementId } as never, deployment));
        operations.AddPermission({ ...properties, StatementId } as never, deployment);
        return { ref: StatementId, attributes: { Id: StatementId } };
      },
    },
    'AWS::Lambda::EventInvokeConfig': {
      supported: ['FunctionName', 'Qualifier', 'MaximumRetryAttempts', 'MaximumEventAgeInSeconds', 'DestinationConfig'],
      apply(properties, deployment) {
        operations.PutFunctionEventInvokeConfig(numbers(properties) as unknown as EventInvokeConfigInput, deployment);
        return { ref: `${deployment.stackName}-${deployment.logicalId}`, attributes: {} };
      },
    },
    'AWS::Lambda::EventSourceMapping': {
      supported: ['EventSourceArn', 'FunctionName', 'Enabled', 'BatchSize', 'FunctionResponseTypes'],
      accepted: MAPPING_ACCEPTED,
      apply: (properties, deployment) =>
        applyMapping(numbers(properties) as unknown as EventSourceMappingInput, deployment, operations),
    },
  };
}

async function applyFunction(
  properties: Readonly<Record<string, unknown>>,
  deployment: Deployment,
  { records }: LambdaContext,
  operations: LambdaOperations,
): Promise<ResourceIdentity> {
  const { Code, ReservedConcurrentExecutions, FunctionName = generatedName(deployment), ...rest } = properties;
  const name = String(FunctionName);
  const settings = Object.fromEntries(
    CONFIGURATION.flatMap((key) => (rest[key] === undefined ? [] : [[key, rest[key]]])),
  );
  // CloudFormation writes numbers as text where a parameter gave them.
  const configuration = { ...numbers(settings), Environment: environmentOf(settings.Environment) };
  const code = codeOf(Code as Record<string, string> | undefined, deployment);
  if (records.find(parseReference(name, undefined, deployment))) {
    await updateFunction(name, configuration, code, deployment, operations);
  } else {
    await operations.CreateFunction({ FunctionName: name, Code: code, ...configuration } as never, deployment);
  }
  if (ReservedConcurrentExecutions === undefined)
    operations.DeleteFunctionConcurrency({ FunctionName: name }, deployment);
  else {
    const limit = Number(ReservedConcurrentExecutions);
    operations.PutFunctionConcurrency({ FunctionName: name, ReservedConcurrentExecutions: limit }, deployment);
  }
  const { FunctionArn } = operations.GetFunctionConfiguration({ FunctionName: name }, deployment) as {
    FunctionArn: string;
  };
  return { ref: name, attributes: { Arn: FunctionArn } };
}

async function updateFunction(
  FunctionName: string,
  configuration: object,
  code: object,
  deployment: Deployment,
  operations: LambdaOperations,
): Promise<void> {
  // Members that the template no longer names go back to what they are without it.
  const defaults = {
    Description: '',
    Timeout: 3,
    MemorySize: 128,
    DeadLetterConfig: {},
    TracingConfig: { Mode: 'PassThrough' },
    EphemeralStorage: { Size: 512 },
    Architectures: ['x86_64'],
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${FunctionName}` },
  };
  operations.UpdateFunctionConfiguration({ FunctionName, ...defaults, ...configuration } as never, deployment);
  await operations.UpdateFunctionCode({ FunctionName, ...code } as never, deployment);
}

/** As CloudFormation makes up names: readable, unique in the account, and here the same at every start. */
function generatedName({ stackName, logicalId }: Deployment): string {
  const suffix = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex').slice(0, 12);
  const readable = `${stackName}-${logicalId}`.slice(0, 51);
  return `${readable}-${suffix}`;
}

/** Inline code is one file of text, named so by CloudFormation. The same text always gives the same archive. */
const SAME_TIME = new Date(1980, 0, 1);

/** The packager names an S3 object whose last part is the name of the zip file in its folder. */
function codeOf(code: Readonly<Record<string, string>> | undefined, { packageFolder }: Deployment): object {
  const { S3Bucket, S3Key, ZipFile, ...others } = code ?? {};
  const other = Object.keys(others)[0];
  if (other) throw new ServiceError('InvalidParameterValueException', `Code.${other} is not supported here.`);
  if (ZipFile !== undefined) return { ZipFile: zipSync({ 'index.js': strToU8(ZipFile) }, { mtime: SAME_TIME }) };
  const file = packageFolder !== undefined && S3Key ? join(packageFolder, basename(S3Key)) : undefined;
  return file !== undefined && existsSync(file) ? { ZipFile: readFileSync(file) } : { S3Bucket, S3Key };
}

function environmentOf(environment: unknown): { Variables: Record<string, string> } {
  const { Variables = {} } = (environment ?? {}) as { Variables?: Readonly<Record<string, unknown>> };
  return { Variables: Object.fromEntries(Object.entries(Variables).map(([name, value]) => [name, String(value)])) };
}

function applyMapping(
  input: EventSourceMappingInput,
  deployment: Deployment,
  operations: LambdaOperations,
): ResourceIdentity {
  const { EventSourceMappings } = operations.ListEventSourceMappings(input, deployment) as {
    EventSourceMappings: { UUID: string }[];
  };
  const existing = EventSourceMappings[0];
  const { EventSourceArn: _, ...change } = input;
  const { UUID } = (
    existing
      ? operations.UpdateEventSourceMapping(
          { UUID: existing.UUID, ...change, EventSourceArn: input.EventSourceArn },
          deployment,
        )
      : operations.CreateEventSourceMapping(input, deployment)
  ) as { UUID: string };
  return { ref: UUID, attributes: { Id: UUID } };
}

/** CloudFormation names weights in a list, the API in a map. */
function routing(config: unknown): object | undefined {
  const { AdditionalVersionWeights = [] } = (config ?? {}) as {
    AdditionalVersionWeights?: readonly { FunctionVersion: string; FunctionWeight: number | string }[];
  };
  if (config === undefined) return undefined;
  return {
    AdditionalVersionWeights: Object.fromEntries(
      AdditionalVersionWeights.map(({ FunctionVersion, FunctionWeight }) => [FunctionVersion, Number(FunctionWeight)]),
    ),
  };
}

const NUMBERS = new Set(['Timeout', 'MemorySize', 'MaximumRetryAttempts', 'MaximumEventAgeInSeconds', 'BatchSize']);
const BOOLEANS = new Set(['Enabled']);

/** Parameters of a template are text, whatever they stand for. */
function numbers(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => {
      if (NUMBERS.has(key) && typeof value === 'string') return [key, Number(value)];
      if (BOOLEANS.has(key) && typeof value === 'string') return [key, value === 'true'];
      return [key, value];
    }),
  );
}

function replace(remove: () => unknown): void {
  try {
    remove();
  } catch (error) {
    if (!(error instanceof ServiceError && error.statusCode === 404)) throw error;
  }
}
