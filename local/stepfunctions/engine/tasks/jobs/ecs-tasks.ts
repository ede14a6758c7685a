import type { JsonObject } from '../../../asl/json.ts';
import type { OptimizedIntegration } from '../integration.ts';
import { type AskService, described, jobAction } from './job-action.ts';

const ECS = {
  service: 'ecs',
  contentType: 'application/x-amz-json-1.1',
  names: { errorPrefix: 'ECS', serviceName: 'AmazonECS', fallback: 'AmazonECSException' },
  emptyLists: true,
};

interface Task extends JsonObject {
  TaskArn: string;
  ClusterArn: string;
  TaskDefinitionArn: string;
  LastStatus: string;
  Containers: { Name: string; ExitCode?: number }[];
}

export const ecsIntegration: OptimizedIntegration = {
  service: 'ecs',
  actions: {
    runTask: jobAction(
      { ...ECS, action: 'runTask', prepare: (parameters) => ({ StartedBy: 'AWS Step Functions', ...parameters }) },
      {
        patterns: ['requestResponse', 'sync', 'waitForTaskToken'],
        async outcome(ask, started) {
          const tasks = await describe(ask, started);
          if (tasks.some(({ LastStatus }) => LastStatus !== 'STOPPED')) return undefined;
          const successes = await Promise.all(tasks.map((task) => isSuccess(ask, task)));
          return described(!successes.includes(false), tasks.length === 1 ? tasks[0]! : tasks);
        },
        async stop(ask, started) {
          const reason = 'Stopped by AWS Step Functions';
          for (const { ClusterArn, TaskArn } of startedTasks(started)) {
            await ask('StopTask', { cluster: ClusterArn, task: TaskArn, reason });
          }
        },
      },
    ),
  },
};

const startedTasks = (started: JsonObject): Task[] => started.Tasks as Task[];

async function describe(ask: AskService, started: JsonObject): Promise<Task[]> {
  const tasks = startedTasks(started);
  const cluster = tasks[0]?.ClusterArn;
  const answer = await ask('DescribeTasks', { cluster, tasks: tasks.map(({ TaskArn }) => TaskArn) });
  const [failure] = answer.Failures as JsonObject[];
  if (failure) throw new Error(`The task ${failure.Arn} is ${failure.Reason}.`);
  return answer.Tasks as Task[];
}

/** Whether all essential containers ran and exited with 0. What others do does not count. */
async function isSuccess(ask: AskService, task: Task): Promise<boolean> {
  const definition = { taskDefinition: task.TaskDefinitionArn };
  const { TaskDefinition } = (await ask('DescribeTaskDefinition', definition, 'itself')) as {
    TaskDefinition: { ContainerDefinitions: { Name: string; Essential?: boolean }[] };
  };
  const essential = TaskDefinition.ContainerDefinitions.filter(({ Essential = true }) => Essential);
  return essential.every(({ Name }) => task.Containers.find((each) => each.Name === Name)?.ExitCode === 0);
}
