import { expect, test } from '@jest/globals';
import { requiredPermissions } from '../../../../local/iam/required-permissions.ts';

const caller = { account: '000000000000', region: 'eu-central-1' };
const ORDERS = 'arn:aws:dynamodb:eu-central-1:000000000000:table/orders';
const MACHINE = 'arn:aws:states:eu-central-1:000000000000:stateMachine:place-order';
const needs = (service: string, operation: string, input: object): string[] =>
  requiredPermissions(service, operation, input, caller).map(({ action, resource = '' }) => `${action} ${resource}`);

test.each([
  ['dynamodb', 'GetItem', { TableName: 'orders' }, [`dynamodb:GetItem ${ORDERS}`]],
  ['dynamodb', 'GetItem', { TableName: ORDERS }, [`dynamodb:GetItem ${ORDERS}`]],
  ['dynamodb', 'Query', { TableName: 'orders', IndexName: 'waiting' }, [`dynamodb:Query ${ORDERS}/index/waiting`]],
  ['dynamodb', 'BatchGetItem', { RequestItems: { orders: {} } }, [`dynamodb:BatchGetItem ${ORDERS}`]],
  [
    'dynamodb',
    'TransactWriteItems',
    { TransactItems: [{ Put: { TableName: 'orders' } }, { ConditionCheck: { TableName: 'orders' } }] },
    [`dynamodb:PutItem ${ORDERS}`, `dynamodb:ConditionCheckItem ${ORDERS}`],
  ],
  [
    'sqs',
    'SendMessageBatch',
    { QueueUrl: 'http://127.0.0.1:4566/000000000000/jobs' },
    ['sqs:SendMessage arn:aws:sqs:eu-central-1:000000000000:jobs'],
  ],
  ['sns', 'Publish', { TopicArn: 'arn:topic' }, ['sns:Publish arn:topic']],
  ['sns', 'Publish', { PhoneNumber: '+491234' }, ['sns:Publish ']],
  [
    'lambda',
    'Invoke',
    { FunctionName: 'f' },
    ['lambda:InvokeFunction arn:aws:lambda:eu-central-1:000000000000:function:f'],
  ],
  [
    'lambda',
    'Invoke',
    { FunctionName: 'f', Qualifier: '3' },
    ['lambda:InvokeFunction arn:aws:lambda:eu-central-1:000000000000:function:f:3'],
  ],
  [
    'events',
    'PutEvents',
    { Entries: [{}, { EventBusName: 'orders' }] },
    [
      'events:PutEvents arn:aws:events:eu-central-1:000000000000:event-bus/default',
      'events:PutEvents arn:aws:events:eu-central-1:000000000000:event-bus/orders',
    ],
  ],
  ['s3', 'HeadObject', { Bucket: 'ledger', Key: 'a/b' }, ['s3:GetObject arn:aws:s3:::ledger/a/b']],
  ['s3', 'ListObjectsV2', { Bucket: 'ledger' }, ['s3:ListBucket arn:aws:s3:::ledger']],
  [
    'logs',
    'PutLogEvents',
    { logGroupName: '/aws/lambda/f', logStreamName: 's' },
    ['logs:PutLogEvents arn:aws:logs:eu-central-1:000000000000:log-group:/aws/lambda/f:log-stream:s'],
  ],
  ['states', 'StartExecution', { stateMachineArn: 'arn:machine' }, ['states:StartExecution arn:machine']],
  ['states', 'StartExecution', { stateMachineArn: `${MACHINE}:live` }, [`states:StartExecution ${MACHINE}`]],
  ['states', 'StartSyncExecution', { stateMachineArn: `${MACHINE}:3` }, [`states:StartSyncExecution ${MACHINE}`]],
  ['states', 'TestState', { revealSecrets: false }, ['states:TestState ']],
  ['states', 'TestState', { revealSecrets: true }, ['states:TestState ', 'states:RevealSecrets ']],
  ['states', 'SendTaskSuccess', { taskToken: 'token' }, ['states:SendTaskSuccess ']],
  ['monitoring', 'PutMetricData', {}, ['cloudwatch:PutMetricData ']],
  ['sts', 'GetCallerIdentity', {}, []],
])('%s %s of %j', (service, operation, input, expected) => {
  expect(needs(service, operation, input)).toEqual(expected);
});
