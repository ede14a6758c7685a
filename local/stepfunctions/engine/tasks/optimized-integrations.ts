import { isJsonObject, type Json, type JsonObject } from '../../asl/json.ts';
import { optimizedAction } from './call-optimized.ts';
import { invokeApi } from './http/invoke-api.ts';
import { invokeHttp } from './http/invoke-http.ts';
import type { OptimizedIntegration } from './integration.ts';
import { batchIntegration } from './jobs/batch-jobs.ts';
import { ecsIntegration } from './jobs/ecs-tasks.ts';
import { emrIntegration } from './jobs/emr-clusters.ts';
import { glueIntegration } from './jobs/glue-runs.ts';
import { sagemakerIntegration } from './jobs/sagemaker-jobs.ts';
import { invokeFunction } from './lambda-function.ts';
import { nestedExecution } from './nested-execution.ts';

const JSON_1_0 = 'application/x-amz-json-1.0';

const DYNAMODB = {
  service: 'dynamodb',
  contentType: JSON_1_0,
  names: { errorPrefix: 'DynamoDB', serviceName: 'AmazonDynamoDBv2', fallback: 'AmazonDynamoDBException' },
  bytes: 'base64',
} as const;

const dynamodbItem = (action: string) => optimizedAction({ ...DYNAMODB, action }, { patterns: ['requestResponse'] });

/** The optimised integrations, by the service name in `arn:aws:states:::<service>:<action>`. Any other is refused. */
export const OPTIMIZED_INTEGRATIONS: Readonly<Record<string, OptimizedIntegration>> = {
  apigateway: { service: 'apigateway', actions: { invoke: invokeApi } },
  batch: batchIntegration,
  dynamodb: {
    service: 'dynamodb',
    actions: {
      getItem: dynamodbItem('getItem'),
      putItem: dynamodbItem('putItem'),
      updateItem: dynamodbItem('updateItem'),
      deleteItem: dynamodbItem('deleteItem'),
    },
  },
  ecs: ecsIntegration,
  elasticmapreduce: emrIntegration,
  events: {
    service: 'events',
    actions: {
      putEvents: optimizedAction(
        {
          service: 'events',
          action: 'putEvents',
          contentType: 'application/x-amz-json-1.1',
          names: {
            errorPrefix: 'EventBridge',
            serviceName: 'AmazonCloudWatchEvents',
            fallback: 'AmazonCloudWatchEventsException',
          },
          withMetadata: false,
          prepare: (parameters, { context }) =>
            withResources(parameters, [context.revision.stateMachineArn, context.executionArn]),
          interpret: (output) =>
            output.FailedEntryCount === 0
              ? { ok: true, output }
              : { ok: false, error: 'EventBridge.FailedEntry', cause: JSON.stringify(output) },
        },
        { patterns: ['requestResponse', 'waitForTaskToken'] },
      ),
    },
  },
  glue: glueIntegration,
  http: { service: 'http', actions: { invoke: invokeHttp } },
  lambda: { service: 'lambda', actions: { invoke: invokeFunction } },
  sagemaker: sagemakerIntegration,
  sns: {
    service: 'sns',
    actions: {
      publish: optimizedAction(
        {
          service: 'sns',
          action: 'publish',
          contentType: 'text/xml',
          names: { errorPrefix: 'SNS', serviceName: 'AmazonSNS', fallback: 'AmazonSNSException' },
        },
        { patterns: ['requestResponse', 'waitForTaskToken'] },
      ),
    },
  },
  sqs: {
    service: 'sqs',
    actions: {
      sendMessage: optimizedAction(
        {
          service: 'sqs',
          action: 'sendMessage',
          contentType: JSON_1_0,
          names: { errorPrefix: 'SQS', serviceName: 'AmazonSQS', fallback: 'AmazonSQSException' },
        },
        { patterns: ['requestResponse', 'waitForTaskToken'] },
      ),
    },
  },
  states: { service: 'states', actions: { startExecution: nestedExecution } },
};

/** Step Functions names the state machine and its execution among the resources of each event that it puts. */
function withResources(parameters: JsonObject, arns: readonly string[]): JsonObject {
  if (!Array.isArray(parameters.Entries)) return parameters;
  const add = (entry: Json): Json => {
    if (!isJsonObject(entry)) return entry;
    const resources = Array.isArray(entry.Resources) ? entry.Resources : [];
    return { ...entry, Resources: [...resources, ...arns] };
  };
  return { ...parameters, Entries: parameters.Entries.map(add) };
}
