import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { physicalName } from '../../aws/physical-name.ts';
import { type Caller, type ResourceType, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';

interface Key {
  readonly id: string;
  readonly arn: string;
  readonly description: string;
  readonly isEnabled: boolean;
  readonly createdAt: number;
  /** Base64, 32 bytes. */
  readonly secret: string;
}

interface KmsInput {
  readonly KeyId?: string;
  readonly Description?: string;
  readonly AliasName?: string;
  readonly TargetKeyId?: string;
  readonly Plaintext?: Uint8Array | string;
  readonly CiphertextBlob?: Uint8Array | string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
  readonly KeySpec?: string;
  readonly NumberOfBytes?: number;
}

const MAX_PLAINTEXT = 4096;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const ID_BYTES = 36;

/** KMS: symmetric keys that really encrypt (AES-256-GCM, the context authenticated), kept in the local storage. */
export function createKms({ storage, clock }: { readonly storage: Storage; readonly clock: Clock }): Service {
  const keys = storage.table<Key>('kms/keys');
  const aliases = storage.table<string>('kms/aliases');
  const prefix = ({ account, region }: Caller) => `${account}/${region}/`;

  function create(caller: Caller, description = ''): Key {
    const id = randomUUID();
    const arn = `arn:aws:kms:${caller.region}:${caller.account}:key/${id}`;
    const key = {
      id,
      arn,
      description,
      isEnabled: true,
      createdAt: clock.now(),
      secret: randomBytes(32).toString('base64'),
    };
    keys.put(prefix(caller) + id, key);
    return key;
  }

  /** By id, ARN, alias or alias ARN. The keys that AWS keeps for its services come into being on first use. */
  function find(given: string | undefined, caller: Caller): Key {
    if (!given)
      throw new ServiceError(
        'ValidationException',
        "1 validation error detected: Value null at 'keyId' failed to satisfy constraint: Member must not be null",
      );
    const name = given.replace(/^arn:aws:kms:[^:]*:\d*:(key\/)?/, '');
    let id: string | undefined = name;
    if (name.startsWith('alias/')) {
      id = aliases.get(prefix(caller) + name);
      if (id === undefined && name.startsWith('alias/aws/')) {
        id = create(caller, `Default key for ${name.slice('alias/aws/'.length)}`).id;
        aliases.put(prefix(caller) + name, id);
      }
      if (id === undefined)
        throw new ServiceError(
          'NotFoundException',
          `Alias arn:aws:kms:${caller.region}:${caller.account}:${name} is not found.`,
        );
    }
    const key = keys.get(prefix(caller) + id);
    if (!key)
      throw new ServiceError(
        'NotFoundException',
        `Key 'arn:aws:kms:${caller.region}:${caller.account}:key/${id}' does not exist`,
      );
    return key;
  }

  function findEnabled(given: string | undefined, caller: Caller): Key {
    const key = find(given, caller);
    if (!key.isEnabled) throw new ServiceError('DisabledException', `${key.arn} is disabled.`);
    return key;
  }

  const setEnabled =
    (isEnabled: boolean) =>
    ({ KeyId }: KmsInput, caller: Caller) => {
      const key = find(KeyId, caller);
      keys.put(prefix(caller) + key.id, { ...key, isEnabled });
      return {};
    };

  function dataKey(input: KmsInput, caller: Caller) {
    const key = findEnabled(input.KeyId, caller);
    const length = input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32);
    const Plaintext = new Uint8Array(randomBytes(length));
    return { KeyId: key.arn, Plaintext, CiphertextBlob: encrypt(key, Plaintext, input.EncryptionContext) };
  }

  const operations: Service['operations'] = {
    CreateKey(input: KmsInput, caller: Caller) {
      const accepted = ['Policy', 'Tags', 'MultiRegion', 'Origin', 'BypassPolicyLockoutSafetyCheck'];
      refuseOthers(
        'kms:CreateKey',
        input,
        ['Description'],
        accepted.concat('KeyUsage', 'KeySpec', 'CustomerMasterKeySpec'),
      );
      refuseAsymmetric(input);
      return { KeyMetadata: describe(create(caller, input.Description)) };
    },
    DescribeKey: ({ KeyId }: KmsInput, caller: Caller) => ({ KeyMetadata: describe(find(KeyId, caller)) }),
    ListKeys: (_input: KmsInput, caller: Caller) => ({
      Keys: [...keys.entries(prefix(caller))].map(([, { id, arn }]) => ({ KeyId: id, KeyArn: arn })),
      Truncated: false,
    }),
    EnableKey: setEnabled(true),
    DisableKey: setEnabled(false),

    CreateAlias({ AliasName = '', TargetKeyId }: KmsInput, caller: Caller) {
      if (!/^alias\/(?!aws\/)[a-zA-Z0-9/_-]+$/.test(AliasName))
        throw new ServiceError('InvalidAliasNameException', `${AliasName} is no alias name.`);
      if (aliases.get(prefix(caller) + AliasName))
        throw new ServiceError('AlreadyExistsException', `An alias with the name ${AliasName} already exists`);
      aliases.put(prefix(caller) + AliasName, find(TargetKeyId, caller).id);
      return {};
    },
    UpdateAlias({ AliasName = '', TargetKeyId }: KmsInput, caller: Caller) {
      find(AliasName, caller);
      aliases.put(prefix(caller) + AliasName, find(TargetKeyId, caller).id);
      return {};
    },
    DeleteAlias({ AliasName = '' }: KmsInput, caller: Caller) {
      find(AliasName, caller);
      aliases.delete(prefix(caller) + AliasName);
      return {};
    },
    ListAliases: (_input: KmsInput, caller: Caller) => ({
      Aliases: [...aliases.entries(prefix(caller))].map(([key, TargetKeyId]) => {
        const AliasName = key.slice(prefix(caller).length);
        return { AliasName, AliasArn: `arn:aws:kms:${caller.region}:${caller.account}:${AliasName}`, TargetKeyId };
      }),
      Truncated: false,
    }),

    Encrypt(input: KmsInput, caller: Caller) {
      refuseOthers(
        'kms:Encrypt',
        input,
        ['KeyId', 'Plaintext', 'EncryptionContext'],
        ['GrantTokens', 'EncryptionAlgorithm'],
      );
      const plaintext = bytes(input.Plaintext);
      if (plaintext.length < 1 || plaintext.length > MAX_PLAINTEXT) {
        const rule = plaintext.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${MAX_PLAINTEXT}`;
        throw new ServiceError(
          'ValidationException',
          `1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length ${rule}`,
        );
      }
      const key = findEnabled(input.KeyId, caller);
      return {
        CiphertextBlob: encrypt(key, plaintext, input.EncryptionContext),
        KeyId: key.arn,
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      };
    },

    Decrypt(input: KmsInput, caller: Caller) {
      refuseOthers(
        'kms:Decrypt',
        input,
        ['KeyId', 'CiphertextBlob', 'EncryptionContext'],
        ['GrantTokens', 'EncryptionAlgorithm'],
      );
      const blob = Buffer.from(bytes(input.CiphertextBlob));
      const key = keys.get(prefix(caller) + blob.subarray(0, ID_BYTES).toString('latin1'));
      if (!key) throw invalidCiphertext();
      if (input.KeyId !== undefined && find(input.KeyId, caller).id !== key.id) {
        throw new ServiceError(
          'IncorrectKeyException',
          'The key ID in the request does not identify a CMK that can perform this operation.',
        );
      }
      const Plaintext = decrypt(findEnabled(key.id, caller), blob, input.EncryptionContext);
      return { KeyId: key.arn, Plaintext, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
    },

    GenerateDataKey: dataKey,
    GenerateDataKeyWithoutPlaintext(input: KmsInput, caller: Caller) {
      const { Plaintext: _, ...rest } = dataKey(input, caller);
      return rest;
    },
    GenerateRandom: ({ NumberOfBytes = 32 }: KmsInput) => ({
      Plaintext: new Uint8Array(randomBytes(Math.min(NumberOfBytes, 1024))),
    }),
  };

  return { name: 'kms', operations, resources: kmsResources(operations, aliases, prefix) };
}

function refuseAsymmetric(input: object): void {
  const { KeySpec = 'SYMMETRIC_DEFAULT', KeyUsage = 'ENCRYPT_DECRYPT' } = input as {
    KeySpec?: string;
    KeyUsage?: string;
  };
  if (KeySpec === 'SYMMETRIC_DEFAULT' && KeyUsage === 'ENCRYPT_DECRYPT') return;
  throw new ServiceError(
    'UnsupportedOperationException',
    `This local cloud does not support KMS keys of KeySpec ${KeySpec} and KeyUsage ${KeyUsage}.`,
  );
}

/** Callers in process may pass text. */
const bytes = (value: Uint8Array | string = ''): Uint8Array => (typeof value === 'string' ? Buffer.from(value) : value);

const authenticated = (context: Readonly<Record<string, string>> = {}): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));

/** Key id, initialisation vector, tag, ciphertext. */
function encrypt({ id, secret }: Key, plaintext: Uint8Array, context?: Readonly<Record<string, string>>): Uint8Array {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(secret, 'base64'), iv).setAAD(authenticated(context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return new Uint8Array(Buffer.concat([Buffer.from(id, 'latin1'), iv, cipher.getAuthTag(), ciphertext]));
}

function decrypt({ secret }: Key, blob: Buffer, context?: Readonly<Record<string, string>>): Uint8Array {
  const [iv, tag] = [
    blob.subarray(ID_BYTES, ID_BYTES + IV_BYTES),
    blob.subarray(ID_BYTES + IV_BYTES, ID_BYTES + IV_BYTES + TAG_BYTES),
  ];
  if (tag.length < TAG_BYTES) throw invalidCiphertext();
  try {
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(secret, 'base64'), iv)
      .setAAD(authenticated(context))
      .setAuthTag(tag);
    const ciphertext = blob.subarray(ID_BYTES + IV_BYTES + TAG_BYTES);
    return new Uint8Array(Buffer.concat([decipher.update(ciphertext), decipher.final()]));
  } catch {
    throw invalidCiphertext();
  }
}

const invalidCiphertext = (): ServiceError =>
  new ServiceError('InvalidCiphertextException', 'The ciphertext is invalid.');

const describe = ({ id, arn, description, isEnabled, createdAt }: Key) => ({
  AWSAccountId: arn.split(':')[4],
  KeyId: id,
  Arn: arn,
  CreationDate: new Date(createdAt),
  Enabled: isEnabled,
  Description: description,
  KeyUsage: 'ENCRYPT_DECRYPT',
  KeyState: isEnabled ? 'Enabled' : 'Disabled',
  Origin: 'AWS_KMS',
  KeyManager: 'CUSTOMER',
  KeySpec: 'SYMMETRIC_DEFAULT',
  CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
  EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
  MultiRegion: false,
});

type Aliases = ReturnType<Storage['table']>;

/** `AWS::KMS::Key` and `AWS::KMS::Alias`. The key of a template is found again by an alias of its own. */
function kmsResources(
  operations: Service['operations'],
  aliases: Aliases,
  prefix: (caller: Caller) => string,
): Readonly<Record<string, ResourceType>> {
  return {
    'AWS::KMS::Key': {
      supported: ['Description', 'KeySpec', 'KeyUsage'],
      accepted: [
        'KeyPolicy',
        'EnableKeyRotation',
        'Enabled',
        'MultiRegion',
        'PendingWindowInDays',
        'Tags',
        'RotationPeriodInDays',
      ],
      async apply({ Description, KeySpec, KeyUsage }, deployment) {
        refuseAsymmetric({ KeySpec, KeyUsage });
        const alias = `template/${prefix(deployment)}${physicalName(deployment)}`;
        let KeyId = aliases.get(alias) as string | undefined;
        if (KeyId === undefined) {
          const created = (await operations.CreateKey!({ Description }, deployment)) as {
            KeyMetadata: { KeyId: string };
          };
          KeyId = created.KeyMetadata.KeyId;
          aliases.put(alias, KeyId);
        }
        return {
          ref: KeyId,
          attributes: { Arn: `arn:aws:kms:${deployment.region}:${deployment.account}:key/${KeyId}`, KeyId },
        };
      },
    },
    'AWS::KMS::Alias': {
      supported: ['AliasName', 'TargetKeyId'],
      async apply({ AliasName, TargetKeyId }, deployment) {
        const exists = aliases.get(prefix(deployment) + AliasName) !== undefined;
        await operations[exists ? 'UpdateAlias' : 'CreateAlias']!({ AliasName, TargetKeyId }, deployment);
        return { ref: String(AliasName), attributes: {} };
      },
    },
  };
}
