import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { accessTokens } from '../../../../adapters/oidc/access-tokens.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const SECONDS = NOW / 1_000;

interface Key {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

async function newKey(kid: string, alg: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** An issuer over HTTP, as far as its keys go. */
async function startIssuer() {
  const published: Key[] = [];
  const asked: string[] = [];
  let discovery: object | undefined;
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const documents: Record<string, object | undefined> = {
      '/.well-known/openid-configuration': discovery ?? { issuer: url, jwks_uri: `${url}/keys` },
      '/keys': { keys: published.map(({ jwk }) => jwk) },
    };
    const document = documents[request.url ?? ''];
    response.writeHead(document ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    published,
    asked,
    describeAs: (document: object) => {
      discovery = document;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let key: Key;
beforeEach(async () => {
  issuer = await startIssuer();
  key = await newKey('one', 'ES256');
  issuer.published.push(key);
});
afterEach(() => issuer.close());

const tokens = () => accessTokens({ issuer: issuer.url, audience: 'countersign', clock: () => NOW });

const claims = (more: JWTPayload = {}): JWTPayload => ({
  iss: issuer.url,
  aud: 'countersign',
  sub: 'shop',
  client_id: 'shop',
  scope: 'orders:write orders:read',
  iat: SECONDS,
  exp: SECONDS + 3_600,
  ...more,
});

const signed = (payload: JWTPayload, by: Key = key, header: object = {}) =>
  new SignJWT(payload).setProtectedHeader({ alg: by.alg, kid: by.kid, typ: 'at+jwt', ...header }).sign(by.privateKey);

test.each(['ES256', 'RS256'])('a good token signed by %s tells its client and scopes', async (alg) => {
  const other = await newKey('other', alg);
  issuer.published.push(other);
  expect(await tokens().clientOf(await signed(claims(), other))).toEqual({
    id: 'shop',
    scopes: ['orders:write', 'orders:read'],
  });
});

test.each<[string, JWTPayload]>([
  ['of another issuer', { iss: 'https://elsewhere.example.com' }],
  ['for another audience', { aud: 'something-else' }],
  ['for nobody in particular', { aud: undefined }],
  ['that has expired', { exp: SECONDS - 31 }],
  ['that never expires', { exp: undefined }],
  ['that is not valid yet', { nbf: SECONDS + 31 }],
  ['of no client', { client_id: undefined, sub: undefined }],
])('a token %s is not trusted', async (_what, more) => {
  expect(await tokens().clientOf(await signed(claims(more)))).toBeUndefined();
});

test('clocks may differ by half a minute', async () => {
  const token = await signed(claims({ exp: SECONDS - 20, nbf: SECONDS + 20 }));
  expect(await tokens().clientOf(token)).toMatchObject({ id: 'shop' });
});

test('a token that is signed by a key of nobody, under the id of a key or another, is not trusted', async () => {
  for (const kid of ['one', 'unknown']) {
    const stranger = await newKey(kid, 'ES256');
    expect(await tokens().clientOf(await signed(claims(), stranger))).toBeUndefined();
  }
});

test('a token that was changed after it was signed is not trusted', async () => {
  const [header, , signature] = (await signed(claims({ scope: 'orders:read' }))).split('.');
  const [, payload] = (await signed(claims({ scope: 'catalog:write' }))).split('.');
  expect(await tokens().clientOf(`${header}.${payload}.${signature}`)).toBeUndefined();
});

test('a token without a signature is not trusted', async () => {
  expect(await tokens().clientOf(new UnsecuredJWT(claims()).encode())).toBeUndefined();
});

test('a token whose shared secret is the public key (HS256) is not trusted', async () => {
  const secret = new TextEncoder().encode(JSON.stringify(key.jwk));
  const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret);
  expect(await tokens().clientOf(token)).toBeUndefined();
});

test.each(['PS256', 'ES384', 'RS512'])('an algorithm beside RS256 and ES256 (%s) is not trusted', async (alg) => {
  const other = await newKey('other', alg);
  issuer.published.push(other);
  expect(await tokens().clientOf(await signed(claims(), other))).toBeUndefined();
});

test('a token with an extension that has to be understood is not trusted', async () => {
  const token = await signed(claims()).then((text) => {
    const [, payload, signature] = text.split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: 'one', crit: ['x'], x: 1 })).toString('base64url');
    return `${header}.${payload}.${signature}`;
  });
  expect(await tokens().clientOf(token)).toBeUndefined();
});

test.each(['', 'x', 'a.b', 'a.b.c', 'e30.e30.', '..'])('%j is no token', async (text) => {
  expect(await tokens().clientOf(text)).toBeUndefined();
});

test.each<[JWTPayload, { id: string; scopes: string[] }]>([
  [
    { client_id: undefined, azp: 'web', scope: undefined, scp: ['orders:read'] },
    { id: 'web', scopes: ['orders:read'] },
  ],
  [
    { client_id: undefined, scope: undefined, scp: 'orders:read a' },
    { id: 'shop', scopes: ['orders:read', 'a'] },
  ],
  [{ scope: undefined }, { id: 'shop', scopes: [] }],
])('other issuers put it differently: %j', async (more, client) => {
  expect(await tokens().clientOf(await signed(claims(more)))).toEqual(client);
});

test('the keys are fetched once, and kept', async () => {
  const verifier = tokens();
  for (let count = 0; count < 3; count++) await verifier.clientOf(await signed(claims()));
  expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
});

test('an issuer that is down is no reason to distrust a token: it fails, and works again later', async () => {
  const verifier = tokens();
  const token = await signed(claims());
  issuer.describeAs({ issuer: issuer.url, jwks_uri: `${issuer.url}/nothing` });
  await expect(verifier.clientOf(token)).rejects.toThrow();
  issuer.describeAs({ issuer: 'https://elsewhere.example.com', jwks_uri: `${issuer.url}/keys` });
  const another = tokens();
  await expect(another.clientOf(token)).rejects.toThrow('does not describe');
  issuer.describeAs({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys` });
  expect(await another.clientOf(token)).toMatchObject({ id: 'shop' });
});
