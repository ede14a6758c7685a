import { randomBytes, randomUUID } from 'node:crypto';
import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { bytes, decrypt, encrypt, invalidCiphertext, type Key, keyIdOf } from './ciphertext.ts';
import { kmsResources, refuseAsymmetric } from './resources.ts';

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

  function dataKey(operation: string, input: KmsInput, caller: Caller) {
    const supported = ['KeyId', 'EncryptionContext', 'KeySpec', 'NumberOfBytes'];
    refuseOthers(`kms:${operation}`, input, supported, ['GrantTokens']);
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
    DescribeKey(input: KmsInput, caller: Caller) {
      refuseOthers('kms:DescribeKey', input, ['KeyId'], ['GrantTokens']);
      return { KeyMetadata: describe(find(input.KeyId, caller)) };
    },
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
    ListAliases({ KeyId }: KmsInput, caller: Caller) {
      const wanted = KeyId === undefined ? undefined : find(KeyId, caller).id;
      const found = [...aliases.entries(prefix(caller))].filter(([, id]) => (wanted ?? id) === id);
      const Aliases = found.map(([key, TargetKeyId]) => {
        const AliasName = key.slice(prefix(caller).length);
        return { AliasName, AliasArn: `arn:aws:kms:${caller.region}:${caller.account}:${AliasName}`, TargetKeyId };
      });
      return { Aliases, Truncated: false };
    },

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
      const key = keys.get(prefix(caller) + keyIdOf(blob));
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

    GenerateDataKey: (input: KmsInput, caller: Caller) => dataKey('GenerateDataKey', input, caller),
    GenerateDataKeyWithoutPlaintext(input: KmsInput, caller: Caller) {
      const { Plaintext: _, ...rest } = dataKey('GenerateDataKeyWithoutPlaintext', input, caller);
      return rest;
    },
    GenerateRandom(input: KmsInput) {
      refuseOthers('kms:GenerateRandom', input, ['NumberOfBytes']);
      return { Plaintext: new Uint8Array(randomBytes(input.NumberOfBytes ?? 32)) };
    },
  };

  return { name: 'kms', operations, resources: kmsResources(operations, aliases, prefix) };
}

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
