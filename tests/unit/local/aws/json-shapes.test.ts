import { expect, test } from '@jest/globals';
import { fromJson } from '../../../../local/aws/json-shapes.ts';
import { operationModel } from '../../../../local/aws/model.ts';

const read = (service: string, operation: string, input: object) =>
  fromJson(operationModel(service, operation)!.input, input);

test('what is whole loses its fraction, as in AWS, whose parsers cut off the fraction of a number that they read as an integer', () => {
  const route = (weight: number) => ({ stateMachineVersionArn: 'arn', weight });
  expect(read('states', 'UpdateStateMachineAlias', { routingConfiguration: [route(33.5), route(66.5)] })).toEqual({
    routingConfiguration: [route(33), route(66)],
  });
  expect(read('states', 'ListStateMachines', { maxResults: 1.9 })).toEqual({ maxResults: 1 });
});

test('what may have a fraction keeps it: percentages, thresholds, values of metrics, rates', () => {
  const run = { mapRunArn: 'arn', toleratedFailurePercentage: 0.5 };
  expect(read('states', 'UpdateMapRun', run)).toEqual(run);
  const metric = { Namespace: 'N', MetricData: [{ MetricName: 'm', Values: [0.5], Counts: [1.5] }] };
  expect(read('monitoring', 'PutMetricData', metric)).toEqual(metric);
  const alarm = { AlarmName: 'a', Threshold: 0.5 };
  expect(read('monitoring', 'PutMetricAlarm', alarm)).toEqual(alarm);
  const split = { RoutingConfig: { AdditionalVersionWeights: { 1: 0.5 } } };
  expect(read('lambda', 'UpdateAlias', split)).toEqual(split);
});

test('a moment keeps its milliseconds', () => {
  expect(read('logs', 'PutLogEvents', { logEvents: [{ timestamp: 1_700_000_000_123, message: 'm' }] })).toEqual({
    logEvents: [{ timestamp: 1_700_000_000_123, message: 'm' }],
  });
  expect(read('monitoring', 'GetMetricData', { StartTime: 1_700_000_000.5 })).toEqual({
    StartTime: new Date(1_700_000_000_500),
  });
});
