import { createHash } from 'node:crypto';
import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  readonly assumeRolePolicy: string;
  readonly description?: string;
  readonly maxSessionDuration: number;
  readonly createdAt: number;
  readonly tags: readonly Tag[];
  readonly inlinePolicies: Readonly<Record<string, string>>;
  readonly attachedPolicies: readonly string[];
}

interface RoleInput {
  readonly RoleName?: string;
  readonly Path?: string;
  readonly PathPrefix?: string;
  readonly AssumeRolePolicyDocument?: string;
  readonly Description?: string;
  readonly MaxSessionDuration?: number;
  readonly Tags?: readonly Tag[];
  readonly TagKeys?: readonly string[];
  readonly PolicyName?: string;
  readonly PolicyDocument?: string;
  readonly PolicyArn?: string;
}

export function roleOperations(storage: Storage, clock: Clock): Service['operations'] {
  const roles = storage.table<Role>('iam/roles');

  function find(name: string | undefined, { account }: Caller): Role {
    const role = roles.get(`${account}/${name}`);
    if (!role) throw new ServiceError('NoSuchEntityException', `The role with name ${name} cannot be found.`, 404);
    return role;
  }

  /** Operations that change a role and answer nothing. */
  const changing = (change: (role: Role, input: RoleInput) => Partial<Role>) => (input: RoleInput, caller: Caller) => {
    const role = find(input.RoleName, caller);
    roles.put(`${caller.account}/${role.name}`, { ...role, ...change(role, input) });
    return {};
  };

  return {
    CreateRole(input: RoleInput, caller: Caller) {
      const supported = ['RoleName', 'Path', 'AssumeRolePolicyDocument', 'Description', 'MaxSessionDuration', 'Tags'];
      refuseOthers('iam:CreateRole', input, supported, ['PermissionsBoundary']);
      const {
        RoleName: name = '',
        Path: path = '/',
        AssumeRolePolicyDocument = '',
        Description,
        MaxSessionDuration = 3600,
        Tags = [],
      } = input;
      if (!/^[\w+=,.@-]{1,64}$/.test(name)) {
        throw new ServiceError(
          'ValidationError',
          'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
        );
      }
      checkDocument(AssumeRolePolicyDocument);
      const key = `${caller.account}/${name}`;
      if (roles.get(key))
        throw new ServiceError('EntityAlreadyExistsException', `Role with name ${name} already exists.`, 409);
      const role: Role = {
        name,
        path,
        arn: `arn:aws:iam::${caller.account}:role${path}${name}`,
        assumeRolePolicy: AssumeRolePolicyDocument,
        maxSessionDuration: MaxSessionDuration,
        createdAt: clock.now(),
        tags: Tags,
        inlinePolicies: {},
        attachedPolicies: [],
        ...(Description !== undefined && { description: Description }),
      };
      roles.put(key, role);
      return { Role: describe(role) };
    },

    GetRole: ({ RoleName }: RoleInput, caller: Caller) => ({ Role: describe(find(RoleName, caller)) }),

    ListRoles({ PathPrefix = '/' }: RoleInput, { account }: Caller) {
      const all = [...roles.entries(`${account}/`)].map(([, role]) => role);
      return { Roles: all.filter(({ path }) => path.startsWith(PathPrefix)).map(describe), IsTruncated: false };
    },

    DeleteRole({ RoleName }: RoleInput, caller: Caller) {
      const role = find(RoleName, caller);
      if (role.attachedPolicies.length > 0)
        throw new ServiceError('DeleteConflictException', 'Cannot delete entity, must detach all policies first.', 409);
      if (Object.keys(role.inlinePolicies).length > 0)
        throw new ServiceError('DeleteConflictException', 'Cannot delete entity, must delete policies first.', 409);
      roles.delete(`${caller.account}/${role.name}`);
      return {};
    },

    UpdateRole: changing((role, { Description, MaxSessionDuration }) => ({
      ...(Description !== undefined && { description: Description }),
      maxSessionDuration: MaxSessionDuration ?? role.maxSessionDuration,
    })),

    UpdateAssumeRolePolicy: changing((_role, { PolicyDocument = '' }) => {
      checkDocument(PolicyDocument);
      return { assumeRolePolicy: PolicyDocument };
    }),

    PutRolePolicy: changing((role, { PolicyName = '', PolicyDocument = '' }) => {
      checkDocument(PolicyDocument);
      return { inlinePolicies: { ...role.inlinePolicies, [PolicyName]: PolicyDocument } };
    }),

    DeleteRolePolicy: changing(({ inlinePolicies }, { PolicyName = '' }) => {
      if (!Object.hasOwn(inlinePolicies, PolicyName)) throw noPolicy(PolicyName);
      return {
        inlinePolicies: Object.fromEntries(Object.entries(inlinePolicies).filter(([name]) => name !== PolicyName)),
      };
    }),

    GetRolePolicy({ RoleName, PolicyName = '' }: RoleInput, caller: Caller) {
      const { inlinePolicies } = find(RoleName, caller);
      if (!Object.hasOwn(inlinePolicies, PolicyName)) throw noPolicy(PolicyName);
      return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(inlinePolicies[PolicyName]!) };
    },

    ListRolePolicies: ({ RoleName }: RoleInput, caller: Caller) => ({
      PolicyNames: Object.keys(find(RoleName, caller).inlinePolicies),
      IsTruncated: false,
    }),

    AttachRolePolicy: changing(({ attachedPolicies }, { PolicyArn = '' }) => ({
      attachedPolicies: [...attachedPolicies.filter((arn) => arn !== PolicyArn), PolicyArn],
    })),

    DetachRolePolicy: changing(({ attachedPolicies }, { PolicyArn = '' }) => {
      if (!attachedPolicies.includes(PolicyArn)) {
        throw new ServiceError('NoSuchEntityException', `Policy ${PolicyArn} was not found.`, 404);
      }
      return { attachedPolicies: attachedPolicies.filter((arn) => arn !== PolicyArn) };
    }),

    ListAttachedRolePolicies({ RoleName, PathPrefix = '/' }: RoleInput, caller: Caller) {
      // `arn:aws:iam::123456789012:policy/path/name`
      const pathOf = (arn: string) => arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1);
      const found = find(RoleName, caller).attachedPolicies.filter((arn) => pathOf(arn).startsWith(PathPrefix));
      return {
        AttachedPolicies: found.map((arn) => ({ PolicyArn: arn, PolicyName: arn.split('/').at(-1) })),
        IsTruncated: false,
      };
    },

    TagRole: changing(({ tags }, { Tags = [] }) => ({
      tags: [...tags.filter(({ Key }) => !Tags.some((tag) => tag.Key === Key)), ...Tags],
    })),
    UntagRole: changing(({ tags }, { TagKeys = [] }) => ({ tags: tags.filter(({ Key }) => !TagKeys.includes(Key)) })),
    ListRoleTags: ({ RoleName }: RoleInput, caller: Caller) => ({
      Tags: find(RoleName, caller).tags,
      IsTruncated: false,
    }),
  };
}

const noPolicy = (name: string): ServiceError =>
  new ServiceError('NoSuchEntityException', `The role policy with name ${name} cannot be found.`, 404);

/** @throws ServiceError MalformedPolicyDocumentException */
export function checkDocument(text: string): void {
  try {
    const { Statement } = JSON.parse(text);
    if (typeof Statement === 'object' && Statement !== null) return;
  } catch {
    // told below
  }
  throw new ServiceError('MalformedPolicyDocumentException', 'Syntax errors in policy.');
}

/** Of this form, and the same at every start. */
export const entityId = (prefix: string, arn: string): string =>
  prefix + createHash('sha256').update(arn).digest('hex').slice(0, 17).toUpperCase();

const describe = (role: Role) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: entityId('AROA', role.arn),
  Arn: role.arn,
  CreateDate: new Date(role.createdAt),
  AssumeRolePolicyDocument: encodeURIComponent(role.assumeRolePolicy),
  Description: role.description,
  MaxSessionDuration: role.maxSessionDuration,
  ...(role.tags.length > 0 && { Tags: role.tags }),
});
