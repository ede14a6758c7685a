import { refuseOthers, ServiceError } from '../../../aws/service.ts';
import { commonTimes, dateOf, type JobKind } from './job-operations.ts';

interface ProcessingInput {
  readonly AppSpecification?: {
    readonly ImageUri?: string;
    readonly ContainerEntrypoint?: readonly string[];
    readonly ContainerArguments?: readonly string[];
  };
  readonly Environment?: Readonly<Record<string, string>>;
  readonly StoppingCondition?: { readonly MaxRuntimeInSeconds?: number };
}

const SUPPORTED = ['ProcessingJobName', 'AppSpecification', 'Environment', 'StoppingCondition'];
/** What has no meaning for a local process. */
const ACCEPTED = ['ExperimentConfig', 'NetworkConfig', 'ProcessingResources', 'RoleArn', 'Tags'];

/** Processing jobs from an image. They read and write S3 themselves: inputs and outputs of their own are refused. */
export const PROCESSING_JOBS: JobKind = {
  kind: 'Processing',

  read(input) {
    refuseOthers('sagemaker:CreateProcessingJob', input, SUPPORTED, ACCEPTED);
    const { AppSpecification: app = {}, Environment = {}, StoppingCondition } = input as ProcessingInput;
    const { ImageUri: image, ContainerEntrypoint: entryPoint, ContainerArguments: words = [] } = app;
    if (!image) throw new ServiceError('ValidationException', 'AppSpecification.ImageUri is missing.');
    return {
      container: { image, ...(entryPoint && { entryPoint }), words, variables: Environment },
      maxSeconds: StoppingCondition?.MaxRuntimeInSeconds ?? 86_400,
    };
  },

  describe(job) {
    const { name, arn, input, status, failureReason, exitCode } = job;
    return {
      ...input,
      ProcessingJobName: name,
      ProcessingJobArn: arn,
      ProcessingJobStatus: status,
      FailureReason: failureReason,
      ExitMessage: exitCode ? `Exit code: ${exitCode}` : undefined,
      ...commonTimes(job),
      ProcessingStartTime: dateOf(job.startedAt),
      ProcessingEndTime: dateOf(job.endedAt),
      Tags: undefined,
    };
  },
};
