import { beforeEach, expect, test } from '@jest/globals';
import { createCaller } from '../../../../../local/aws/caller.ts';
import type { CallService, Service } from '../../../../../local/aws/service.ts';
import { createManualClock } from '../../../../../local/manual-clock.ts';
import { createEvents } from '../../../../../local/services/events/events.ts';
import { createSecretsManager } from '../../../../../local/services/secretsmanager/secretsmanager.ts';
import { openStorage } from '../../../../../local/storage/open-storage.ts';

const caller = { account: '111111111111', region: 'eu-central-1' };
const apiKey = {
  ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: 'secret' },
  InvocationHttpParameters: {
    HeaderParameters: [
      { Key: 'a', Value: 'hidden', IsValueSecret: true },
      { Key: 'b', Value: 'shown', IsValueSecret: false },
    ],
  },
};
let services: Service[];
let call: CallService;

beforeEach(() => {
  const storage = openStorage();
  const clock = createManualClock(0);
  services = [];
  call = createCaller(services);
  services.push(createEvents({ storage, clock, call }), createSecretsManager({ storage, clock }));
});

const events = (operation: string, input: object) => call('events', operation, input, caller);
const create = (Name: string, AuthorizationType: string, AuthParameters: object) =>
  events('CreateConnection', { Name, AuthorizationType, AuthParameters });
const secretOf = async (Name: string) => {
  const { SecretArn } = await events('DescribeConnection', { Name });
  const { SecretString } = await call('secretsmanager', 'GetSecretValue', { SecretId: SecretArn }, caller);
  return JSON.parse(SecretString);
};

test.each([
  ['no name', 'API_KEY', apiKey, 'not valid'],
  ['shop', 'KERBEROS', apiKey, 'AuthorizationType'],
  ['shop', 'BASIC', {}, 'BasicAuthParameters is missing'],
  ['shop', 'BASIC', apiKey, 'ApiKeyAuthParameters'],
])('the connection %s of the type %s is refused', async (name, type, parameters, message) => {
  await expect(create(name, type, parameters)).rejects.toThrow(message);
  expect((await events('ListConnections', {})).Connections).toEqual([]);
});

test('a connection is made once, and one that is not there is not described', async () => {
  await create('shop', 'API_KEY', apiKey);
  await expect(create('shop', 'API_KEY', apiKey)).rejects.toMatchObject({ code: 'ResourceAlreadyExistsException' });
  await expect(events('DescribeConnection', { Name: 'other' })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
  });
});

test('what is secret is in the secret alone', async () => {
  await create('shop', 'API_KEY', apiKey);
  const described = await events('DescribeConnection', { Name: 'shop' });
  expect(JSON.stringify(described)).not.toMatch(/secret"|hidden/);
  expect(described).toMatchObject({
    ConnectionState: 'AUTHORIZED',
    ConnectionArn: expect.stringMatching(/^arn:aws:events:eu-central-1:111111111111:connection\/shop\/[0-9a-f-]{36}$/),
    AuthParameters: {
      ApiKeyAuthParameters: { ApiKeyName: 'X-Key' },
      InvocationHttpParameters: { HeaderParameters: [{ Key: 'a' }, { Key: 'b', Value: 'shown' }] },
    },
  });
  expect(await secretOf('shop')).toMatchObject({ api_key_name: 'X-Key', api_key_value: 'secret' });
});

test('an update replaces the secret, and a deletion removes it', async () => {
  await create('shop', 'API_KEY', apiKey);
  const { SecretArn } = await events('DescribeConnection', { Name: 'shop' });
  const BasicAuthParameters = { Username: 'u', Password: 'p' };
  await events('UpdateConnection', { Name: 'shop', Description: 'new' });
  expect(await secretOf('shop')).toMatchObject({ api_key_value: 'secret' });
  await events('UpdateConnection', {
    Name: 'shop',
    AuthorizationType: 'BASIC',
    AuthParameters: { BasicAuthParameters },
  });
  expect(await secretOf('shop')).toEqual({ username: 'u', password: 'p' });
  await events('DeleteConnection', { Name: 'shop' });
  const secret = call('secretsmanager', 'GetSecretValue', { SecretId: SecretArn }, caller);
  await expect(secret).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
});

test('a template makes one connection however often it is loaded', async () => {
  const type = services[0]!.resources!['AWS::Events::Connection']!;
  const deployment = { ...caller, stackName: 's', logicalId: 'Shop', packageFolder: '/' };
  const properties = { AuthorizationType: 'API_KEY', AuthParameters: apiKey };
  const first = await type.apply(properties, deployment);
  expect(await type.apply(properties, deployment)).toEqual(first);
  expect(first.attributes).toMatchObject({ Arn: expect.stringContaining(first.ref), SecretArn: expect.any(String) });
});
