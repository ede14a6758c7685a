import type { IntegrationPattern, TaskResource } from '../resource.ts';
import type { Fields } from './fields.ts';
import { unrecognised } from './parse-task.ts';

type Patterns = readonly IntegrationPattern[];

const CALL: Patterns = ['requestResponse'];
const JOB: Patterns = ['requestResponse', 'sync'];
const CALLBACK: Patterns = ['requestResponse', 'waitForTaskToken'];
const JOB_OR_CALLBACK: Patterns = ['requestResponse', 'sync', 'waitForTaskToken'];

/** What AWS has optimised integrations for, and how each can be called. Whether it runs here is the task runner's to say. */
const OPTIMIZED: Readonly<Record<string, Readonly<Record<string, Patterns>>>> = {
  apigateway: { invoke: CALLBACK },
  athena: { startQueryExecution: JOB, stopQueryExecution: CALL, getQueryExecution: CALL, getQueryResults: CALL },
  batch: { submitJob: JOB },
  bedrock: { invokeModel: CALL, createModelCustomizationJob: JOB },
  codebuild: {
    startBuild: JOB,
    stopBuild: CALL,
    batchDeleteBuilds: CALL,
    batchGetReports: CALL,
    startBuildBatch: JOB,
    stopBuildBatch: CALL,
    retryBuildBatch: JOB,
    deleteBuildBatch: CALL,
  },
  databrew: { startJobRun: JOB },
  dynamodb: { getItem: CALL, putItem: CALL, deleteItem: CALL, updateItem: CALL },
  ecs: { runTask: JOB_OR_CALLBACK },
  eks: {
    createCluster: JOB,
    deleteCluster: JOB,
    createFargateProfile: JOB,
    deleteFargateProfile: JOB,
    createNodegroup: JOB,
    deleteNodegroup: JOB,
    runJob: JOB,
    call: CALL,
  },
  elasticmapreduce: {
    createCluster: JOB,
    terminateCluster: JOB,
    addStep: JOB,
    cancelStep: CALL,
    setClusterTerminationProtection: CALL,
    modifyInstanceFleetByName: CALL,
    modifyInstanceGroupByName: CALL,
  },
  'emr-containers': { createVirtualCluster: CALL, deleteVirtualCluster: JOB, startJobRun: JOB },
  'emr-serverless': {
    createApplication: JOB,
    startApplication: JOB,
    stopApplication: JOB,
    deleteApplication: JOB,
    startJobRun: JOB,
    cancelJobRun: JOB,
  },
  events: { putEvents: CALLBACK },
  glue: { startJobRun: JOB },
  http: { invoke: CALL },
  lambda: { invoke: CALLBACK },
  mediaconvert: { createJob: JOB },
  sagemaker: {
    createEndpoint: CALL,
    createEndpointConfig: CALL,
    createHyperParameterTuningJob: JOB,
    createLabelingJob: JOB,
    createModel: CALL,
    createProcessingJob: JOB,
    createTrainingJob: JOB,
    createTransformJob: JOB,
    updateEndpoint: CALL,
  },
  sns: { publish: CALLBACK },
  sqs: { sendMessage: CALLBACK },
  states: { startExecution: ['requestResponse', 'sync', 'sync:2', 'waitForTaskToken'] },
};

/** Reports what cannot be called: unknown on AWS, not allowed in Express, or not supported here. */
export function checkResource(resource: TaskResource, fields: Fields): boolean {
  const location = fields.at('Resource');
  const before = fields.reading.problems.length;
  if (fields.reading.type === 'EXPRESS') checkExpress(resource, fields, location);
  if (!isKnown(resource)) fields.problem(unrecognised(resource.arn), location);
  else {
    const refusal = fields.reading.refusal?.(resource);
    if (refusal !== undefined) fields.problem(refusal, location);
  }
  return fields.reading.problems.length === before;
}

function isKnown(resource: TaskResource): boolean {
  if (resource.type === 'sdk') return CALLBACK.includes(resource.pattern);
  if (resource.type !== 'optimized') return true;
  const actions = Object.hasOwn(OPTIMIZED, resource.service) ? OPTIMIZED[resource.service] : undefined;
  return (
    actions !== undefined &&
    Object.hasOwn(actions, resource.action) &&
    actions[resource.action]?.includes(resource.pattern) === true
  );
}

function checkExpress(resource: TaskResource, fields: Fields, location: string): void {
  if (resource.type === 'activity') fields.problem('Express state machine does not support Activity ARN', location);
  if (resource.type === 'function' || resource.type === 'activity') return;
  // The second blank is AWS's.
  if (resource.pattern === 'waitForTaskToken')
    fields.problem("Express state machine does not support '.waitForTaskToken' service integration ", location);
  else if (resource.pattern !== 'requestResponse')
    fields.problem("Express state machine does not support '.sync' service integration", location);
}
