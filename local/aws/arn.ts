import type { Caller } from './service.ts';

export interface Arn {
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** All after the account: `table/orders`, `my-queue`. */
  readonly resource: string;
}

/** `arn:aws:sqs:us-east-1:000000000000:my-queue` */
export const arnOf = (
  service: string,
  { region, account }: Pick<Caller, 'region' | 'account'>,
  resource: string,
): string => `arn:aws:${service}:${region}:${account}:${resource}`;

/** @returns undefined if the text is no ARN */
export function parseArn(text: string): Arn | undefined {
  const [, service, region, account, resource] = /^arn:[^:]+:([^:]+):([^:]*):([^:]*):(.+)$/s.exec(text) ?? [];
  return service && resource ? { service, region: region!, account: account!, resource } : undefined;
}
