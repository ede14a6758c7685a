import { type AlarmSettings, type AlarmState, COMPARISONS } from './alarm.ts';

/** What a metric came to in one period that is over. Times in milliseconds since 1970. */
export interface Datapoint {
  readonly start: number;
  /** Absent: nothing was put. */
  readonly value?: number;
  readonly count?: number;
}

export interface Verdict {
  readonly state: AlarmState;
  readonly reason: string;
  /** What the state was judged by. */
  readonly evaluated: readonly Datapoint[];
}

/** How many periods more than it needs CloudWatch looks at, to find data that was missing. */
export const LOOK_BACK = 2;

const AS = { breaching: 'Breaching', notBreaching: 'NonBreaching', missing: 'Missing', ignore: 'Ignore' } as const;

/**
 * The state of an alarm by its latest datapoints, with missing ones treated as CloudWatch documents it: what is there counts
 * first, also if it is older; only what then is still missing is treated as the alarm says.
 * @param range the latest periods in order: EvaluationPeriods and LOOK_BACK more
 * @returns undefined if the state stays as it is
 */
export function evaluateAlarm(settings: AlarmSettings, range: readonly Datapoint[]): Verdict | undefined {
  const { EvaluationPeriods: wanted, DatapointsToAlarm = wanted, TreatMissingData = 'missing' } = settings;
  const compare = COMPARISONS[settings.ComparisonOperator];
  const isBreaching = ({ value }: Datapoint): boolean => compare.holds(value!, settings.Threshold);
  const real = range.filter(({ value }) => value !== undefined);
  const latest = real.slice(-wanted);
  const breaching = latest.filter(isBreaching);
  const missing = wanted - latest.length;

  const verdict = (state: AlarmState): Verdict => ({
    state,
    reason: reasonOf(settings, state, latest, breaching, missing),
    evaluated: latest,
  });
  if (breaching.length >= DatapointsToAlarm) return verdict('ALARM');
  if (missing === 0) return verdict('OK');
  switch (TreatMissingData) {
    case 'breaching':
      return verdict(breaching.length + missing >= DatapointsToAlarm ? 'ALARM' : 'OK');
    case 'notBreaching':
      return verdict('OK');
    case 'ignore':
      return breaching.length === latest.length ? undefined : verdict('OK');
    case 'missing':
      if (latest.length === 0) return verdict('INSUFFICIENT_DATA');
      return verdict(breaching.length === latest.length ? 'ALARM' : 'OK');
  }
}

function reasonOf(
  settings: AlarmSettings,
  state: AlarmState,
  latest: readonly Datapoint[],
  breaching: readonly Datapoint[],
  missing: number,
): string {
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, TreatMissingData = 'missing' } = settings;
  if (state === 'INSUFFICIENT_DATA')
    return `Insufficient Data: ${missing} ${plural('datapoint', missing)} ${were(missing)} unknown.`;
  if (latest.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${missing} ${plural('period', missing)} and ${missing} missing ${plural('datapoint', missing)} ${were(missing)} treated as [${AS[TreatMissingData]}].`;
  }
  const { words } = COMPARISONS[settings.ComparisonOperator];
  const told = state === 'ALARM' ? breaching : latest.filter((point) => !breaching.includes(point));
  const values = told.map(({ value, start }) => `${number(value!)} (${shortDate(start)})`).join(', ');
  const filled =
    missing > 0
      ? ` and ${missing} missing ${plural('datapoint', missing)} ${were(missing)} treated as [${AS[TreatMissingData]}]`
      : '';
  const [not, needed, transition] =
    state === 'ALARM'
      ? ['', DatapointsToAlarm, 'OK -> ALARM']
      : ['not ', EvaluationPeriods - DatapointsToAlarm + 1, 'ALARM -> OK'];
  return (
    `Threshold Crossed: ${told.length} out of the last ${latest.length} ${plural('datapoint', latest.length)} [${values}] ` +
    `${were(told.length)} ${not}${words} the threshold (${number(settings.Threshold)})${filled} ` +
    `(minimum ${needed} ${plural('datapoint', needed)} for ${transition} transition).`
  );
}

const plural = (word: string, count: number): string => (count === 1 ? word : `${word}s`);
const were = (count: number): string => (count === 1 ? 'was' : 'were');

/** With a decimal point, as AWS writes it. */
export const number = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

/** `27/11/26 08:05:00` */
function shortDate(time: number): string {
  const [year = '', month, day] = new Date(time).toISOString().slice(0, 10).split('-');
  return `${day}/${month}/${year.slice(2)} ${new Date(time).toISOString().slice(11, 19)}`;
}
