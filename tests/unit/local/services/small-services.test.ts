import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  CreateEmailIdentityCommand,
  DeleteEmailIdentityCommand,
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  SESv2Client,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import {
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CALLER, type CoreCloud, startCoreCloud } from './core-cloud.ts';

let cloud: CoreCloud;
beforeAll(async () => {
  cloud = await startCoreCloud();
});
afterAll(() => cloud.close());

const deployment = { ...CALLER, stackName: 'shop', logicalId: 'X', packageFolder: '' };
const typeOf = (name: string) => cloud.core.all.map(({ resources }) => resources?.[name]).find(Boolean)!;

describe('KMS', () => {
  const kms = () => cloud.client(KMSClient);
  const bytes = (text: string) => new TextEncoder().encode(text);

  test('refuses keys that are not there, disabled or of another kind', async () => {
    await expect(kms().send(new DescribeKeyCommand({ KeyId: 'none' }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    await expect(kms().send(new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }))).rejects.toThrow(
      'RSA_2048',
    );
    const { KeyMetadata } = await kms().send(new CreateKeyCommand());
    await kms().send(new DisableKeyCommand({ KeyId: KeyMetadata?.KeyId }));
    await expect(
      kms().send(new EncryptCommand({ KeyId: KeyMetadata?.KeyId, Plaintext: bytes('x') })),
    ).rejects.toMatchObject({ name: 'DisabledException' });
  });

  test('decrypts what it encrypted, and nothing else', async () => {
    const { KeyMetadata } = await kms().send(new CreateKeyCommand());
    await kms().send(new CreateAliasCommand({ AliasName: 'alias/mine', TargetKeyId: KeyMetadata?.KeyId }));
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 100 }),
        fc.dictionary(fc.string({ minLength: 1 }), fc.string()),
        fc.nat(),
        async (Plaintext, context, index) => {
          const EncryptionContext = Object.fromEntries(
            Object.entries(context).filter(([name]) => name !== '__proto__'),
          );
          const { CiphertextBlob } = await cloud.call(
            'kms',
            'Encrypt',
            { KeyId: 'alias/mine', Plaintext, EncryptionContext },
            CALLER,
          );
          expect((await cloud.call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext }, CALLER)).Plaintext).toEqual(
            Plaintext,
          );
          const broken = new Uint8Array(CiphertextBlob);
          broken[index % broken.length]! ^= 1;
          await expect(
            cloud.call('kms', 'Decrypt', { CiphertextBlob: broken, EncryptionContext }, CALLER),
          ).rejects.toMatchObject({ code: 'InvalidCiphertextException' });
          await expect(
            cloud.call(
              'kms',
              'Decrypt',
              { CiphertextBlob, EncryptionContext: { ...EncryptionContext, more: 'x' } },
              CALLER,
            ),
          ).rejects.toMatchObject({ code: 'InvalidCiphertextException' });
        },
      ),
      { numRuns: 30 },
    );
  });

  test('data keys', async () => {
    const { Plaintext, CiphertextBlob } = await kms().send(
      new GenerateDataKeyCommand({ KeyId: 'alias/aws/s3', KeySpec: 'AES_256' }),
    );
    expect(Plaintext).toHaveLength(32);
    expect((await kms().send(new DecryptCommand({ CiphertextBlob }))).Plaintext).toEqual(Plaintext);
  });

  test('the key of a template stays the same', async () => {
    const first = await typeOf('AWS::KMS::Key').apply({ KeyPolicy: {} }, deployment);
    expect(await typeOf('AWS::KMS::Key').apply({ KeyPolicy: {} }, deployment)).toEqual(first);
  });
});

describe('SSM parameters', () => {
  const ssm = () => cloud.client(SSMClient);
  const put = (Name: string, Value: string, more: object = {}) =>
    ssm().send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));

  test('refuses what is not there, what is, and what does not fit', async () => {
    await expect(ssm().send(new GetParameterCommand({ Name: '/none' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    await put('/once', 'x');
    await expect(put('/once', 'y')).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
    await expect(put('/fits', 'y', { AllowedPattern: '^\\d+$' })).rejects.toMatchObject({
      name: 'ParameterPatternMismatchException',
    });
  });

  test('count their versions, and keep secrets encrypted', async () => {
    await put('/app/secret', 'hush', { Type: 'SecureString' });
    expect(await put('/app/secret', 'hush!', { Type: 'SecureString', Overwrite: true })).toMatchObject({ Version: 2 });
    const get = async (WithDecryption: boolean) =>
      (await ssm().send(new GetParameterCommand({ Name: '/app/secret', WithDecryption }))).Parameter;
    expect(await get(true)).toMatchObject({ Value: 'hush!', Version: 2, Type: 'SecureString' });
    expect((await get(false))?.Value).not.toContain('hush');
  });

  test('by path and by names', async () => {
    await put('/tree/a', '1');
    await put('/tree/b/c', '2');
    const names = async (Recursive: boolean) =>
      (await ssm().send(new GetParametersByPathCommand({ Path: '/tree', Recursive }))).Parameters?.map(
        ({ Name }) => Name,
      );
    expect([await names(false), await names(true)]).toEqual([['/tree/a'], ['/tree/a', '/tree/b/c']]);
    const { Parameters, InvalidParameters } = await ssm().send(
      new GetParametersCommand({ Names: ['/tree/a', '/none'] }),
    );
    expect([Parameters?.length, InvalidParameters]).toEqual([1, ['/none']]);
  });
});

describe('Secrets Manager', () => {
  const secrets = () => cloud.client(SecretsManagerClient);

  test('refuses what is not there, or is being deleted', async () => {
    await expect(secrets().send(new GetSecretValueCommand({ SecretId: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
    await secrets().send(new CreateSecretCommand({ Name: 'leaving', SecretString: 'x' }));
    await secrets().send(new DeleteSecretCommand({ SecretId: 'leaving' }));
    await expect(secrets().send(new GetSecretValueCommand({ SecretId: 'leaving' }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    expect((await secrets().send(new ListSecretsCommand())).SecretList).toEqual([]);
  });

  test('lists by the time of creation, either way', async () => {
    for (const Name of ['sorted/b', 'sorted/c', 'sorted/a']) {
      await secrets().send(new CreateSecretCommand({ Name }));
      await cloud.clock.advanceTo(cloud.clock.now() + 1_000);
    }
    const names = async (SortOrder?: 'asc' | 'desc') =>
      (await secrets().send(new ListSecretsCommand({ SortOrder }))).SecretList?.map(({ Name }) => Name);
    expect(await names()).toEqual(['sorted/b', 'sorted/c', 'sorted/a']);
    expect(await names('asc')).toEqual(await names());
    expect(await names('desc')).toEqual(['sorted/a', 'sorted/c', 'sorted/b']);
  });

  test('keeps the current and the previous version', async () => {
    const { ARN } = await secrets().send(new CreateSecretCommand({ Name: 'app/key', SecretString: 'one' }));
    const SecretBinary = new Uint8Array([1, 2]);
    await secrets().send(new PutSecretValueCommand({ SecretId: ARN, SecretBinary }));
    expect(await secrets().send(new GetSecretValueCommand({ SecretId: ARN }))).toMatchObject({
      Name: 'app/key',
      SecretBinary,
      VersionStages: ['AWSCURRENT'],
    });
    expect(
      await secrets().send(new GetSecretValueCommand({ SecretId: 'app/key', VersionStage: 'AWSPREVIOUS' })),
    ).toMatchObject({ SecretString: 'one' });
  });

  test('makes passwords of what is allowed', async () => {
    const command = new GetRandomPasswordCommand({
      PasswordLength: 40,
      ExcludePunctuation: true,
      ExcludeUppercase: true,
      ExcludeCharacters: 'abc',
    });
    expect((await secrets().send(command)).RandomPassword).toMatch(/^[d-z0-9]{40}$/);
  });

  test('the generated secret of a template stays the same', async () => {
    const properties = {
      GenerateSecretString: { SecretStringTemplate: '{"user":"u"}', GenerateStringKey: 'password', PasswordLength: 20 },
    };
    const { ref } = await typeOf('AWS::SecretsManager::Secret').apply(properties, deployment);
    const value = async () => (await secrets().send(new GetSecretValueCommand({ SecretId: ref }))).SecretString;
    const first = await value();
    expect(JSON.parse(first!)).toEqual({ user: 'u', password: expect.stringMatching(/^.{20}$/) });
    await typeOf('AWS::SecretsManager::Secret').apply(properties, deployment);
    expect(await value()).toBe(first);
  });
});

const BODY = { Text: { Data: 'text' } };
describe('SES', () => {
  const verify = (EmailIdentity: string) =>
    cloud.client(SESv2Client).send(new CreateEmailIdentityCommand({ EmailIdentity }));
  beforeAll(() => verify('shop@example.com'));

  const send = (more: object) => {
    const Simple = { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'text' }, Html: { Data: '<p>html</p>' } } };
    const input = {
      FromEmailAddress: 'shop@example.com',
      Destination: { ToAddresses: ['a@example.com'], CcAddresses: ['b@example.com'] },
      Content: { Simple },
      ...more,
    };
    return cloud.client(SESv2Client).send(new SendEmailCommand(input));
  };

  test.each([
    ['nobody', { Destination: {} }],
    ['an address that is none', { Destination: { ToAddresses: ['x'] } }],
    ['an address with a second header', { Destination: { ToAddresses: ['a@example.com\r\nBcc: c@example.com'] } }],
    ['a subject with a second header', { Content: { Simple: { Subject: { Data: 'x\nBcc: c@d.e' }, Body: BODY } } }],
    ['two senders at once', { FromEmailAddress: 'shop@example.com, other@example.com' }],
    ['nothing', { Content: { Simple: { Subject: { Data: 'x' }, Body: {} } } }],
  ])('refuses to send to or of %s', async (_, more) => {
    await expect(send(more)).rejects.toMatchObject({ name: 'BadRequestException' });
  });

  test('refuses mails of senders that are not verified, and of those that are no more', async () => {
    const from = (FromEmailAddress: string) => send({ FromEmailAddress });
    await expect(from('other@example.com')).rejects.toMatchObject({
      name: 'MessageRejected',
      message:
        'Email address is not verified. The following identities failed the check in region US-EAST-1: other@example.com',
    });
    await expect(from('evil@shop@example.com')).rejects.toMatchObject({ name: 'BadRequestException' });
    await verify('gone@example.com');
    await from('gone@example.com');
    await cloud.client(SESv2Client).send(new DeleteEmailIdentityCommand({ EmailIdentity: 'gone@example.com' }));
    await expect(from('gone@example.com')).rejects.toMatchObject({ name: 'MessageRejected' });
  });

  test('knows identities once, by address or by domain', async () => {
    const ses = cloud.client(SESv2Client);
    await expect(verify('not an identity')).rejects.toMatchObject({ name: 'BadRequestException' });
    await expect(verify('shop@example.com')).rejects.toMatchObject({ name: 'AlreadyExistsException' });
    await verify('example.org');
    await send({ FromEmailAddress: 'The Shop <anybody@mail.example.org>' });
    await expect(send({ FromEmailAddress: 'x@badexample.org' })).rejects.toMatchObject({ name: 'MessageRejected' });
    const { EmailIdentities = [] } = await ses.send(new ListEmailIdentitiesCommand({}));
    expect(EmailIdentities.map(({ IdentityName }) => IdentityName)).toEqual(['example.org', 'shop@example.com']);
    await expect(ses.send(new GetEmailIdentityCommand({ EmailIdentity: 'none@x.y' }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    expect(await ses.send(new GetEmailIdentityCommand({ EmailIdentity: 'example.org' }))).toMatchObject({
      IdentityType: 'DOMAIN',
      VerificationStatus: 'SUCCESS',
    });
  });

  test('refuses templates, by name', async () => {
    await expect(send({ Content: { Template: { TemplateName: 't' } } })).rejects.toThrow(
      'Template of the Content of ses:SendEmail',
    );
  });

  test('puts mails into the mailbox', async () => {
    await send({});
    expect(cloud.mailbox.list()[0]).toMatchObject({
      from: 'shop@example.com',
      to: ['a@example.com', 'b@example.com'],
      subject: 'Hello',
      text: 'text',
      html: '<p>html</p>',
    });
  });
});

describe('IAM', () => {
  const iam = () => cloud.client(IAMClient);
  const PolicyDocument = '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

  test('refuses documents that are none, roles that exist, and deleting what is in use', async () => {
    const create = (AssumeRolePolicyDocument: string) =>
      iam().send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument }));
    await expect(create('{')).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
    await create(PolicyDocument);
    await expect(create(PolicyDocument)).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      $metadata: { httpStatusCode: 409 },
    });
    await iam().send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument }));
    await expect(iam().send(new DeleteRoleCommand({ RoleName: 'r' }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    const { PolicyDocument: shown } = await iam().send(new GetRolePolicyCommand({ RoleName: 'r', PolicyName: 'p' }));
    expect(decodeURIComponent(shown!)).toBe(PolicyDocument);
  });

  test('resources of a template are the same each time', async () => {
    const AssumeRolePolicyDocument = JSON.parse(PolicyDocument);
    const role = {
      AssumeRolePolicyDocument,
      Policies: [{ PolicyName: 'p', PolicyDocument: AssumeRolePolicyDocument }],
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/X'],
    };
    const first = await typeOf('AWS::IAM::Role').apply(role, deployment);
    expect(await typeOf('AWS::IAM::Role').apply(role, deployment)).toEqual(first);
    expect(first.attributes.Arn).toBe(`arn:aws:iam::000000000000:role/${first.ref}`);
    const policy = { PolicyDocument: AssumeRolePolicyDocument, Roles: [first.ref] };
    const managed = await typeOf('AWS::IAM::ManagedPolicy').apply(policy, deployment);
    expect(await typeOf('AWS::IAM::ManagedPolicy').apply(policy, deployment)).toEqual(managed);
    await iam().send(new AttachRolePolicyCommand({ RoleName: first.ref, PolicyArn: managed.ref }));
    const { AttachedPolicies } = await iam().send(new ListAttachedRolePoliciesCommand({ RoleName: first.ref }));
    expect(AttachedPolicies?.map(({ PolicyArn }) => PolicyArn)).toEqual(['arn:aws:iam::aws:policy/X', managed.ref]);
  });
});

test('no two services create the same type of resource', () => {
  const types = cloud.core.all.flatMap(({ resources = {} }) => Object.keys(resources));
  expect(types.length).toBe(new Set(types).size);
});
