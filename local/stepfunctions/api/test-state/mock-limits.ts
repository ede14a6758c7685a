/** Limits of a field of an answer. Lengths are in characters. */
export interface Limits {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minimumLength?: number;
  readonly maximumLength?: number;
}

// The SDK's models leave limits out. These are those of the API references, for the answers of services that state
// machines commonly call: by signing name and field.

const TEXT_1_256: Limits = { minimumLength: 1, maximumLength: 256 };

const LIMITS: Readonly<Record<string, Readonly<Record<string, Limits>>>> = {
  dynamodb: {
    TableName: { minimumLength: 1, maximumLength: 1024 },
    IndexName: { minimumLength: 3, maximumLength: 255 },
  },
  kms: {
    CiphertextBlob: { minimumLength: 1, maximumLength: 6144 },
    Plaintext: { minimumLength: 1, maximumLength: 4096 },
    KeyId: { minimumLength: 1, maximumLength: 2048 },
    Signature: { minimumLength: 1, maximumLength: 6144 },
    Mac: { minimumLength: 1, maximumLength: 6144 },
  },
  lambda: {
    MemorySize: { minimum: 128, maximum: 10_240 },
    Timeout: { minimum: 1 },
    Description: { maximumLength: 256 },
    Handler: { maximumLength: 128 },
    Version: { minimumLength: 1, maximumLength: 1024 },
    Size: { minimum: 512, maximum: 10_240 },
    ReservedConcurrentExecutions: { minimum: 0 },
  },
  secretsmanager: {
    ARN: { minimumLength: 20, maximumLength: 2048 },
    Name: TEXT_1_256,
    VersionId: { minimumLength: 32, maximumLength: 64 },
    SecretString: { minimumLength: 1, maximumLength: 65_536 },
  },
  ssm: { Name: { minimumLength: 1, maximumLength: 2048 } },
  states: {
    ExecutionArn: TEXT_1_256,
    StateMachineArn: TEXT_1_256,
    ActivityArn: TEXT_1_256,
    TaskToken: { minimumLength: 1, maximumLength: 2048 },
  },
  sts: {
    AccessKeyId: { minimumLength: 16, maximumLength: 128 },
    Arn: { minimumLength: 20, maximumLength: 2048 },
    PackedPolicySize: { minimum: 0 },
  },
};

export const limitsOf = (service: string, field: string): Limits => LIMITS[service]?.[field] ?? {};
