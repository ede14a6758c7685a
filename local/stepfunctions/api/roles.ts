import { invalidArn } from './errors.ts';

/** Whether the role exists is not asked: its permissions are checked where the template is, not where it runs. */
export function checkRole(roleArn: string): void {
  if (!/^arn:[a-z-]+:iam::\d{12}:role\/.+$/.test(roleArn)) throw invalidArn(`Invalid ARN prefix: ${roleArn}`);
}
