import { isJsonObject, type JsonObject } from '../../../asl/json.ts';
import type { OptimizedAction, OptimizedIntegration, TaskAttempt } from '../integration.ts';
import { described, jobAction } from './job-action.ts';

const SAGEMAKER = {
  service: 'sagemaker',
  contentType: 'application/x-amz-json-1.1',
  names: { errorPrefix: 'SageMaker', serviceName: 'AmazonSageMaker', fallback: 'AmazonSageMakerException' },
};

export const sagemakerIntegration: OptimizedIntegration = {
  service: 'sagemaker',
  actions: { createTrainingJob: createJob('Training'), createProcessingJob: createJob('Processing') },
};

/** The job is known by the name that the task gives it. */
function createJob(kind: 'Training' | 'Processing'): OptimizedAction {
  const nameMember = `${kind}JobName`;
  return jobAction(
    { ...SAGEMAKER, action: `create${kind}Job`, prepare: withTags },
    {
      async outcome(ask, _started, parameters) {
        const job = await ask(`Describe${kind}Job`, { [nameMember]: parameters[nameMember] });
        const status = String(job[`${kind}JobStatus`]);
        const isOver = status === 'Completed' || status === 'Failed' || status === 'Stopped';
        return isOver ? described(status === 'Completed', job) : undefined;
      },
      stop: (ask, _started, parameters) => ask(`Stop${kind}Job`, { [nameMember]: parameters[nameMember] }),
    },
  );
}

/** Step Functions takes tags as an object, and adds its own. */
function withTags(parameters: JsonObject, { context }: TaskAttempt): JsonObject {
  const { Tags } = parameters;
  const own = { AWS_STEP_FUNCTIONS_EXECUTION_ARN: context.executionArn, MANAGED_BY_AWS: 'STARTED_BY_STEP_FUNCTIONS' };
  const given = isJsonObject(Tags) ? Object.entries(Tags).map(([Key, Value]) => ({ Key, Value })) : (Tags ?? []);
  const added = Object.entries(own).map(([Key, Value]) => ({ Key, Value }));
  return { ...parameters, Tags: [...(Array.isArray(given) ? given : []), ...added] };
}
