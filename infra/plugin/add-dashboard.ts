import type { CloudFormationResource, CloudFormationTemplate } from './serverless-host.ts';

type MetricLine = (string | object)[];

interface Widget {
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly properties: object;
}

const WIDTH = 24;
/** As many alarms as a widget may list. */
const MOST_ALARMS = 100;

/**
 * One dashboard per stage: what rings, what waits for people, how orders fare, the API, what was given up, the functions. Made
 * from what the template has, so that a new state machine, queue or function is on it.
 * @param service value of the dimension `service` of the application's own metrics
 */
export function addDashboard(
  { Resources: resources }: CloudFormationTemplate,
  name: string,
  service: string,
): Record<string, CloudFormationResource> {
  // What exists under a condition only cannot be named where the condition is not.
  const isThere = ({ Type, Condition }: CloudFormationResource, type: string) =>
    Type === type && Condition === undefined;
  const ids = (type: string) => Object.keys(resources).filter((id) => isThere(resources[id]!, type));
  const machines = ids('AWS::StepFunctions::StateMachine');
  const functions = ids('AWS::Lambda::Function');
  const queues = ids('AWS::SQS::Queue');
  const alarms = ids('AWS::CloudWatch::Alarm');
  const isOfFunction = (id: string) => /(Errors|Throttles|Slow)Alarm$/.test(id);

  const own = (...names: string[]): MetricLine[] => names.map((each) => ['Countersign', each, 'service', service]);
  const states = (metric: string): MetricLine[] =>
    machines.map((id) => ['AWS/States', metric, 'StateMachineArn', `\${${id}}`, { label: id }]);
  const lambda = (metric: string): MetricLine[] =>
    functions.map((id) => ['AWS/Lambda', metric, 'FunctionName', `\${${id}}`, { label: id }]);
  const api = (metric: string, more: object = {}): MetricLine => [
    ...['AWS/ApiGateway', metric, 'ApiName', name, 'Stage', '${ApiStage}'],
    more,
  ];
  const lengths = queues.map(
    (id): MetricLine => [
      ...['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', `\${${id}.QueueName}`],
      { label: id },
    ],
  );

  const widgets = arrange([
    alarmList(
      'Alarms',
      alarms.filter((id) => !isOfFunction(id)),
    ),
    graph('Waiting approvals', own('PendingApprovals'), 'Maximum'),
    graph('Oldest waiting approval (seconds)', own('OldestPendingApproval'), 'Maximum'),
    graph('What went wrong with them', own('DecidedNotResumed', 'MailNotSent', 'UnexpectedErrors'), 'Sum'),
    graph('Orders and refunds under way', own('OpenOrders'), 'Maximum'),
    graph('Executions started', states('ExecutionsStarted'), 'Sum'),
    graph('Executions failed', [...states('ExecutionsFailed'), ...states('ExecutionsTimedOut')], 'Sum'),
    graph('Requests', [api('Count'), api('4XXError'), api('5XXError')], 'Sum'),
    graph('Latency (ms)', [api('Latency', { stat: 'p50' }), api('Latency', { stat: 'p99' })], 'p99'),
    graph('Messages in queues', lengths, 'Maximum'),
    graph('Errors of functions', lambda('Errors'), 'Sum'),
    graph('Throttles of functions', lambda('Throttles'), 'Sum'),
    graph('Duration of functions (ms)', lambda('Duration'), 'Maximum'),
    ...chunks(alarms.filter(isOfFunction), MOST_ALARMS).map((some) => alarmList('Alarms of functions', some)),
  ]);
  const DashboardBody = { 'Fn::Sub': JSON.stringify({ widgets }) };
  return { Dashboard: { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardName: name, DashboardBody } } };
}

const graph = (title: string, metrics: MetricLine[], stat: string): Widget => ({
  type: 'metric',
  width: 8,
  height: 6,
  properties: { title, metrics, stat, period: 300, region: '${AWS::Region}', view: 'timeSeries' },
});

const alarmList = (title: string, ids: readonly string[]): Widget => ({
  type: 'alarm',
  width: WIDTH,
  height: 4,
  properties: { title, alarms: ids.map((id) => `\${${id}.Arn}`) },
});

/** From left to right, in rows. */
function arrange(widgets: readonly Widget[]): object[] {
  let [x, y, rowHeight] = [0, 0, 0];
  return widgets.map((widget) => {
    if (x + widget.width > WIDTH) [x, y, rowHeight] = [0, y + rowHeight, 0];
    const placed = { x, y, ...widget };
    x += widget.width;
    rowHeight = Math.max(rowHeight, widget.height);
    return placed;
  });
}

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
