import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { checkDocument, entityId, type Role } from './roles.ts';

export interface Policy {
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  readonly description?: string;
  readonly createdAt: number;
  /** The document of each version, the first first; none is removed. */
  readonly versions: readonly { readonly document: string; readonly createdAt: number }[];
}

interface PolicyInput {
  readonly PolicyName?: string;
  readonly PolicyArn?: string;
  readonly PolicyDocument?: string;
  readonly Path?: string;
  readonly Description?: string;
  readonly VersionId?: string;
  readonly SetAsDefault?: boolean;
}

interface ListInput {
  readonly Scope?: 'All' | 'AWS' | 'Local';
  readonly OnlyAttached?: boolean;
  readonly PathPrefix?: string;
}

/** The latest version is the default one. */
export function managedPolicyOperations(storage: Storage, clock: Clock): Service['operations'] {
  const policies = storage.table<Policy>('iam/policies');
  const roles = storage.table<Role>('iam/roles');

  function find(arn = ''): Policy {
    const policy = policies.get(arn);
    if (!policy) throw new ServiceError('NoSuchEntityException', `Policy ${arn} was not found.`, 404);
    return policy;
  }

  return {
    CreatePolicy(input: PolicyInput, { account }: Caller) {
      refuseOthers('iam:CreatePolicy', input, ['PolicyName', 'Path', 'PolicyDocument', 'Description'], ['Tags']);
      const { PolicyName: name = '', Path: path = '/', PolicyDocument = '', Description } = input;
      checkDocument(PolicyDocument);
      const arn = `arn:aws:iam::${account}:policy${path}${name}`;
      if (policies.get(arn))
        throw new ServiceError(
          'EntityAlreadyExistsException',
          `A policy called ${name} already exists. Duplicate names are not allowed.`,
          409,
        );
      const createdAt = clock.now();
      const policy = {
        name,
        arn,
        path,
        createdAt,
        versions: [{ document: PolicyDocument, createdAt }],
        ...(Description && { description: Description }),
      };
      policies.put(arn, policy);
      return { Policy: describe(policy) };
    },

    GetPolicy: ({ PolicyArn }: PolicyInput) => ({ Policy: describe(find(PolicyArn)) }),

    ListPolicies(input: ListInput, { account }: Caller) {
      refuseOthers('iam:ListPolicies', input, ['Scope', 'OnlyAttached', 'PathPrefix']);
      const { Scope = 'All', OnlyAttached = false, PathPrefix = '/' } = input;
      // Those that AWS manages are not here.
      const all = Scope === 'AWS' ? [] : [...policies.entries(`arn:aws:iam::${account}:`)].map(([, policy]) => policy);
      const attached = new Set([...roles.entries(`${account}/`)].flatMap(([, role]) => role.attachedPolicies));
      const found = all.filter(({ arn, path }) => path.startsWith(PathPrefix) && (!OnlyAttached || attached.has(arn)));
      return { Policies: found.map(describe), IsTruncated: false };
    },

    DeletePolicy({ PolicyArn }: PolicyInput) {
      policies.delete(find(PolicyArn).arn);
      return {};
    },

    CreatePolicyVersion({ PolicyArn, PolicyDocument = '', SetAsDefault = false }: PolicyInput) {
      checkDocument(PolicyDocument);
      if (!SetAsDefault)
        throw new ServiceError(
          'UnsupportedParameterException',
          'This local cloud supports CreatePolicyVersion with SetAsDefault only.',
        );
      const policy = find(PolicyArn);
      const versions = [...policy.versions, { document: PolicyDocument, createdAt: clock.now() }];
      policies.put(policy.arn, { ...policy, versions });
      return { PolicyVersion: describeVersion(versions, versions.length) };
    },

    GetPolicyVersion({ PolicyArn, VersionId = '' }: PolicyInput) {
      const { versions } = find(PolicyArn);
      const number = Number(VersionId.replace(/^v/, ''));
      if (!versions[number - 1])
        throw new ServiceError(
          'NoSuchEntityException',
          `Policy ${PolicyArn} version ${VersionId} does not exist or is not attachable.`,
          404,
        );
      return {
        PolicyVersion: {
          ...describeVersion(versions, number),
          Document: encodeURIComponent(versions[number - 1]!.document),
        },
      };
    },

    ListPolicyVersions({ PolicyArn }: PolicyInput) {
      const { versions } = find(PolicyArn);
      return {
        Versions: versions.map((_, index) => describeVersion(versions, index + 1)).reverse(),
        IsTruncated: false,
      };
    },
  };
}

const describe = (policy: Policy) => ({
  PolicyName: policy.name,
  PolicyId: entityId('ANPA', policy.arn),
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: `v${policy.versions.length}`,
  IsAttachable: true,
  Description: policy.description,
  CreateDate: new Date(policy.createdAt),
  UpdateDate: new Date(policy.versions.at(-1)!.createdAt),
});

const describeVersion = (versions: Policy['versions'], number: number) => ({
  VersionId: `v${number}`,
  IsDefaultVersion: number === versions.length,
  CreateDate: new Date(versions[number - 1]!.createdAt),
});
