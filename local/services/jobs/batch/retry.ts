import type { Attempt, EvaluateOnExit, RetryStrategy } from './job-record.ts';

/** @returns whether a failed attempt is followed by another; the first rule whose conditions all match decides */
export function isRetried({ attempts = 1, evaluateOnExit = [] }: RetryStrategy, failed: readonly Attempt[]): boolean {
  if (failed.length >= attempts) return false;
  const rule = evaluateOnExit.find((each) => matches(each, failed.at(-1)!));
  return rule?.action.toUpperCase() !== 'EXIT';
}

function matches(rule: EvaluateOnExit, { container, statusReason }: Attempt): boolean {
  return (
    isLike(rule.onStatusReason, statusReason) &&
    isLike(rule.onReason, container.reason ?? '') &&
    isLike(rule.onExitCode, String(container.exitCode ?? ''))
  );
}

/** A pattern may end with `*`. */
function isLike(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
