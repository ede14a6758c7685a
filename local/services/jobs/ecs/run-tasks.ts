import { createBackgroundWork } from '../background-work.ts';
import { runContainer, variablesOf } from '../container.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { exitCodeOf, type JobEnd, type JobProcess } from '../job-processes.ts';
import type { Container, ContainerDefinition, StopCode, Task, TaskRecord } from './task-record.ts';

export interface TaskRuns {
  /** Takes a task up that was just recorded. Returns at once. */
  begin(key: string): void;
  stop(key: string, cause: StopCause): void;
  /** Takes up the tasks that had not begun. One that had when the process was lost has lost its host. */
  resume(): void;
  /** Resolves when nothing goes on any more. The processes have to be closed before. */
  close(): Promise<void>;
}

export interface StopCause {
  readonly stopCode: StopCode;
  readonly stoppedReason: string;
}

/** A task whose containers run. */
interface LiveTask {
  readonly processes: Map<string, JobProcess>;
  /** How each container ended; of one that was never started, undefined. */
  readonly ends: Map<string, Promise<JobEnd | undefined>>;
  readonly started: Map<string, PromiseWithResolvers<void>>;
  readonly stopping: PromiseWithResolvers<void>;
}

/** Runs the tasks of ECS: the containers of each side by side, until an essential one ends. */
export function createTaskRuns(environment: JobEnvironment): TaskRuns {
  const { storage, clock, changes } = environment;
  const tasks = storage.table<TaskRecord>('ecs/tasks');
  const live = new Map<string, LiveTask>();
  const work = createBackgroundWork('ECS task', environment.report);

  function change(key: string, update: Partial<Task>): void {
    const record = tasks.get(key)!;
    const task = { ...record.task, ...update, version: record.task.version + 1 };
    tasks.put(key, { ...record, task });
    changes.notify();
  }

  function changeContainer(key: string, name: string, update: Partial<Container>): void {
    const { containers } = tasks.get(key)!.task;
    change(key, { containers: containers.map((each) => (each.name === name ? { ...each, ...update } : each)) });
  }

  async function run(key: string): Promise<void> {
    const giveBack = await environment.processes.room();
    if (!giveBack) return;
    try {
      if (tasks.get(key)!.task.lastStatus === 'STOPPED') return;
      change(key, { lastStatus: 'PENDING' });
      const isOver = await runContainers(key);
      if (isOver) finish(key);
    } finally {
      giveBack();
      live.delete(key);
    }
  }

  /** @returns false if this cloud is closed meanwhile */
  async function runContainers(key: string): Promise<boolean> {
    const { definitions } = tasks.get(key)!;
    const task: LiveTask = {
      processes: new Map(),
      ends: new Map(),
      started: new Map(definitions.map(({ name }) => [name, Promise.withResolvers<void>()])),
      stopping: Promise.withResolvers(),
    };
    live.set(key, task);
    // All are known before any looks for those that it depends on.
    const go = Promise.withResolvers<void>();
    for (const definition of definitions) {
      task.ends.set(
        definition.name,
        go.promise.then(() => runOne(key, task, definition)),
      );
    }
    go.resolve();
    const ends = await Promise.all(task.ends.values());
    return !ends.some((end) => end?.type === 'abandoned');
  }

  /** @returns how it ended; undefined if it was never started */
  async function runOne(key: string, task: LiveTask, definition: ContainerDefinition): Promise<JobEnd | undefined> {
    const { name, essential = true } = definition;
    const mayStart = await Promise.race([dependenciesMet(task, definition), task.stopping.promise.then(() => false)]);
    if (!mayStart || tasks.get(key)!.task.desiredStatus === 'STOPPED') {
      stop(key, { stopCode: 'TaskFailedToStart', stoppedReason: 'Task failed to start' });
      changeContainer(key, name, { lastStatus: 'STOPPED' });
      return undefined;
    }
    const process = startContainer(key, definition);
    task.processes.set(name, process);
    if (process.hasStarted) {
      changeContainer(key, name, { lastStatus: 'RUNNING' });
      markRunning(key);
      task.started.get(name)!.resolve();
    }
    const end = await process.ended;
    if (end.type === 'abandoned') {
      task.stopping.resolve();
      return end;
    }
    const reason = end.type === 'notStarted' ? end.reason : undefined;
    changeContainer(key, name, { lastStatus: 'STOPPED', exitCode: exitCodeOf(end), reason });
    if (reason !== undefined) stop(key, { stopCode: 'TaskFailedToStart', stoppedReason: reason });
    else if (essential)
      stop(key, { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' });
    return end;
  }

  function startContainer(key: string, definition: ContainerDefinition): JobProcess {
    const { task, caller } = tasks.get(key)!;
    const { name, image, entryPoint, command = [], environment: variables, logConfiguration } = definition;
    const override = task.overrides.containerOverrides.find((each) => each.name === name);
    const { 'awslogs-group': group, 'awslogs-stream-prefix': prefix = 'ecs' } = logConfiguration?.options ?? {};
    const logStreamName = `${prefix}/${name}/${idOf(task)}`;
    return runContainer(environment, {
      image,
      ...(entryPoint?.length && { entryPoint }),
      command: override?.command ?? command,
      variables: { ...variablesOf(variables), ...variablesOf(override?.environment) },
      ...(group && { log: { logGroupName: group, logStreamName } }),
      caller,
    });
  }

  /** A task runs as soon as one of its containers does. */
  function markRunning(key: string): void {
    if (tasks.get(key)!.task.lastStatus === 'PENDING') change(key, { lastStatus: 'RUNNING', startedAt: clock.now() });
  }

  /** The first cause counts. */
  function stop(key: string, cause: StopCause): void {
    if (tasks.get(key)!.task.desiredStatus === 'STOPPED') return;
    change(key, { ...cause, desiredStatus: 'STOPPED', stoppingAt: clock.now() });
    const task = live.get(key);
    if (!task) {
      finish(key);
      return;
    }
    task.stopping.resolve();
    const { definitions } = tasks.get(key)!;
    for (const [name, process] of task.processes) {
      const { stopTimeout } = definitions.find((each) => each.name === name)!;
      process.stop(stopTimeout === undefined ? undefined : stopTimeout * 1_000);
    }
  }

  function finish(key: string): void {
    const now = clock.now();
    const { containers } = tasks.get(key)!.task;
    change(key, {
      containers: containers.map((container) => ({ ...container, lastStatus: 'STOPPED' })),
      lastStatus: 'STOPPED',
      executionStoppedAt: now,
      stoppedAt: now,
    });
  }

  function begin(key: string): void {
    work.begin(key, () => run(key));
  }

  return {
    begin,
    stop,
    close: work.done,
    resume() {
      for (const [key, { task }] of tasks.entries()) {
        if (task.lastStatus === 'STOPPED' || work.has(key)) continue;
        if (task.lastStatus === 'PROVISIONING') begin(key);
        else if (task.desiredStatus === 'STOPPED') finish(key);
        else stop(key, { stopCode: 'TerminationNotice', stoppedReason: 'Host EC2 (instance local) terminated.' });
      }
    },
  };
}

/** Resolves when the container may start. @returns false if it never may */
async function dependenciesMet(task: LiveTask, { dependsOn = [] }: ContainerDefinition): Promise<boolean> {
  for (const { containerName, condition } of dependsOn) {
    const ended = task.ends.get(containerName)!;
    if (condition === 'START') await Promise.race([task.started.get(containerName)!.promise, ended]);
    else {
      const end = await ended;
      if (condition === 'SUCCESS' && !(end?.type === 'exited' && end.code === 0)) return false;
    }
  }
  return true;
}

const idOf = ({ taskArn }: Task): string => taskArn.split('/').at(-1)!;
