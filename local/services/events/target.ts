import { parseArn } from '../../aws/arn.ts';
import { type Caller, type CallService, ServiceError } from '../../aws/service.ts';

/** Where an event or a schedule goes. */
export interface Destination {
  readonly Arn: string;
  /** With which it is called; absent: the target's own policy lets the sender in. */
  readonly RoleArn?: string;
  readonly SqsParameters?: { readonly MessageGroupId?: string };
  /** Of what goes to a topic. */
  readonly Subject?: string;
}

/** The services that can be a target. */
const TARGETS = ['sqs', 'sns', 'lambda', 'states', 'logs', 'events'];

/** @returns why nothing can be sent there, naming it */
export function targetRefusal(targetArn: string): string | undefined {
  const arn = parseArn(targetArn);
  if (!arn) return `${targetArn} is not a valid ARN.`;
  const isKnown =
    TARGETS.includes(arn.service) && (arn.service !== 'states' || arn.resource.startsWith('stateMachine:'));
  return isKnown ? undefined : `This local cloud does not support ${arn.service} targets (${targetArn}).`;
}

/** Sends the input to the target. @throws ServiceError */
export async function sendToTarget(
  call: CallService,
  { Arn, RoleArn, SqsParameters, Subject }: Destination,
  input: string,
  id: string,
  now: number,
): Promise<void> {
  const { service, account, region, resource } = parseArn(Arn)!;
  const caller: Caller = {
    account,
    region,
    ...(RoleArn && { principal: { roleArn: RoleArn, session: id.slice(0, 64) } }),
  };
  switch (service) {
    case 'sqs': {
      const fifo = resource.endsWith('.fifo')
        ? { MessageGroupId: SqsParameters?.MessageGroupId, MessageDeduplicationId: id }
        : {};
      await call('sqs', 'SendMessage', { QueueUrl: resource, MessageBody: input, ...fifo }, caller);
      return;
    }
    case 'sns':
      await call(
        'sns',
        'Publish',
        { TopicArn: Arn, Message: input, ...(Subject !== undefined && { Subject }) },
        caller,
      );
      return;
    case 'lambda':
      await call(
        'lambda',
        'Invoke',
        { FunctionName: Arn, InvocationType: 'Event', Payload: Buffer.from(input) },
        caller,
      );
      return;
    case 'states':
      // Sent twice, it is the same execution.
      await call('states', 'StartExecution', { stateMachineArn: Arn, name: id, input }, caller).catch((error) => {
        if (error.code !== 'ExecutionAlreadyExists') throw error;
      });
      return;
    case 'events': {
      const { source, 'detail-type': DetailType, detail, resources } = JSON.parse(input);
      const Entries = [
        { EventBusName: Arn, Source: source, DetailType, Detail: JSON.stringify(detail), Resources: resources },
      ];
      const { FailedEntryCount, Entries: results } = await call('events', 'PutEvents', { Entries }, caller);
      if (FailedEntryCount > 0) throw new ServiceError(results[0].ErrorCode, results[0].ErrorMessage);
      return;
    }
    default:
      await writeLog(call, resource, input, id, now, caller);
  }
}

async function writeLog(
  call: CallService,
  resource: string,
  input: string,
  id: string,
  now: number,
  caller: Caller,
): Promise<void> {
  const logGroupName = resource.replace(/^log-group:/, '').replace(/:\*$/, '');
  await call('logs', 'CreateLogStream', { logGroupName, logStreamName: id }, caller).catch((error) => {
    if (error.code !== 'ResourceAlreadyExistsException') throw error;
  });
  await call(
    'logs',
    'PutLogEvents',
    { logGroupName, logStreamName: id, logEvents: [{ timestamp: now, message: input }] },
    caller,
  );
}
