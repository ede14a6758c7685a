import { EVERYTHING } from './start/console-manifest.ts';

/** Gives an access token; `isFresh`: a new one, as the last was refused. */
export type TokenSource = (isFresh?: boolean) => Promise<string>;

export interface TokenClient {
  readonly issuer: string;
  readonly clientId: string;
  /** A local cloud wants none. */
  readonly clientSecret?: string;
  readonly audience?: string;
  readonly scope?: string;
}

/** Access tokens by the client credentials grant (RFC 6749, section 4.4). One is used until it is refused. */
export function tokensFrom({ issuer, clientId, clientSecret, ...wanted }: TokenClient): TokenSource {
  const { audience, scope } = { ...EVERYTHING, ...wanted };
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, audience, scope });
  if (clientSecret !== undefined) form.set('client_secret', clientSecret);
  let token: Promise<string> | undefined;
  return (isFresh = false) => {
    if (isFresh || !token) token = grant(issuer, form);
    return token;
  };
}

async function grant(issuer: string, body: URLSearchParams): Promise<string> {
  const { token_endpoint: url } = (await answerOf(await fetch(`${issuer}/.well-known/openid-configuration`))) as {
    token_endpoint: string;
  };
  const { access_token } = (await answerOf(await fetch(url, { method: 'POST', body }))) as { access_token: string };
  return access_token;
}

async function answerOf(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
