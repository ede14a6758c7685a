import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type { Clock } from './clock.ts';
import { ConsoleError } from './console/console-error.ts';
import type { Storage } from './storage.ts';

export interface IssuerOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly url: string;
}

/** A small OpenID provider for programs: whoever asks gets the token that is asked for, as nothing here is secret. */
export interface Issuer {
  readonly url: string;
  /** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
  discovery(): object;
  /** The public keys, as a JSON Web Key Set. */
  keys(): Promise<object>;
  /**
   * The client credentials grant (RFC 6749, section 4.4): `grant_type`, `client_id`, `scope`, `audience`.
   * @throws ConsoleError as the OAuth error `invalid_request` or `unsupported_grant_type`
   */
  grant(form: URLSearchParams): Promise<object>;
}

const ALGORITHM = 'ES256';
/** Seconds. */
const LIFETIME = 3_600;

export function createIssuer({ storage, clock, url }: IssuerOptions): Issuer {
  // Kept, so that tokens outlive a restart.
  const table = storage.table<JWK>('issuer-keys');
  let made: Promise<JWK> | undefined;
  const privateKey = (): Promise<JWK> => {
    made ??= Promise.resolve(table.get(ALGORITHM) ?? newKey());
    return made;
  };

  async function newKey(): Promise<JWK> {
    const pair = await generateKeyPair(ALGORITHM, { extractable: true });
    const key = await exportJWK(pair.privateKey);
    const jwk = { ...key, alg: ALGORITHM, use: 'sig', kid: await calculateJwkThumbprint(key) };
    table.put(ALGORITHM, jwk);
    return jwk;
  }

  return {
    url,
    discovery: () => ({
      issuer: url,
      jwks_uri: `${url}/jwks`,
      token_endpoint: `${url}/token`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'none'],
      id_token_signing_alg_values_supported: [ALGORITHM],
    }),
    async keys() {
      const { d: _private, ...publicKey } = await privateKey();
      return { keys: [publicKey] };
    },
    async grant(form) {
      if (form.get('grant_type') !== 'client_credentials') throw new ConsoleError(400, 'unsupported_grant_type');
      const [client, audience, scope] = [form.get('client_id'), form.get('audience'), form.get('scope') ?? ''];
      if (!client || !audience) throw new ConsoleError(400, 'invalid_request');
      const key = await privateKey();
      const now = Math.floor(clock.now() / 1_000);
      const token = await new SignJWT({ client_id: client, scope })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'at+jwt', kid: key.kid! })
        .setIssuer(url)
        .setAudience(audience)
        .setSubject(client)
        .setIssuedAt(now)
        .setExpirationTime(now + LIFETIME)
        .sign(await importJWK(key, ALGORITHM));
      return { access_token: token, token_type: 'Bearer', expires_in: LIFETIME, scope };
    },
  };
}
