import type { CloudFormationTemplate } from './serverless-host.ts';

/** A job of `config/close-of-day.json`, whose JSON Schema stands beside it. */
export type BackOfficeJob = { readonly name: string } & (
  | { readonly service: 'batch'; readonly queue: string; readonly definition: string }
  | {
      readonly service: 'ecs';
      readonly cluster: string;
      readonly taskDefinition: string;
      readonly roles: readonly string[];
    }
  | { readonly service: 'glue'; readonly job: string }
  | { readonly service: 'sagemaker'; readonly role: string }
  | { readonly service: 'emr'; readonly cluster: string }
);

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: unknown;
}

/** What the schema can't say: no two jobs have one name, since what is done for a day is known by it. @throws an error with its pointer */
export function checkJobs({ jobs }: { readonly jobs: readonly BackOfficeJob[] }): void {
  const names = jobs.map(({ name }) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) < index);
  if (twice < 0) return;
  const pointer = `/jobs/${twice}/name`;
  throw Object.assign(new Error(`${pointer}: There is another job "${names[twice]}".`), { pointer });
}

/** Puts the jobs into the definition of the state machine that closes a day, and what they need into its role. */
export function addBackOfficeJobs(template: CloudFormationTemplate, jobs: readonly BackOfficeJob[]): void {
  if (jobs.length === 0) return;
  const machine = template.Resources.CloseDayStateMachine?.Properties?.Definition as {
    StartAt: string;
    States: Record<string, { Assign: Record<string, unknown> }>;
  };
  const first = machine.States[machine.StartAt];
  if (first?.Assign.jobs === undefined) throw new Error('The first state of close-day assigns no jobs.');
  first.Assign.jobs = jobs;
  const policies = template.Resources.CloseDayRole?.Properties?.Policies as object[];
  policies.push({
    PolicyName: 'back-office-jobs',
    PolicyDocument: { Version: '2012-10-17', Statement: jobs.flatMap(grantsOf) },
  });
}

const sub = (text: string) => ({ 'Fn::Sub': text });
const own = (service: string, resource: string) =>
  sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`);
const allow = (Action: readonly string[], Resource: unknown): Statement => ({ Effect: 'Allow', Action, Resource });

/** How Step Functions learns that a job has ended: a rule of its own, of this name. */
const following = (rule: string): Statement =>
  allow(['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], own('events', `rule/${rule}`));

/** As the Developer Guide lists it for each integration with .sync, on the job's own resources where the service knows any. */
function grantsOf(job: BackOfficeJob): readonly Statement[] {
  switch (job.service) {
    case 'batch':
      return [
        allow(['batch:SubmitJob'], [job.queue, anyRevisionOf(job.definition)]),
        allow(['batch:TerminateJob'], own('batch', 'job/*')),
        allow(['batch:DescribeJobs'], '*'), // Batch knows no resources for it
        following('StepFunctionsGetEventsForBatchJobsRule'),
      ];
    case 'ecs':
      return [
        allow(['ecs:RunTask'], anyRevisionOf(job.taskDefinition)),
        allow(['ecs:DescribeTasks', 'ecs:StopTask'], `${job.cluster.replace(':cluster/', ':task/')}/*`),
        allow(['iam:PassRole'], job.roles),
        following('StepFunctionsGetEventsForECSTaskRule'),
      ];
    case 'glue':
      return [
        allow(
          ['glue:StartJobRun', 'glue:GetJobRun', 'glue:GetJobRuns', 'glue:BatchStopJobRun'],
          own('glue', `job/${job.job}`),
        ),
      ];
    case 'sagemaker':
      return [
        allow(
          [
            'sagemaker:CreateProcessingJob',
            'sagemaker:DescribeProcessingJob',
            'sagemaker:StopProcessingJob',
            'sagemaker:AddTags',
          ],
          own('sagemaker', `processing-job/${job.name}-*`),
        ),
        allow(['iam:PassRole'], job.role),
        following('StepFunctionsGetEventsForSageMakerProcessingJobsRule'),
      ];
    case 'emr':
      return [
        allow(
          ['elasticmapreduce:AddJobFlowSteps', 'elasticmapreduce:DescribeStep', 'elasticmapreduce:CancelSteps'],
          own('elasticmapreduce', `cluster/${job.cluster}`),
        ),
      ];
  }
}

/** An ARN without revision stands for the newest of them, which Batch and ECS look up before they ask IAM. */
const anyRevisionOf = (arn: string): string => (/:\d+$/.test(arn) ? arn : `${arn}:*`);
