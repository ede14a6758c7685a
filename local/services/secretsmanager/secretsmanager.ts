import { createHash, randomUUID } from 'node:crypto';
import { physicalName } from '../../aws/physical-name.ts';
import { type Caller, type ResourceType, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { type PasswordOptions, randomPassword } from './password.ts';

interface Version {
  readonly id: string;
  readonly text?: string;
  readonly base64?: string;
  readonly createdAt: number;
}

interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly deletedAt?: number;
  /** The current one first, then the previous one. */
  readonly versions: readonly Version[];
}

interface SecretInput {
  readonly Name?: string;
  readonly SecretId?: string;
  readonly Description?: string;
  readonly SecretString?: string;
  readonly SecretBinary?: Uint8Array;
  readonly ClientRequestToken?: string;
  readonly VersionId?: string;
  readonly VersionStage?: string;
  readonly RecoveryWindowInDays?: number;
  readonly ForceDeleteWithoutRecovery?: boolean;
}

const DAY = 86_400_000;

/** Secrets Manager: secrets with their current and previous version. */
export function createSecretsManager({
  storage,
  clock,
}: {
  readonly storage: Storage;
  readonly clock: Clock;
}): Service {
  const secrets = storage.table<Secret>('secretsmanager/secrets');
  const prefix = ({ account, region }: Caller) => `${account}/${region}/`;
  const save = (secret: Secret, caller: Caller) => secrets.put(prefix(caller) + secret.name, secret);

  function find(id = '', caller: Caller, evenDeleted = false): Secret {
    const name = id.replace(/^arn:aws:secretsmanager:[^:]*:\d*:secret:/, '');
    const secret =
      secrets.get(prefix(caller) + name) ?? secrets.get(prefix(caller) + name.replace(/-[A-Za-z0-9]{6}$/, ''));
    if (!secret)
      throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    if (secret.deletedAt !== undefined && !evenDeleted) {
      throw new ServiceError(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    }
    return secret;
  }

  function newVersion({ SecretString, SecretBinary, ClientRequestToken }: SecretInput): Version[] {
    if (SecretString === undefined && SecretBinary === undefined) return [];
    const value =
      SecretString === undefined ? { base64: Buffer.from(SecretBinary!).toString('base64') } : { text: SecretString };
    return [{ id: ClientRequestToken ?? randomUUID(), createdAt: clock.now(), ...value }];
  }

  function put(secret: Secret, input: SecretInput, caller: Caller) {
    const [version] = newVersion(input);
    // The same token again is the same version.
    const known = version && secret.versions.find(({ id }) => id === version.id);
    if (known && (known.text !== version.text || known.base64 !== version.base64)) {
      throw new ServiceError(
        'ResourceExistsException',
        `The operation failed because a version with ClientRequestToken ${version.id} already exists with another value.`,
      );
    }
    const versions = version && !known ? [version, ...secret.versions].slice(0, 2) : secret.versions;
    const { Description } = input;
    save(
      { ...secret, versions, changedAt: clock.now(), ...(Description !== undefined && { description: Description }) },
      caller,
    );
    return { ARN: secret.arn, Name: secret.name, ...(version && { VersionId: version.id }) };
  }

  const operations: Service['operations'] = {
    CreateSecret(input: SecretInput, caller: Caller) {
      const supported = ['Name', 'Description', 'SecretString', 'SecretBinary', 'ClientRequestToken'];
      refuseOthers('secretsmanager:CreateSecret', input, supported, [
        'KmsKeyId',
        'Tags',
        'ForceOverwriteReplicaSecret',
      ]);
      const { Name: name = '', Description } = input;
      if (!/^[A-Za-z0-9/_+=.@!-]{1,512}$/.test(name)) {
        throw new ServiceError(
          'ValidationException',
          'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
        );
      }
      const existing = secrets.get(prefix(caller) + name);
      if (existing)
        throw new ServiceError(
          'ResourceExistsException',
          `The operation failed because the secret ${name} already exists.`,
        );
      const suffix = createHash('sha256')
        .update(`${prefix(caller)}${name}`)
        .digest('hex')
        .slice(0, 6);
      const arn = `arn:aws:secretsmanager:${caller.region}:${caller.account}:secret:${name}-${suffix}`;
      const now = clock.now();
      const versions = newVersion(input);
      save(
        {
          name,
          arn,
          createdAt: now,
          changedAt: now,
          versions,
          ...(Description !== undefined && { description: Description }),
        },
        caller,
      );
      return { ARN: arn, Name: name, ...(versions[0] && { VersionId: versions[0].id }) };
    },

    PutSecretValue(input: SecretInput, caller: Caller) {
      refuseOthers('secretsmanager:PutSecretValue', input, [
        'SecretId',
        'SecretString',
        'SecretBinary',
        'ClientRequestToken',
      ]);
      return { ...put(find(input.SecretId, caller), input, caller), VersionStages: ['AWSCURRENT'] };
    },

    UpdateSecret(input: SecretInput, caller: Caller) {
      const supported = ['SecretId', 'Description', 'SecretString', 'SecretBinary', 'ClientRequestToken'];
      refuseOthers('secretsmanager:UpdateSecret', input, supported, ['KmsKeyId']);
      return put(find(input.SecretId, caller), input, caller);
    },

    GetSecretValue({ SecretId, VersionId, VersionStage }: SecretInput, caller: Caller) {
      const { arn, name, versions } = find(SecretId, caller);
      const index =
        VersionId === undefined
          ? stages.indexOf(VersionStage ?? 'AWSCURRENT')
          : versions.findIndex(({ id }) => id === VersionId);
      const version = versions[index];
      if (!version) {
        throw new ServiceError(
          'ResourceNotFoundException',
          `Secrets Manager can't find the specified secret value for ${VersionId === undefined ? `staging label: ${VersionStage ?? 'AWSCURRENT'}` : `VersionId: ${VersionId}`}`,
        );
      }
      return {
        ARN: arn,
        Name: name,
        VersionId: version.id,
        VersionStages: [stages[index]],
        CreatedDate: new Date(version.createdAt),
        ...(version.text !== undefined
          ? { SecretString: version.text }
          : { SecretBinary: new Uint8Array(Buffer.from(version.base64!, 'base64')) }),
      };
    },

    DescribeSecret: ({ SecretId }: SecretInput, caller: Caller) => describe(find(SecretId, caller, true)),

    ListSecrets(input: { IncludePlannedDeletion?: boolean; SortOrder?: 'asc' | 'desc' }, caller: Caller) {
      refuseOthers('secretsmanager:ListSecrets', input, ['IncludePlannedDeletion', 'SortOrder']);
      const { IncludePlannedDeletion = false, SortOrder = 'asc' } = input;
      const found = [...secrets.entries(prefix(caller))]
        .map(([, secret]) => secret)
        .filter(({ deletedAt }) => IncludePlannedDeletion || deletedAt === undefined)
        .sort((a, b) => a.createdAt - b.createdAt);
      return { SecretList: (SortOrder === 'desc' ? found.reverse() : found).map(describe) };
    },

    DeleteSecret(
      { SecretId, RecoveryWindowInDays = 30, ForceDeleteWithoutRecovery = false }: SecretInput,
      caller: Caller,
    ) {
      const secret = find(SecretId, caller);
      const deletedAt = clock.now() + (ForceDeleteWithoutRecovery ? 0 : RecoveryWindowInDays * DAY);
      if (ForceDeleteWithoutRecovery) secrets.delete(prefix(caller) + secret.name);
      else save({ ...secret, deletedAt }, caller);
      return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(deletedAt) };
    },

    RestoreSecret({ SecretId }: SecretInput, caller: Caller) {
      const { deletedAt: _, ...secret } = find(SecretId, caller, true);
      save(secret, caller);
      return { ARN: secret.arn, Name: secret.name };
    },

    GetRandomPassword: (input: PasswordOptions) => ({ RandomPassword: randomPassword(input) }),
  };

  return {
    name: 'secretsmanager',
    operations,
    resources: secretResources(operations, (name, caller) => secrets.get(prefix(caller) + name)),
  };
}

const stages = ['AWSCURRENT', 'AWSPREVIOUS'];

const describe = ({ arn, name, description, createdAt, changedAt, deletedAt, versions }: Secret) => ({
  ARN: arn,
  Name: name,
  Description: description,
  CreatedDate: new Date(createdAt),
  LastChangedDate: new Date(changedAt),
  ...(deletedAt !== undefined && { DeletedDate: new Date(deletedAt) }),
  VersionIdsToStages: Object.fromEntries(versions.map(({ id }, index) => [id, [stages[index]]])),
});

interface Generator extends PasswordOptions {
  readonly SecretStringTemplate?: string;
  readonly GenerateStringKey?: string;
}

/** `AWS::SecretsManager::Secret`. A generated value is made once and stays. */
function secretResources(
  operations: Service['operations'],
  existing: (name: string, caller: Caller) => Secret | undefined,
): Readonly<Record<string, ResourceType>> {
  return {
    'AWS::SecretsManager::Secret': {
      supported: ['Name', 'Description', 'SecretString', 'GenerateSecretString'],
      accepted: ['KmsKeyId', 'Tags'],
      async apply({ Name: given, Description, SecretString, GenerateSecretString }, deployment) {
        const Name = String(given ?? physicalName(deployment, 256));
        const secret = existing(Name, deployment);
        if (!secret) {
          const value = GenerateSecretString === undefined ? SecretString : generate(GenerateSecretString as Generator);
          await operations.CreateSecret!({ Name, Description, SecretString: value }, deployment);
        } else if (SecretString !== undefined && secret.versions[0]?.text !== SecretString) {
          await operations.UpdateSecret!({ SecretId: Name, Description, SecretString }, deployment);
        }
        const { arn } = existing(Name, deployment)!;
        return { ref: arn, attributes: { Id: arn } };
      },
    },
  };
}

function generate({ SecretStringTemplate, GenerateStringKey, ...options }: Generator): string {
  const password = randomPassword(options);
  if (GenerateStringKey === undefined) return password;
  return JSON.stringify({ ...JSON.parse(SecretStringTemplate ?? '{}'), [GenerateStringKey]: password });
}
