/** What a task gives where an API wants bytes: any JSON, whose text they are; or base64 text, as in DynamoDB's own JSON. */
export type GivenBytes = 'json' | 'base64';

/** A service as `arn:aws:states:::aws-sdk:<name>:<action>` names it. */
export interface SdkService {
  /** The service's signing name. */
  readonly service: string;
  /** What error names start with: `S3.NoSuchBucketException`. */
  readonly errorPrefix: string;
  /** What stands for bytes in its parameters; absent: any JSON. */
  readonly bytes?: GivenBytes;
}

/** The names are those of the AWS SDK for Java 2, in lower case. */
export const SDK_SERVICES: Readonly<Record<string, SdkService>> = {
  batch: { service: 'batch', errorPrefix: 'Batch' },
  cloudwatchlogs: { service: 'logs', errorPrefix: 'CloudWatchLogs' },
  dynamodb: { service: 'dynamodb', errorPrefix: 'DynamoDb', bytes: 'base64' },
  ecs: { service: 'ecs', errorPrefix: 'Ecs' },
  emr: { service: 'elasticmapreduce', errorPrefix: 'Emr' },
  eventbridge: { service: 'events', errorPrefix: 'EventBridge' },
  glue: { service: 'glue', errorPrefix: 'Glue' },
  iam: { service: 'iam', errorPrefix: 'Iam' },
  kms: { service: 'kms', errorPrefix: 'Kms' },
  lambda: { service: 'lambda', errorPrefix: 'Lambda' },
  s3: { service: 's3', errorPrefix: 'S3' },
  sagemaker: { service: 'sagemaker', errorPrefix: 'SageMaker' },
  scheduler: { service: 'scheduler', errorPrefix: 'Scheduler' },
  secretsmanager: { service: 'secretsmanager', errorPrefix: 'SecretsManager' },
  sfn: { service: 'states', errorPrefix: 'Sfn' },
  sns: { service: 'sns', errorPrefix: 'Sns' },
  sqs: { service: 'sqs', errorPrefix: 'Sqs' },
  ssm: { service: 'ssm', errorPrefix: 'Ssm' },
  sts: { service: 'sts', errorPrefix: 'Sts' },
};

/** `putItem` → `PutItem`: the API's name of an action. */
export const operationName = (action: string): string => action.charAt(0).toUpperCase() + action.slice(1);
