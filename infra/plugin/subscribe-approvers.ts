import { createHash } from 'node:crypto';
import type { CloudFormationResource } from './serverless-host.ts';

const ADDRESS_LISTS = ['approvers', 'escalateTo', 'delegateTo'];

/**
 * One e-mail subscription per approver, each with a filter that lets only the mails to that approver through. AWS asks every
 * address once to confirm. A stage that mails by SES has none of them.
 * @param policy content of config/approval-policy.json: who is asked (`approvers`) or may be (`escalateTo`, `delegateTo`)
 * @returns resources by logical id; an address keeps its id as long as it is in the policy
 */
export function subscribeApprovers(policy: object, topic: string): Record<string, CloudFormationResource> {
  const addresses = [...new Set(approversIn(policy))].sort();
  return Object.fromEntries(
    addresses.map((address) => [
      `Approver${createHash('sha256').update(address).digest('hex').slice(0, 12)}Subscription`,
      {
        Type: 'AWS::SNS::Subscription',
        Condition: 'MailedBySns',
        Properties: {
          TopicArn: { Ref: topic },
          Protocol: 'email',
          Endpoint: address,
          FilterPolicy: { approver: [address] },
        },
      },
    ]),
  );
}

function approversIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(approversIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    ADDRESS_LISTS.includes(key) && Array.isArray(member)
      ? member.filter((each) => typeof each === 'string')
      : approversIn(member),
  );
}
