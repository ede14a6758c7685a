import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { AccessTokens, Client } from '../../domain/access.ts';
import type { Clock } from '../../domain/ports.ts';

export interface IssuerSettings {
  /** As in the claim `iss`; its keys are found by OpenID discovery. */
  readonly issuer: string;
  /** As in the claim `aud`: this API. */
  readonly audience: string;
  readonly clock: Clock;
}

/** Asymmetric ones only: a token "signed" with a public key as a shared secret (HS256), or not at all (none), is none. */
const ALGORITHMS = ['RS256', 'ES256'];

/** Seconds by which the clocks of issuer and AWS may differ. */
const TOLERANCE = 30;

/** What makes a token untrustworthy, in the words of jose. Anything else that goes wrong is not the token's fault. */
const REFUSALS: readonly string[] = [
  errors.JWTExpired.code,
  errors.JWTClaimValidationFailed.code,
  errors.JWTInvalid.code,
  errors.JWSInvalid.code,
  errors.JWSSignatureVerificationFailed.code,
  errors.JOSEAlgNotAllowed.code,
  errors.JOSENotSupported.code,
  errors.JWKSNoMatchingKey.code,
  errors.JWKSMultipleMatchingKeys.code,
];

/**
 * JSON Web Tokens as RFC 9068 describes them. The issuer's keys are fetched when they are first needed, kept, and fetched
 * again when they are ten minutes old or a token names one that is not among them.
 */
export function accessTokens({ issuer, audience, clock }: IssuerSettings): AccessTokens {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  const keySet = (): Promise<JWTVerifyGetKey> => {
    keys ??= discover(issuer).catch((error) => {
      keys = undefined; // the next request tries again
      throw error;
    });
    return keys;
  };
  return {
    async clientOf(token) {
      const options = {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: TOLERANCE,
        requiredClaims: ['exp'],
        currentDate: new Date(clock()),
      };
      try {
        const { payload } = await jwtVerify(token, await keySet(), options);
        return clientIn(payload);
      } catch (error) {
        if (error instanceof errors.JOSEError && REFUSALS.includes(error.code)) return undefined;
        throw error;
      }
    },
  };
}

/** See https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig */
async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: 'error' });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const { issuer: named, jwks_uri: location } = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (named !== issuer || typeof location !== 'string') throw new Error(`${url} does not describe ${issuer}`);
  return createRemoteJWKSet(new URL(location));
}

/** Issuers name the client by `client_id` (RFC 9068) or `azp`, and scopes by `scope` or `scp`, as text or list. */
function clientIn({ client_id, azp, sub, scope, scp }: JWTPayload): Client | undefined {
  const id = [client_id, azp, sub].find((each) => typeof each === 'string' && each !== '');
  if (id === undefined) return undefined;
  const named = scope ?? scp ?? '';
  const scopes = Array.isArray(named) ? named.map(String) : String(named).split(' ').filter(Boolean);
  return { id: String(id), scopes };
}
