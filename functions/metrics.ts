import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

// Metrics are lines of the log, which CloudWatch reads: no call, and no permission. What infra/alarms.yml watches.
const metrics = new Metrics();

/** Adds to a count: something happened that somebody should see. */
export const count = (name: 'DecidedNotResumed' | 'MailNotSent' | 'UnexpectedErrors'): void => {
  metrics.singleMetric().addMetric(name, MetricUnit.Count, 1);
};

/** How things stand now. */
export const gauge = (name: 'OpenOrders' | 'PendingApprovals' | 'OldestPendingApproval', value: number): void => {
  const unit = name === 'OldestPendingApproval' ? MetricUnit.Seconds : MetricUnit.Count;
  metrics.singleMetric().addMetric(name, unit, value);
};
