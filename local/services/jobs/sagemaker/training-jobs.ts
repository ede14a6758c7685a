import { refuseOthers, ServiceError } from '../../../aws/service.ts';
import { commonTimes, dateOf, type JobKind } from './job-operations.ts';
import { modelKey } from './job-record.ts';

interface TrainingInput {
  readonly AlgorithmSpecification?: {
    readonly TrainingImage?: string;
    readonly ContainerEntrypoint?: readonly string[];
    readonly ContainerArguments?: readonly string[];
  };
  readonly HyperParameters?: Readonly<Record<string, string>>;
  readonly Environment?: Readonly<Record<string, string>>;
  readonly OutputDataConfig?: { readonly S3OutputPath?: string };
  readonly StoppingCondition?: { readonly MaxRuntimeInSeconds?: number };
}

const SUPPORTED = [
  'TrainingJobName',
  'AlgorithmSpecification',
  'HyperParameters',
  'Environment',
  'OutputDataConfig',
  'StoppingCondition',
];
/** What has no meaning for a local process. */
const ACCEPTED = [
  'EnableInterContainerTrafficEncryption',
  'EnableManagedSpotTraining',
  'EnableNetworkIsolation',
  'ExperimentConfig',
  'ProfilerConfig',
  'ResourceConfig',
  'RoleArn',
  'Tags',
  'VpcConfig',
];
const ALGORITHM = ['TrainingImage', 'ContainerEntrypoint', 'ContainerArguments'];

/**
 * Training jobs from an image. The program finds its hyperparameters in `SM_HPS` (JSON) and each as `SM_HP_<NAME>`, and
 * leaves its model in the folder `SM_MODEL_DIR`, as SageMaker's own training toolkit has it.
 */
export const TRAINING_JOBS: JobKind = {
  kind: 'Training',

  read(input) {
    refuseOthers('sagemaker:CreateTrainingJob', input, SUPPORTED, ACCEPTED);
    const { AlgorithmSpecification: algorithm = {}, HyperParameters = {}, ...rest } = input as TrainingInput;
    refuseOthers('sagemaker:CreateTrainingJob AlgorithmSpecification', algorithm, ALGORITHM, [
      'TrainingInputMode',
      'EnableSageMakerMetricsTimeSeries',
    ]);
    const { TrainingImage: image, ContainerEntrypoint: entryPoint, ContainerArguments: words } = algorithm;
    if (!image) throw new ServiceError('ValidationException', 'This local cloud trains from a TrainingImage only.');
    const { OutputDataConfig: output = {} } = rest;
    refuseOthers('the OutputDataConfig of sagemaker:CreateTrainingJob', output, ['S3OutputPath'], ['KmsKeyId']);
    const { S3OutputPath: outputPath } = output;
    if (!outputPath) throw new ServiceError('ValidationException', 'OutputDataConfig.S3OutputPath is missing.');
    const single = Object.entries(HyperParameters).map(([name, value]) => [`SM_HP_${variableName(name)}`, value]);
    return {
      container: {
        image,
        ...(entryPoint && { entryPoint }),
        // Without arguments of its own, a training container is run with the word "train".
        words: words ?? (entryPoint ? [] : ['train']),
        variables: { SM_HPS: JSON.stringify(HyperParameters), ...Object.fromEntries(single), ...rest.Environment },
      },
      maxSeconds: rest.StoppingCondition?.MaxRuntimeInSeconds ?? 86_400,
      outputPath,
    };
  },

  describe(job) {
    const { name, arn, input, status, secondaryStatus, failureReason } = job;
    return {
      ...input,
      TrainingJobName: name,
      TrainingJobArn: arn,
      ModelArtifacts: { S3ModelArtifacts: modelKey(job) },
      TrainingJobStatus: status,
      SecondaryStatus: secondaryStatus,
      FailureReason: failureReason,
      ...commonTimes(job),
      TrainingStartTime: dateOf(job.startedAt),
      TrainingEndTime: dateOf(job.endedAt),
      Tags: undefined,
    };
  },
};

const variableName = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
