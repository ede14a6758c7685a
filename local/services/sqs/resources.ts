import { physicalName } from '../../aws/physical-name.ts';
import type { Deployment, ResourceType, Service } from '../../aws/service.ts';
import { QUEUE_ATTRIBUTES } from './queue-attributes.ts';

type Properties = Readonly<Record<string, unknown>>;

/** `AWS::SQS::Queue` and `AWS::SQS::QueuePolicy`. */
export function sqsResources(operations: Service['operations']): Readonly<Record<string, ResourceType>> {
  const applyQueue = async (properties: Properties, deployment: Deployment) => {
    const isFifo = properties.FifoQueue === true || properties.FifoQueue === 'true';
    const name = String(
      properties.QueueName ?? `${physicalName(deployment, isFifo ? 75 : 80)}${isFifo ? '.fifo' : ''}`,
    );
    const attributes = attributesOf(properties);
    const QueueUrl = await createOrFind(operations, name, attributes, deployment);
    await operations.SetQueueAttributes!({ QueueUrl, Attributes: attributes }, deployment);
    const arn = `arn:aws:sqs:${deployment.region}:${deployment.account}:${name}`;
    return { ref: QueueUrl, attributes: { Arn: arn, QueueName: name, QueueUrl } };
  };

  return {
    'AWS::SQS::Queue': {
      supported: ['QueueName', ...QUEUE_ATTRIBUTES],
      accepted: ['Tags'],
      apply: applyQueue,
    },
    'AWS::SQS::QueuePolicy': {
      supported: ['Queues', 'PolicyDocument'],
      async apply({ Queues, PolicyDocument }, deployment) {
        for (const QueueUrl of Queues as string[]) {
          await operations.SetQueueAttributes!(
            { QueueUrl, Attributes: { Policy: JSON.stringify(PolicyDocument) } },
            deployment,
          );
        }
        const id = physicalName(deployment);
        return { ref: id, attributes: { Id: id } };
      },
    },
  };
}

async function createOrFind(
  operations: Service['operations'],
  name: string,
  attributes: Record<string, string>,
  deployment: Deployment,
): Promise<string> {
  const { QueueUrls = [] } = (await operations.ListQueues!({ QueueNamePrefix: name }, deployment)) as {
    QueueUrls?: string[];
  };
  const existing = QueueUrls.find((url) => url.endsWith(`/${name}`));
  if (existing !== undefined) return existing;
  const { QueueUrl } = (await operations.CreateQueue!({ QueueName: name, Attributes: attributes }, deployment)) as {
    QueueUrl: string;
  };
  return QueueUrl;
}

function attributesOf(properties: Properties): Record<string, string> {
  const given = QUEUE_ATTRIBUTES.filter((name) => properties[name] !== undefined);
  return Object.fromEntries(
    given.map((name) => {
      const value = properties[name];
      return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
    }),
  );
}
