import type { IncomingHttpHeaders } from 'node:http';

/** Who calls what, as the request's signature says. The signature itself proves nothing here and is not checked. */
export interface SignatureScope {
  readonly account: string;
  readonly region: string;
  readonly service: string;
}

export const DEFAULT_ACCOUNT = '000000000000';
const DEFAULT_REGION = 'us-east-1';

/** @returns undefined if the request is not signed */
export function signatureScope(headers: IncomingHttpHeaders, query: URLSearchParams): SignatureScope | undefined {
  const credential = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? query.get('X-Amz-Credential');
  if (!credential) return undefined;
  // key/date/region/service/aws4_request; signatures for several regions leave out the region
  const parts = credential.split('/');
  if (parts.at(-1) !== 'aws4_request' || parts.length < 4) return undefined;
  const service = parts.at(-2)!;
  const region = parts.length > 4 ? parts.at(-3)! : DEFAULT_REGION;
  return { account: accountOf(parts[0]!), region, service };
}

/** A key of twelve digits is an account, and so is such a key inside a temporary one (see STS AssumeRole). */
function accountOf(accessKeyId: string): string {
  return /^(?:ASIA)?(\d{12})(?:[A-Z0-9]{4})?$/.exec(accessKeyId)?.[1] ?? DEFAULT_ACCOUNT;
}
