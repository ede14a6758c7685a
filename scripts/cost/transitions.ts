/** Of a history's event, what counts; AWS's and the local cloud's are alike. */
export interface CountedEvent {
  readonly type?: string;
}

/**
 * State transitions as Standard executions are billed: one each time a step is executed, and one for each retry.
 * Source: AWS Step Functions pricing.
 */
export function transitionsOf(history: readonly CountedEvent[]): number {
  const count = (pattern: RegExp) => history.filter(({ type = '' }) => pattern.test(type)).length;
  const entered = count(/StateEntered$/);
  // A task is scheduled once for each time that it was entered, and once more for each retry.
  const retries = count(/^(Task|LambdaFunction|Activity)Scheduled$/) - count(/^TaskStateEntered$/);
  return entered + Math.max(0, retries);
}
