import { describe, expect, test } from '@jest/globals';
import type { AlarmSettings } from '../../../../../local/services/cloudwatch/alarm.ts';
import { evaluateAlarm } from '../../../../../local/services/cloudwatch/evaluate-alarm.ts';

const SETTINGS: AlarmSettings = {
  Namespace: 'Shop',
  MetricName: 'failures',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 3,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
};

/** `0` within the threshold, `X` beyond it, `-` missing; the latest last. */
const points = (text: string) =>
  [...text.replaceAll(' ', '')].map((letter, index) => ({
    start: index * 60_000,
    ...(letter !== '-' && { value: letter === 'X' ? 1 : 0, count: 1 }),
  }));

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
const states = (text: string, settings: Partial<AlarmSettings> = {}) =>
  TREATMENTS.map(
    (TreatMissingData) =>
      evaluateAlarm({ ...SETTINGS, ...settings, TreatMissingData }, points(text))?.state ?? 'as it was',
  );

// The tables of the CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data".
describe('three datapoints of three', () => {
  test.each([
    ['0 - X - X', ['OK', 'OK', 'OK', 'OK']],
    ['- - - - 0', ['OK', 'OK', 'OK', 'OK']],
    ['- - - - -', ['INSUFFICIENT_DATA', 'as it was', 'ALARM', 'OK']],
    ['0 X X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['- - X - -', ['ALARM', 'as it was', 'ALARM', 'OK']],
  ])('%s', (text, expected) => expect(states(text)).toEqual(expected));
});

describe('two datapoints of three', () => {
  test.each([
    ['0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 - X - -', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - - X', ['ALARM', 'as it was', 'ALARM', 'OK']],
  ])('%s', (text, expected) => expect(states(text, { DatapointsToAlarm: 2 })).toEqual(expected));
});

test.each([
  ['GreaterThanThreshold', 'OK'],
  ['GreaterThanOrEqualToThreshold', 'ALARM'],
  ['LessThanThreshold', 'OK'],
  ['LessThanOrEqualToThreshold', 'ALARM'],
] as const)('at the threshold, %s is %s', (ComparisonOperator, state) => {
  expect(evaluateAlarm({ ...SETTINGS, EvaluationPeriods: 1, ComparisonOperator }, points('X'))?.state).toBe(state);
});

test('the reason names the values, when they were, and the threshold', () => {
  const latest = (settings: Partial<AlarmSettings>, text: string) =>
    evaluateAlarm({ ...SETTINGS, ...settings }, points(text))?.reason;
  expect(latest({ EvaluationPeriods: 1 }, 'X')).toBe(
    'Threshold Crossed: 1 out of the last 1 datapoint [1.0 (01/01/70 00:00:00)] was greater than or equal to the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).',
  );
  expect(latest({ EvaluationPeriods: 1, TreatMissingData: 'notBreaching' }, '-')).toBe(
    'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
  );
  expect(latest({ EvaluationPeriods: 1 }, '-')).toBe('Insufficient Data: 1 datapoint was unknown.');
});
