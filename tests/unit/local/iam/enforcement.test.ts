import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, startCloud } from '../../../../local/cloud.ts';

let cloud: Cloud;
let options: object;
const region = 'us-east-1';
const caller = { account: '000000000000', region };
const ROLE = 'arn:aws:iam::000000000000:role/reader';
const USER = 'arn:aws:sts::000000000000:assumed-role/reader/ada';
const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/orders';

beforeAll(async () => {
  cloud = await startCloud();
  const call = (service: string, operation: string, input: object) => cloud.call(service, operation, input, caller);
  await call('dynamodb', 'CreateTable', {
    TableName: 'orders',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  });
  await call('sqs', 'CreateQueue', { QueueName: 'jobs' });
  await call('sns', 'CreateTopic', { Name: 'news' });
  await call('iam', 'CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: '{"Statement":[]}' });
  await call('iam', 'PutRolePolicy', {
    RoleName: 'reader',
    PolicyName: 'read',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: TABLE },
        { Effect: 'Allow', Action: 'sqs:*', Resource: '*' },
        { Effect: 'Deny', Action: 'sqs:SendMessage', Resource: '*' },
      ],
    }),
  });
  const developer = { endpoint: cloud.urls.aws, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const sts = new STSClient(developer);
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'ada' }));
  sts.destroy();
  options = {
    ...developer,
    maxAttempts: 1,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId,
      secretAccessKey: Credentials?.SecretAccessKey,
      sessionToken: Credentials?.SessionToken,
    },
  };
});

afterAll(() => cloud?.close());

/** Errors of clients hold their whole connection, which Jest would look through. */
const refusal = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'not refused',
    ({ name, message }: Error) => `${name}: ${message}`,
  );

test('what the role is not granted is refused as AWS words it', async () => {
  const tables = new DynamoDBClient(options);
  expect(await refusal(tables.send(new PutItemCommand({ TableName: 'orders', Item: { id: { S: '1' } } })))).toBe(
    `AccessDeniedException: User: ${USER} is not authorized to perform: dynamodb:PutItem on resource: ${TABLE} ` +
      'because no identity-based policy allows the dynamodb:PutItem action',
  );
  const topics = new SNSClient(options);
  const TopicArn = 'arn:aws:sns:us-east-1:000000000000:news';
  expect(await refusal(topics.send(new PublishCommand({ TopicArn, Message: 'x' })))).toBe(
    `AuthorizationErrorException: User: ${USER} is not authorized to perform: SNS:Publish on resource: ${TopicArn} ` +
      'because no identity-based policy allows the SNS:Publish action',
  );
  const machines = new SFNClient(options);
  const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';
  expect(await refusal(machines.send(new StartExecutionCommand({ stateMachineArn })))).toContain(
    `AccessDeniedException: User: ${USER} is not authorized to perform: states:StartExecution on resource: ${stateMachineArn}`,
  );
});

test('an explicit deny is named as such', async () => {
  const queues = new SQSClient(options);
  const QueueUrl = `${cloud.urls.aws}/000000000000/jobs`;
  expect(await refusal(queues.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })))).toContain(
    'is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:us-east-1:000000000000:jobs ' +
      'with an explicit deny in an identity-based policy',
  );
});

test('what the role is granted is let through', async () => {
  const tables = new DynamoDBClient(options);
  const answer = await tables.send(new GetItemCommand({ TableName: 'orders', Key: { id: { S: '1' } } }));
  expect(answer.Item).toBeUndefined();
});

test('a state machine sees a refusal as the error of the service that it called', async () => {
  const run = async (resource: string, parameters: object) => {
    const definition = {
      StartAt: 'Call',
      States: { Call: { Type: 'Task', Resource: resource, Arguments: parameters, End: true } },
    };
    const name = `m-${resource.split(':').slice(-2).join('-')}`;
    const { stateMachineArn } = await cloud.call(
      'states',
      'CreateStateMachine',
      { name, roleArn: ROLE, definition: JSON.stringify({ QueryLanguage: 'JSONata', ...definition }) },
      caller,
    );
    const { executionArn } = await cloud.call('states', 'StartExecution', { stateMachineArn }, caller);
    return cloud.engine.ended(executionArn);
  };
  const put = { TableName: 'orders', Item: { id: { S: '1' } } };
  const optimised = await run('arn:aws:states:::dynamodb:putItem', put);
  expect(optimised.status).toBe('FAILED');
  expect(optimised.error).toMatch(/^DynamoDB\./);
  expect(optimised.cause).toContain('is not authorized to perform: dynamodb:PutItem');
  const invoked = await run('arn:aws:states:::lambda:invoke', { FunctionName: 'f' });
  expect(invoked.error).toBe('Lambda.AWSLambdaException');
  expect(invoked.cause).toContain('lambda:InvokeFunction');
  const allowed = await run('arn:aws:states:::dynamodb:getItem', { TableName: 'orders', Key: { id: { S: '1' } } });
  expect(allowed.status).toBe('SUCCEEDED');
});

test('a role that is not here is not checked, since there is nothing to check against', async () => {
  const definition = {
    StartAt: 'Call',
    States: {
      Call: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage',
        Parameters: { QueueUrl: `${cloud.urls.aws}/000000000000/jobs`, MessageBody: 'x' },
        End: true,
      },
    },
  };
  const input = {
    name: 'free',
    roleArn: 'arn:aws:iam::000000000000:role/none',
    definition: JSON.stringify(definition),
  };
  const { stateMachineArn } = await cloud.call('states', 'CreateStateMachine', input, caller);
  const { executionArn } = await cloud.call('states', 'StartExecution', { stateMachineArn }, caller);
  expect((await cloud.engine.ended(executionArn)).status).toBe('SUCCEEDED');
});
