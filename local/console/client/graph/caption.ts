import type { AslState } from './asl.ts';
import { withoutBraces } from './rule-label.ts';

const PATTERNS: readonly [suffix: string, words: string][] = [
  ['.waitForTaskToken', ' · waits for token'],
  ['.sync:2', ' · waits for it'],
  ['.sync', ' · waits for it'],
];

/** What a state does, in a few words. */
export function caption(state: AslState): string {
  switch (state.Type) {
    case 'Task':
      return taskCaption(state);
    case 'Wait':
      return waitCaption(state as Readonly<Record<string, unknown>>);
    case 'Fail':
      return String((state as Readonly<Record<string, unknown>>).Error ?? '');
    case 'Map':
      return 'for each item';
    case 'Parallel':
      return `${state.Branches?.length ?? 0} branches`;
    default:
      return '';
  }
}

function taskCaption({ Resource = '', Arguments, Parameters }: AslState): string {
  if (Resource.includes(':function:')) return `lambda ${lastOf(Resource)}`;
  if (Resource.includes(':activity:')) return `activity ${lastOf(Resource)}`;
  const [, integration = Resource] = /^arn:[^:]*:states:[^:]*:[^:]*:(.*)$/.exec(Resource) ?? [];
  const [suffix = '', words = ''] = PATTERNS.find(([end]) => integration.endsWith(end)) ?? [];
  const [service = '', ...action] = integration.slice(0, integration.length - suffix.length).split(':');
  const target = (Arguments ?? Parameters ?? {}) as Readonly<Record<string, unknown>>;
  if (service === 'lambda') return `lambda ${lastOf(target.FunctionName)}${words}`;
  if (service === 'states') return `execution ${lastOf(target.StateMachineArn)}${words}`;
  return `${service} ${action.join(' ')}${words}`;
}

/** The name at the end of an ARN or URL, without the numbers of versions. */
function lastOf(value: unknown): string {
  if (typeof value !== 'string') return '';
  const parts = value.split(/[:/]/).filter((part) => part !== '' && !/^(\d+|\$LATEST)$/.test(part));
  return parts.at(-1) ?? '';
}

function waitCaption(state: Readonly<Record<string, unknown>>): string {
  const { Seconds, SecondsPath, Timestamp, TimestampPath } = state;
  if (typeof Seconds === 'number') return `${Seconds} s`;
  const value = Seconds ?? SecondsPath ?? Timestamp ?? TimestampPath;
  return typeof value === 'string' ? `${Timestamp || TimestampPath ? 'until' : 'for'} ${withoutBraces(value)}` : '';
}
