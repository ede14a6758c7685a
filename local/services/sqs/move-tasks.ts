import { randomUUID } from 'node:crypto';
import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import type { Arrivals } from './arrivals.ts';
import type { Queue } from './queue.ts';
import { type Queues, queueArn } from './sqs.ts';

interface MoveInput {
  readonly SourceArn?: string;
  readonly DestinationArn?: string;
  readonly MaxResults?: number;
}

interface MoveTask {
  readonly sourceArn: string;
  readonly destinationArn?: string;
  readonly moved: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** Messages of a dead-letter queue go back to where they came from, or to another queue: at once, however many there are. */
export function moveTaskOperations(
  queues: Queues,
  storage: Storage,
  clock: Clock,
  arrivals: Arrivals,
): Service['operations'] {
  const tasks = storage.table<MoveTask>('sqs/move-tasks');

  function deadLetterQueue(arn: string | undefined, caller: Caller): Queue {
    const queue = arn === undefined ? undefined : queues.byArn(arn);
    if (!queue)
      throw new ServiceError(
        'ResourceNotFoundException',
        "The resource that you specified for the SourceArn parameter doesn't exist.",
        404,
      );
    const isOne = queues.all(caller).some(({ record }) => record.attributes.RedrivePolicy?.includes(`"${arn}"`));
    if (!isOne)
      throw new ServiceError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
    return queue;
  }

  return {
    StartMessageMoveTask(input: MoveInput, caller: Caller) {
      refuseOthers(
        'sqs:StartMessageMoveTask',
        input,
        ['SourceArn', 'DestinationArn'],
        ['MaxNumberOfMessagesPerSecond'],
      );
      const source = deadLetterQueue(input.SourceArn, caller);
      const { DestinationArn } = input;
      if (DestinationArn === input.SourceArn)
        throw new ServiceError('InvalidParameterValue', 'Source and destination are the same queue.');
      if (DestinationArn !== undefined && !queues.byArn(DestinationArn)) {
        throw new ServiceError(
          'ResourceNotFoundException',
          "The resource that you specified for the DestinationArn parameter doesn't exist.",
          404,
        );
      }
      const destinations = new Set<string>();
      const moved = storage.transaction(() =>
        source.moveAll(({ deadLetterSource }) => {
          const arn = DestinationArn ?? deadLetterSource;
          const queue = arn === undefined ? undefined : queues.byArn(arn);
          if (queue) destinations.add(queue.key);
          return queue;
        }),
      );
      for (const key of destinations) arrivals.announce(key);
      const task = randomUUID();
      const startedAt = clock.now();
      const sourceArn = queueArn(source.record);
      tasks.put(`${sourceArn}/${String(startedAt).padStart(15, '0')}/${task}`, {
        ...{ sourceArn, moved, startedAt },
        ...(DestinationArn !== undefined && { destinationArn: DestinationArn }),
      });
      const handle = { taskId: task, sourceArn };
      return { TaskHandle: Buffer.from(JSON.stringify(handle)).toString('base64') };
    },

    /** The latest first. */
    ListMessageMoveTasks(input: MoveInput, caller: Caller) {
      refuseOthers('sqs:ListMessageMoveTasks', input, ['SourceArn', 'MaxResults']);
      const sourceArn = queueArn(deadLetterQueue(input.SourceArn, caller).record);
      const found = [...tasks.entries(`${sourceArn}/`)].map(([, task]) => task).reverse();
      return {
        Results: found.slice(0, input.MaxResults ?? 1).map(({ destinationArn, moved, startedAt }) => ({
          Status: 'COMPLETED',
          SourceArn: sourceArn,
          ...(destinationArn !== undefined && { DestinationArn: destinationArn }),
          ApproximateNumberOfMessagesMoved: moved,
          StartedTimestamp: startedAt,
        })),
      };
    },
  };
}
