import { physicalName } from '../../aws/physical-name.ts';
import { type Caller, type ResourceType, type Service, ServiceError } from '../../aws/service.ts';
import type { Table } from '../../storage.ts';

export function refuseAsymmetric(input: object): void {
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

type Aliases = Table<string>;

/** `AWS::KMS::Key` and `AWS::KMS::Alias`. The key of a template is found again by an alias of its own. */
export function kmsResources(
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
        let KeyId = aliases.get(alias);
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
