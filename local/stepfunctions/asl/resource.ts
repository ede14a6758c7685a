/** How long a service integration waits: for the answer, for the job it started, or for a callback with the task token. */
export type IntegrationPattern = 'requestResponse' | 'sync' | 'sync:2' | 'waitForTaskToken';

/** What a Task state's `Resource` names. */
export type TaskResource =
  /** A Lambda function's own ARN, with or without version or alias. */
  | { readonly type: 'function'; readonly arn: string }
  | { readonly type: 'activity'; readonly arn: string }
  /** `arn:aws:states:::dynamodb:putItem`: integrations that Step Functions shapes itself. */
  | {
      readonly type: 'optimized';
      readonly arn: string;
      readonly service: string;
      readonly action: string;
      readonly pattern: IntegrationPattern;
    }
  /** `arn:aws:states:::aws-sdk:s3:listBuckets`: any API operation; `service` and `action` as written. */
  | {
      readonly type: 'sdk';
      readonly arn: string;
      readonly service: string;
      readonly action: string;
      readonly pattern: IntegrationPattern;
    };

const INTEGRATION = /^arn:[a-z-]+:states:[a-z0-9-]*:\d*:([A-Za-z0-9-]+):([A-Za-z0-9]+)(?::([A-Za-z0-9]+))?(?:\.(.+))?$/;

/** @returns the parsed resource, or undefined if the text is not the ARN of anything a Task state can call */
export function parseResource(arn: string): TaskResource | undefined {
  // AWS looks at nothing but the form here: a placeholder for the region or the account passes.
  if (/^arn:[a-z-]+:lambda:[^:]+:[^:]+:function:[^:]+(:[^:]+)?$/.test(arn)) return { type: 'function', arn };
  if (/^arn:[a-z-]+:states:[a-z0-9-]+:\d{12}:activity:[^:]+$/.test(arn)) return { type: 'activity', arn };
  const text = arn.replace(/\.(sync|sync:2|waitForTaskToken)$/, '');
  const pattern = arn === text ? 'requestResponse' : (arn.slice(text.length + 1) as IntegrationPattern);
  const [, first, second, third, suffix] = INTEGRATION.exec(text) ?? [];
  if (!first || !second || suffix) return undefined;
  if (first === 'aws-sdk') return third ? { type: 'sdk', arn, service: second, action: third, pattern } : undefined;
  return third ? undefined : { type: 'optimized', arn, service: first, action: second, pattern };
}
