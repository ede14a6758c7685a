import { type Caller, refuseOthers, type Service, ServiceError } from '../../../aws/service.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { pageOf, scopeOf } from '../resource-scope.ts';
import { entityNotFound, invalidInput } from './glue-error.ts';
import { type GlueJob, withDates } from './job-run-record.ts';

type JobInput = Omit<GlueJob, 'CreatedOn' | 'LastModifiedOn'>;

interface Paging {
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

const SUPPORTED = [
  'Name',
  'Role',
  'Command',
  'DefaultArguments',
  'NonOverridableArguments',
  'MaxRetries',
  'Timeout',
  'ExecutionProperty',
];
/** What has no meaning for a script on this machine. */
export const JOB_ACCEPTED = [
  'AllocatedCapacity',
  'Connections',
  'Description',
  'ExecutionClass',
  'GlueVersion',
  'JobMode',
  'JobRunQueuingEnabled',
  'LogUri',
  'MaintenanceWindow',
  'MaxCapacity',
  'NotificationProperty',
  'NumberOfWorkers',
  'SecurityConfiguration',
  'Tags',
  'WorkerType',
];

export interface GlueJobs {
  readonly operations: Service['operations'];
  get(name: string, caller: Caller): GlueJob | undefined;
  /** Makes the job, or replaces it. @throws ServiceError */
  put(input: JobInput, caller: Caller): void;
}

export function createGlueJobs({ storage, clock }: JobEnvironment): GlueJobs {
  const table = storage.table<GlueJob>('glue/jobs');
  const keyOf = (name: string, caller: Caller) => scopeOf(caller) + name;
  const get = (name: string, caller: Caller) => table.get(keyOf(name, caller));

  function find(name: string, caller: Caller): GlueJob {
    const job = get(name, caller);
    if (!job) throw entityNotFound(`Entity not found: job ${name}`);
    return job;
  }

  function put(input: JobInput, caller: Caller): void {
    checkJob(input);
    const CreatedOn = get(input.Name, caller)?.CreatedOn ?? clock.now();
    table.put(keyOf(input.Name, caller), { ...input, CreatedOn, LastModifiedOn: clock.now() });
  }

  const operations: Service['operations'] = {
    CreateJob(input: JobInput, caller) {
      if (get(input.Name, caller)) throw new ServiceError('AlreadyExistsException', 'Job already submitted');
      put(input, caller);
      return { Name: input.Name };
    },
    UpdateJob({ JobName, JobUpdate }: { JobName: string; JobUpdate: Omit<JobInput, 'Name'> }, caller) {
      find(JobName, caller);
      put({ ...JobUpdate, Name: JobName }, caller);
      return { JobName };
    },
    GetJob: ({ JobName }: { JobName: string }, caller) => ({ Job: withDates(find(JobName, caller)) }),
    GetJobs({ NextToken, MaxResults }: Paging, caller) {
      const all = [...table.entries(scopeOf(caller))].map(([, job]) => withDates(job));
      const { items, nextToken } = pageOf(all, NextToken, MaxResults);
      return { Jobs: items, NextToken: nextToken };
    },
    ListJobs(input: Paging, caller) {
      refuseOthers('glue:ListJobs', input, ['NextToken', 'MaxResults']);
      const all = [...table.entries(scopeOf(caller))].map(([, { Name }]) => Name);
      const { items, nextToken } = pageOf(all, input.NextToken, input.MaxResults);
      return { JobNames: items, NextToken: nextToken };
    },
    DeleteJob({ JobName }: { JobName: string }, caller) {
      table.delete(keyOf(JobName, caller));
      return { JobName };
    },
  };
  return { operations, get, put };
}

function checkJob(input: JobInput): void {
  refuseOthers('glue:CreateJob', input, SUPPORTED, JOB_ACCEPTED);
  if (!input.Name) throw invalidInput('A job needs a name');
  refuseOthers('glue:CreateJob', input.Command ?? {}, ['Name', 'ScriptLocation', 'PythonVersion'], ['Runtime']);
  if (!input.Command?.ScriptLocation) throw invalidInput('Command.ScriptLocation cannot be empty');
}
