import { physicalName } from '../../aws/physical-name.ts';
import { type Deployment, type ResourceType, refuseOthers, type Service } from '../../aws/service.ts';
import { busKey, type Rules, type Target } from './rules.ts';

type Properties = Readonly<Record<string, unknown>>;

/** `AWS::Events::EventBus` and `AWS::Events::Rule`. */
export function eventsResources(
  rules: Rules,
  operations: Service['operations'],
): Readonly<Record<string, ResourceType>> {
  const call = async <T>(operation: string, input: object, deployment: Deployment): Promise<T> =>
    (await operations[operation]!(input, deployment)) as T;

  async function applyBus({ Name, Description }: Properties, deployment: Deployment) {
    const existing = rules.buses.get(busKey(String(Name), deployment));
    const EventBusArn =
      existing?.arn ??
      (await call<{ EventBusArn: string }>('CreateEventBus', { Name, Description }, deployment)).EventBusArn;
    return { ref: String(Name), attributes: { Arn: EventBusArn, Name: String(Name) } };
  }

  async function applyRule(properties: Properties, deployment: Deployment) {
    const { Targets = [], EventPattern, Name: givenName, ...rest } = properties;
    const Name = String(givenName ?? physicalName(deployment, 64));
    const input = { ...rest, Name, ...(EventPattern !== undefined && { EventPattern: JSON.stringify(EventPattern) }) };
    const { RuleArn } = await call<{ RuleArn: string }>('PutRule', input, deployment);
    const EventBusName = properties.EventBusName as string | undefined;
    const wanted = (Targets as Target[]).map(withNumbers);
    const gone = rules
      .rule(Name, EventBusName, deployment)
      .targets.filter(({ Id }) => !wanted.some((target) => target.Id === Id));
    await call('RemoveTargets', { Rule: Name, EventBusName, Ids: gone.map(({ Id }) => Id) }, deployment);
    await call('PutTargets', { Rule: Name, EventBusName, Targets: wanted }, deployment);
    return { ref: Name, attributes: { Arn: RuleArn } };
  }

  return {
    'AWS::Events::EventBus': {
      supported: ['Name', 'Description'],
      accepted: ['Tags', 'KmsKeyIdentifier', 'DeadLetterConfig', 'Policy', 'LogConfig'],
      apply: applyBus,
    },
    'AWS::Events::Rule': {
      supported: [
        'Name',
        'EventBusName',
        'EventPattern',
        'ScheduleExpression',
        'State',
        'Description',
        'RoleArn',
        'Targets',
      ],
      apply: applyRule,
    },
    'AWS::Events::EventBusPolicy': {
      supported: [],
      accepted: ['EventBusName', 'StatementId', 'Statement', 'Action', 'Principal', 'Condition'],
      apply: ({ StatementId }) => ({ ref: String(StatementId), attributes: {} }),
    },
  };
}

/** Templates may have `"3"` for 3. */
function withNumbers(target: Target): Target {
  const { RetryPolicy } = target;
  if (!RetryPolicy) return target;
  refuseOthers('a RetryPolicy of AWS::Events::Rule', RetryPolicy, ['MaximumRetryAttempts', 'MaximumEventAgeInSeconds']);
  return {
    ...target,
    RetryPolicy: Object.fromEntries(Object.entries(RetryPolicy).map(([name, value]) => [name, Number(value)])),
  };
}
