import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cachedSecret } from '../../../../adapters/secrets/cached-secret.ts';
import { secretReader } from '../../../../adapters/secrets/secrets-manager.ts';
import { type CoreCloud, startCoreCloud } from '../../local/services/core-cloud.ts';

let cloud: CoreCloud;
beforeAll(async () => {
  cloud = await startCoreCloud();
});
afterAll(() => cloud.close());

const client = () => cloud.client(SecretsManagerClient);
let now = 0;

function counted(read: () => Promise<string>) {
  const counter = { reads: 0 };
  const secret = cachedSecret(
    () => {
      counter.reads += 1;
      return read();
    },
    () => now,
  );
  return { counter, secret };
}

test('a secret that is not there can be tried again, and nothing is kept', async () => {
  const { secret } = counted(secretReader(client(), 'shop/none'));
  await expect(secret()).rejects.toMatchObject({ name: 'DependencyUnavailableError', family: 'retryable' });
  await client().send(new CreateSecretCommand({ Name: 'shop/none', SecretString: 'now it is' }));
  expect(await secret()).toBe('now it is');
});

test('a secret that holds nothing is refused', async () => {
  await client().send(new CreateSecretCommand({ Name: 'shop/blank', SecretString: '  \n' }));
  await expect(counted(secretReader(client(), 'shop/blank')).secret()).rejects.toMatchObject({
    name: 'DependencyUnavailableError',
  });
});

test('a secret is read when it is needed, kept for five minutes, and new after that or on request', async () => {
  await client().send(new CreateSecretCommand({ Name: 'shop/key', SecretString: 'one\n' }));
  const { counter, secret } = counted(secretReader(client(), 'shop/key'));
  expect(counter.reads).toBe(0);
  expect([await secret(), await secret(), counter.reads]).toEqual(['one', 'one', 1]);
  await client().send(new PutSecretValueCommand({ SecretId: 'shop/key', SecretString: 'two' }));
  now += 299_999;
  expect([await secret(), await secret(0), counter.reads]).toEqual(['one', 'two', 2]);
  await client().send(new PutSecretValueCommand({ SecretId: 'shop/key', SecretString: 'three' }));
  now += 300_000;
  expect([await secret(), counter.reads]).toEqual(['three', 3]);
  expect((await client().send(new GetSecretValueCommand({ SecretId: 'shop/key' }))).SecretString).toBe('three');
});
