import { pageSizeOf } from '../../aws/bounds.ts';
import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../../storage/page-of.ts';
import { ScheduleError } from '../scheduler/cron.ts';
import { compileSchedule } from '../scheduler/schedule-expression.ts';
import { checkInput } from './input.ts';
import { compilePattern, type Matcher, PatternError } from './pattern.ts';
import { busKey, DEFAULT_BUS, type Rule, type Rules, ruleKey, type Target } from './rules.ts';
import { targetRefusal } from './target.ts';

interface RuleInput {
  readonly Name?: string;
  readonly Rule?: string;
  readonly EventBusName?: string;
  readonly EventPattern?: string;
  readonly Event?: string;
  readonly ScheduleExpression?: string;
  readonly State?: string;
  readonly Description?: string;
  readonly RoleArn?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly Targets?: readonly Target[];
  readonly Ids?: readonly string[];
  readonly NamePrefix?: string;
  readonly TargetArn?: string;
  readonly Limit?: number;
  readonly NextToken?: string;
}

const PAGE = pageSizeOf('events', 'ListRules', 'Limit');

const TARGET_MEMBERS = [
  'Id',
  'Arn',
  'RoleArn',
  'Input',
  'InputPath',
  'InputTransformer',
  'SqsParameters',
  'RetryPolicy',
  'DeadLetterConfig',
];

/** For rules that services of AWS manage: there are none here. */
const FORCE = ['Force'];

/** @param changed told of a rule whose schedule may be another, or gone */
export function ruleOperations(rules: Rules, clock: Clock, changed: (key: string) => void): Service['operations'] {
  const save = (rule: Rule) => {
    rules.rules.put(ruleKey(rule), rule);
    changed(ruleKey(rule));
  };
  const setState = (state: Rule['state']) => (input: RuleInput, caller: Caller) => {
    save({ ...rules.rule(input.Name, input.EventBusName, caller), state });
    return {};
  };

  return {
    PutRule(input: RuleInput, caller: Caller) {
      refuseOthers('events:PutRule', input, [
        'Name',
        'EventBusName',
        'EventPattern',
        'ScheduleExpression',
        'State',
        'Description',
        'RoleArn',
        'Tags',
      ]);
      const { Name = '', EventPattern, ScheduleExpression, State = 'ENABLED', Description, RoleArn, Tags = [] } = input;
      const bus = rules.bus(input.EventBusName, caller);
      if (!/^[\w.-]{1,64}$/.test(Name)) {
        throw invalid(
          `1 validation error detected: Value '${Name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`,
        );
      }
      if (!EventPattern && !ScheduleExpression)
        throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
      if (EventPattern) parsePattern(EventPattern);
      if (ScheduleExpression) checkSchedule(ScheduleExpression, bus.name);
      if (State !== 'ENABLED' && State !== 'DISABLED')
        throw invalid(`This local cloud does not support the rule state ${State}.`);
      const arn = `arn:aws:events:${caller.region}:${caller.account}:rule/${bus.name === DEFAULT_BUS ? '' : `${bus.name}/`}${Name}`;
      const { account, region } = caller;
      const existing = rules.rules.get(`${account}/${region}/${bus.name}/${Name}`);
      const sameSchedule = existing && existing.schedule === ScheduleExpression;
      save({
        name: Name,
        arn,
        bus: bus.name,
        account,
        region,
        state: State,
        tags: existing?.tags ?? Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
        targets: existing?.targets ?? [],
        createdAt: sameSchedule ? existing.createdAt : clock.now(),
        ...(EventPattern && { pattern: EventPattern }),
        ...(ScheduleExpression && { schedule: ScheduleExpression }),
        ...(Description && { description: Description }),
        ...(RoleArn && { roleArn: RoleArn }),
      });
      return { RuleArn: arn };
    },

    /** Deleting what is not there succeeds too. */
    DeleteRule(input: RuleInput, caller: Caller) {
      refuseOthers('events:DeleteRule', input, ['Name', 'EventBusName'], FORCE);
      const { Name, EventBusName } = input;
      const rule = rules.ofBus(rules.bus(EventBusName, caller).name, caller).find(({ name }) => name === Name);
      if (!rule) return {};
      if (rule.targets.length > 0) throw invalid("Rule can't be deleted since it has targets.");
      rules.rules.delete(ruleKey(rule));
      changed(ruleKey(rule));
      return {};
    },

    DescribeRule: ({ Name, EventBusName }: RuleInput, caller: Caller) =>
      describe(rules.rule(Name, EventBusName, caller)),
    EnableRule: setState('ENABLED'),
    DisableRule: setState('DISABLED'),

    ListRules({ NamePrefix = '', EventBusName, Limit = PAGE, NextToken: after }: RuleInput, caller: Caller) {
      const prefix = `${busKey(rules.bus(EventBusName, caller).name, caller)}/${NamePrefix}`;
      const { items, next: NextToken } = pageOf(rules.rules, { prefix, after, limit: Limit });
      return { Rules: items.map(describe), NextToken };
    },

    PutTargets({ Rule: name, EventBusName, Targets = [] }: RuleInput, caller: Caller) {
      const rule = rules.rule(name, EventBusName, caller);
      for (const target of Targets) checkTarget(target);
      const kept = rule.targets.filter(({ Id }) => !Targets.some((target) => target.Id === Id));
      if (kept.length + Targets.length > 5)
        throw new ServiceError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
      save({ ...rule, targets: [...kept, ...Targets] });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    RemoveTargets(input: RuleInput, caller: Caller) {
      refuseOthers('events:RemoveTargets', input, ['Rule', 'EventBusName', 'Ids'], FORCE);
      const { Rule: name, EventBusName, Ids = [] } = input;
      const rule = rules.rule(name, EventBusName, caller);
      save({ ...rule, targets: rule.targets.filter(({ Id }) => !Ids.includes(Id)) });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    ListTargetsByRule: ({ Rule: name, EventBusName }: RuleInput, caller: Caller) => ({
      Targets: rules.rule(name, EventBusName, caller).targets,
    }),

    ListRuleNamesByTarget({ TargetArn, EventBusName }: RuleInput, caller: Caller) {
      const all = rules.ofBus(rules.bus(EventBusName, caller).name, caller);
      return {
        RuleNames: all.filter(({ targets }) => targets.some(({ Arn }) => Arn === TargetArn)).map(({ name }) => name),
      };
    },

    TestEventPattern({ EventPattern = '', Event = '' }: RuleInput) {
      const matches = parsePattern(EventPattern);
      try {
        return { Result: matches(JSON.parse(Event)) };
      } catch {
        throw invalid('Parameter Event is not valid.');
      }
    },
  };
}

const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);

/** @throws ServiceError InvalidEventPatternException */
export function parsePattern(text: string): Matcher {
  try {
    return compilePattern(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof PatternError || error instanceof SyntaxError ? error.message : String(error);
    throw new ServiceError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
  }
}

function checkSchedule(expression: string, bus: string): void {
  if (bus !== DEFAULT_BUS) throw invalid('ScheduleExpression is supported only on the default event bus.');
  try {
    if (compileSchedule(expression).once === undefined) return;
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
  }
  throw invalid('Parameter ScheduleExpression is not valid.');
}

function checkTarget(target: Target): void {
  refuseOthers('a target of events:PutTargets', target, TARGET_MEMBERS);
  const refusal = targetRefusal(target.Arn ?? '');
  if (refusal) throw invalid(`Parameter ${target.Arn} is not valid. Reason: ${refusal}`);
  if (target.Arn.endsWith('.fifo') && !target.SqsParameters?.MessageGroupId) {
    throw invalid(`Parameter(s) SqsParameters must be specified for target: ${target.Id}.`);
  }
  checkInput(target);
}

const describe = (rule: Rule) => ({
  Name: rule.name,
  Arn: rule.arn,
  EventPattern: rule.pattern,
  ScheduleExpression: rule.schedule,
  State: rule.state,
  Description: rule.description,
  RoleArn: rule.roleArn,
  EventBusName: rule.bus,
});
