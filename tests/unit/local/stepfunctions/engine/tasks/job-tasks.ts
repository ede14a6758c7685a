import { randomUUID } from 'node:crypto';
import type { Json } from '../../../../../../local/stepfunctions/asl/json.ts';
import type { TaskCall } from '../../../../../../local/stepfunctions/asl/protocol.ts';
import { parseResource } from '../../../../../../local/stepfunctions/asl/resource.ts';
import type { TaskContext, TaskOutcome, TaskRunner } from '../../../../../../local/stepfunctions/engine/ports.ts';
import { createTaskRunner } from '../../../../../../local/stepfunctions/engine/tasks/task-runner.ts';
import type { JobCloud } from '../../../services/jobs/job-cloud.ts';
import { taskContext } from './task-context.ts';

/** Task states that call the real job services. */
export interface JobTasks {
  readonly runner: TaskRunner;
  task(arn: string, parameters: Json, key?: string): JobTask;
}

/** One call of a Task state, with what the engine does about it. */
export interface JobTask {
  readonly call: TaskCall;
  /** Gives up on the task, as a timeout does. */
  readonly giveUp: AbortController;
  readonly context: TaskContext;
  submit(): Promise<TaskOutcome>;
  /** What a `.sync` task comes to. */
  outcome(): Promise<TaskOutcome>;
}

export function jobTasks(cloud: JobCloud): JobTasks {
  const runner = createTaskRunner({
    callService: (service, operation, input, who) => cloud.call(service, operation, input, who),
    clock: cloud.clock,
    hasOperation: () => true,
    executionEnded: () => Promise.reject(new Error('There are no executions here.')),
    jobChanged: cloud.changes.next,
    callApi: async () => undefined,
    sendHttp: () => Promise.reject(new Error('There is no network here.')),
    randomUuid: randomUUID,
  });
  return {
    runner,
    task(arn, parameters, key = 'Work#1') {
      const resource = parseResource(arn);
      if (!resource) throw new Error(`not a resource: ${arn}`);
      const call: TaskCall = { type: 'call', key, resource, parameters };
      const giveUp = new AbortController();
      const context = taskContext(giveUp.signal);
      const submit = () => runner.call(call, context);
      return {
        call,
        giveUp,
        context,
        submit,
        async outcome() {
          const submitted = await submit();
          return submitted.ok ? runner.completion(call, submitted.output, context) : submitted;
        },
      };
    },
  };
}

/** The output of a task that is expected to succeed. */
export function outputOf(outcome: TaskOutcome): Record<string, unknown> {
  if (!outcome.ok) throw new Error(`${outcome.error}: ${outcome.cause}`);
  return outcome.output as Record<string, unknown>;
}

/** The cause of a task that is expected to fail, parsed. */
export function causeOf(outcome: TaskOutcome): unknown {
  if (outcome.ok) throw new Error('It succeeded.');
  return JSON.parse(outcome.cause);
}
