import type { Principal } from '../aws/service.ts';

const PREFIX = 'local.';

/** Whom credentials are for is written into their session token: nothing here is secret, and signatures are not checked. */
export const sessionToken = ({ roleArn, session }: Principal): string =>
  PREFIX + Buffer.from(JSON.stringify([roleArn, session])).toString('base64url');

/** @returns undefined if it is no token of this cloud: then it is a developer who calls */
export function principalOf(token: string | undefined): Principal | undefined {
  if (!token?.startsWith(PREFIX)) return undefined;
  try {
    const [roleArn, session] = JSON.parse(Buffer.from(token.slice(PREFIX.length), 'base64url').toString()) as unknown[];
    return typeof roleArn === 'string' && typeof session === 'string' ? { roleArn, session } : undefined;
  } catch {
    return undefined;
  }
}
