import { expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { createIssuer } from '../../../local/issuer.ts';
import { createManualClock } from '../../../local/manual-clock.ts';
import { openStorage } from '../../../local/storage/open-storage.ts';

const URL = 'http://127.0.0.1:3000/_local/issuer';
const NOW = Date.parse('2030-01-01T00:00:00Z');

const start = (storage = openStorage()) => createIssuer({ storage, clock: createManualClock(NOW), url: URL });
const form = (more: Record<string, string> = {}) =>
  new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'shop',
    audience: 'orders',
    scope: 'a b',
    ...more,
  });

test('a token can be verified with what the issuer says of itself, by the time of the cloud', async () => {
  const issuer = start();
  const { access_token, ...answer } = (await issuer.grant(form())) as { access_token: string };
  expect(answer).toEqual({ token_type: 'Bearer', expires_in: 3_600, scope: 'a b' });
  const { payload } = await jwtVerify(access_token, createLocalJWKSet((await issuer.keys()) as JSONWebKeySet), {
    issuer: (issuer.discovery() as { issuer: string }).issuer,
    audience: 'orders',
    currentDate: new Date(NOW),
  });
  expect(payload).toMatchObject({ sub: 'shop', client_id: 'shop', scope: 'a b', exp: NOW / 1_000 + 3_600 });
});

test('what it publishes is no private key', async () => {
  const { keys } = (await start().keys()) as JSONWebKeySet;
  expect(keys).toEqual([expect.objectContaining({ kty: 'EC', crv: 'P-256', alg: 'ES256' })]);
  expect(keys[0]).not.toHaveProperty('d');
});

test('its key outlives a restart', async () => {
  const storage = openStorage();
  const { access_token } = (await start(storage).grant(form())) as { access_token: string };
  const { keys } = (await start(storage).keys()) as JSONWebKeySet;
  expect(decodeProtectedHeader(access_token).kid).toBe(keys[0]!.kid);
});

test.each([
  [{ grant_type: 'password' }, 'unsupported_grant_type'],
  [{ client_id: '' }, 'invalid_request'],
  [{ audience: '' }, 'invalid_request'],
])('%j is refused as %s', async (more, error) => {
  await expect(start().grant(form(more))).rejects.toThrow(error);
});
