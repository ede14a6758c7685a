import type { Caller } from '../aws/service.ts';
import type { Permission } from './evaluate.ts';

// What a call needs, by service and operation. Source: the Service Authorization Reference.

type Input = Readonly<Record<string, unknown>>;
type Needs = (input: Input, caller: Caller) => Permission[];

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): Input[] => (Array.isArray(value) ? (value as Input[]) : []);

const tableArn = (name: unknown, { account, region }: Caller): string =>
  text(name).startsWith('arn:') ? text(name) : `arn:aws:dynamodb:${region}:${account}:table/${text(name)}`;

const onTable =
  (action: string): Needs =>
  ({ TableName, IndexName }, caller) => {
    const table = tableArn(TableName, caller);
    return [
      { action: `dynamodb:${action}`, resource: IndexName === undefined ? table : `${table}/index/${IndexName}` },
    ];
  };

/** Transactions need what each of their parts needs. */
const TRANSACTION_PARTS = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  ConditionCheck: 'ConditionCheckItem',
};
const transaction: Needs = ({ TransactItems }, caller) =>
  list(TransactItems).flatMap((item) =>
    Object.entries(TRANSACTION_PARTS).flatMap(([part, action]) => {
      const { TableName } = (item[part] ?? {}) as Input;
      return TableName === undefined ? [] : [{ action: `dynamodb:${action}`, resource: tableArn(TableName, caller) }];
    }),
  );

const onTables =
  (action: string): Needs =>
  ({ RequestItems }, caller) =>
    Object.keys((RequestItems ?? {}) as Input).map((name) => ({
      action: `dynamodb:${action}`,
      resource: tableArn(name, caller),
    }));

/** Secrets Manager adds a hyphen and six characters to the name. Which they are, no policy can know: any six stand for them. */
const secretArn = (id: unknown, { account, region }: Caller): string =>
  text(id).startsWith('arn:') ? text(id) : `arn:aws:secretsmanager:${region}:${account}:secret:${text(id)}-000000`;

const queueArn = (urlOrName: unknown, { account, region }: Caller): string =>
  `arn:aws:sqs:${region}:${account}:${text(urlOrName).split('/').at(-1)}`;

const onQueue =
  (action: string): Needs =>
  ({ QueueUrl, QueueName }, caller) => [{ action: `sqs:${action}`, resource: queueArn(QueueUrl ?? QueueName, caller) }];

const onMember =
  (action: string, ...members: readonly string[]): Needs =>
  (input) => {
    const found = members.map((member) => input[member]).find((value) => value !== undefined);
    return [{ action, ...(typeof found === 'string' && { resource: found }) }];
  };

const functionArn = ({ FunctionName, Qualifier }: Input, { account, region }: Caller): string => {
  const name = text(FunctionName);
  const arn = name.startsWith('arn:') ? name : `arn:aws:lambda:${region}:${account}:function:${name}`;
  return Qualifier === undefined || arn.endsWith(`:${Qualifier}`) ? arn : `${arn}:${Qualifier}`;
};

/** Step Functions authorises a version or an alias by the ARN of its machine: a policy that names `machine:live` grants nothing. */
const onMachine =
  (action: string): Needs =>
  ({ stateMachineArn }) => [
    { action: `states:${action}`, resource: text(stateMachineArn).split(':').slice(0, MACHINE_ARN_PARTS).join(':') },
  ];

/** arn:aws:states:eu-central-1:123456789012:stateMachine:name */
const MACHINE_ARN_PARTS = 7;

const onObject =
  (...actions: readonly string[]): Needs =>
  ({ Bucket, Key }) =>
    actions.map((action) => ({ action: `s3:${action}`, resource: `arn:aws:s3:::${Bucket}/${Key}` }));

const onStream =
  (action: string): Needs =>
  ({ logGroupName, logStreamName }, { account, region }) => [
    {
      action: `logs:${action}`,
      resource: `arn:aws:logs:${region}:${account}:log-group:${logGroupName}:log-stream:${logStreamName ?? ''}`,
    },
  ];

const NEEDS: Readonly<Record<string, Readonly<Record<string, Needs>>>> = {
  dynamodb: {
    ...Object.fromEntries(
      ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'DescribeTable'].map((name) => [
        name,
        onTable(name),
      ]),
    ),
    BatchGetItem: onTables('BatchGetItem'),
    BatchWriteItem: onTables('BatchWriteItem'),
    TransactWriteItems: transaction,
    TransactGetItems: transaction,
  },
  events: {
    PutEvents: ({ Entries }, { account, region }) =>
      list(Entries).map(({ EventBusName = 'default' }) => {
        const bus = text(EventBusName);
        const resource = bus.startsWith('arn:') ? bus : `arn:aws:events:${region}:${account}:event-bus/${bus}`;
        return { action: 'events:PutEvents', resource };
      }),
  },
  lambda: {
    Invoke: (input, caller) => [{ action: 'lambda:InvokeFunction', resource: functionArn(input, caller) }],
  },
  logs: {
    CreateLogStream: onStream('CreateLogStream'),
    PutLogEvents: onStream('PutLogEvents'),
  },
  s3: {
    GetObject: onObject('GetObject'),
    HeadObject: onObject('GetObject'),
    PutObject: onObject('PutObject'),
    DeleteObject: onObject('DeleteObject'),
    CreateMultipartUpload: onObject('PutObject'),
    UploadPart: onObject('PutObject'),
    CompleteMultipartUpload: onObject('PutObject'),
    AbortMultipartUpload: onObject('AbortMultipartUpload'),
    ListObjectsV2: ({ Bucket }) => [{ action: 's3:ListBucket', resource: `arn:aws:s3:::${Bucket}` }],
    ListObjects: ({ Bucket }) => [{ action: 's3:ListBucket', resource: `arn:aws:s3:::${Bucket}` }],
  },
  secretsmanager: {
    GetSecretValue: ({ SecretId }, caller) => [
      { action: 'secretsmanager:GetSecretValue', resource: secretArn(SecretId, caller) },
    ],
  },
  ses: {
    SendEmail: ({ FromEmailAddress }, { account, region }) => {
      const address = text(FromEmailAddress).replace(/^.*<(.*)>$/, '$1');
      return [{ action: 'ses:SendEmail', resource: `arn:aws:ses:${region}:${account}:identity/${address}` }];
    },
  },
  sns: {
    Publish: onMember('sns:Publish', 'TopicArn', 'TargetArn'),
    PublishBatch: onMember('sns:Publish', 'TopicArn'),
  },
  sqs: {
    SendMessage: onQueue('SendMessage'),
    SendMessageBatch: onQueue('SendMessage'),
    ReceiveMessage: onQueue('ReceiveMessage'),
    DeleteMessage: onQueue('DeleteMessage'),
    DeleteMessageBatch: onQueue('DeleteMessage'),
    ChangeMessageVisibility: onQueue('ChangeMessageVisibility'),
    GetQueueAttributes: onQueue('GetQueueAttributes'),
    GetQueueUrl: onQueue('GetQueueUrl'),
  },
  states: {
    StartExecution: onMachine('StartExecution'),
    StartSyncExecution: onMachine('StartSyncExecution'),
    ListExecutions: onMachine('ListExecutions'),
    DescribeExecution: onMember('states:DescribeExecution', 'executionArn'),
    GetExecutionHistory: onMember('states:GetExecutionHistory', 'executionArn'),
    StopExecution: onMember('states:StopExecution', 'executionArn'),
    RedriveExecution: onMember('states:RedriveExecution', 'executionArn'),
    GetActivityTask: onMember('states:GetActivityTask', 'activityArn'),
    TestState: ({ revealSecrets }) => [
      { action: 'states:TestState' },
      ...(revealSecrets === true ? [{ action: 'states:RevealSecrets' }] : []),
    ],
  },
};

/** Where an action's prefix is not the name that requests are signed with. */
const PREFIXES: Readonly<Record<string, string>> = { monitoring: 'cloudwatch' };

/** What anybody may do. */
const FREE = new Set(['sts:GetCallerIdentity']);

/**
 * What a call needs to be allowed. Of operations that are not listed here only the action is known, not what it is about
 * (task tokens, jobs): then a role needs the action on anything.
 */
export function requiredPermissions(service: string, operation: string, input: object, caller: Caller): Permission[] {
  const action = `${PREFIXES[service] ?? service}:${operation}`;
  if (FREE.has(action)) return [];
  const known = NEEDS[service];
  const needs = known && Object.hasOwn(known, operation) ? known[operation] : undefined;
  return needs ? needs(input as Input, caller) : [{ action }];
}
