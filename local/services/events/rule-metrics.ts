import { parseArn } from '../../aws/arn.ts';
import type { Metrics } from '../../metrics.ts';
import type { Outcome } from './deliveries.ts';

const NAMES: Readonly<Record<Outcome, string>> = {
  delivered: 'Invocations',
  givenUp: 'FailedInvocations',
  sentToDeadLetterQueue: 'InvocationsSentToDlq',
};

/** Tells CloudWatch what became of an invocation, as AWS/Events does: by rule, on the default bus or on one of yours. */
export function countInvocation(metrics: Metrics, ruleArn: string, outcome: Outcome): void {
  const { account, region, resource } = parseArn(ruleArn)!;
  const [, first = '', second] = resource.split('/');
  const dimensions: Record<string, string> =
    second === undefined ? { RuleName: first } : { EventBusName: first, RuleName: second };
  metrics.record({ account, region, namespace: 'AWS/Events', name: NAMES[outcome], dimensions, unit: 'Count' }, 1);
}
