import { physicalName } from '../../aws/physical-name.ts';
import { type Deployment, type ResourceType, type Service, ServiceError } from '../../aws/service.ts';
import { PolicyError, parsePolicy } from '../../iam/policy.ts';

type Properties = Readonly<Record<string, unknown>>;

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: unknown;
}

/** `AWS::IAM::Role`, `AWS::IAM::Policy` and `AWS::IAM::ManagedPolicy`. */
export function iamResources(operations: Service['operations']): Readonly<Record<string, ResourceType>> {
  const call = async <T>(operation: string, input: object, deployment: Deployment): Promise<T> =>
    (await operations[operation]!(input, deployment)) as T;

  async function applyRole(properties: Properties, deployment: Deployment) {
    const RoleName = String(properties.RoleName ?? physicalName(deployment, 64));
    const PolicyDocument = JSON.stringify(properties.AssumeRolePolicyDocument);
    const { Path, Description, MaxSessionDuration } = properties;
    const input = {
      RoleName,
      Path,
      Description,
      AssumeRolePolicyDocument: PolicyDocument,
      ...(MaxSessionDuration !== undefined && { MaxSessionDuration: Number(MaxSessionDuration) }),
    };
    await createOr('CreateRole', input, 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument }, deployment);
    for (const policy of (properties.Policies ?? []) as InlinePolicy[]) await putInline(RoleName, policy, deployment);
    for (const PolicyArn of (properties.ManagedPolicyArns ?? []) as string[])
      await call('AttachRolePolicy', { RoleName, PolicyArn }, deployment);
    const { Role } = await call<{ Role: { Arn: string; RoleId: string } }>('GetRole', { RoleName }, deployment);
    return { ref: RoleName, attributes: { Arn: Role.Arn, RoleId: Role.RoleId } };
  }

  async function putInline(RoleName: string, { PolicyName, PolicyDocument }: InlinePolicy, deployment: Deployment) {
    const document = evaluable(PolicyDocument);
    await call('PutRolePolicy', { RoleName, PolicyName, PolicyDocument: document }, deployment);
  }

  async function createOr(
    create: string,
    input: object,
    update: string,
    change: object,
    deployment: Deployment,
  ): Promise<void> {
    try {
      await call(create, input, deployment);
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'EntityAlreadyExistsException') throw error;
      await call(update, change, deployment);
    }
  }

  async function applyPolicy(properties: Properties, deployment: Deployment) {
    const policy = { PolicyName: String(properties.PolicyName), PolicyDocument: properties.PolicyDocument };
    for (const RoleName of (properties.Roles ?? []) as string[]) await putInline(RoleName, policy, deployment);
    const id = physicalName(deployment);
    return { ref: id, attributes: { Id: id } };
  }

  async function applyManagedPolicy(properties: Properties, deployment: Deployment) {
    const PolicyName = String(properties.ManagedPolicyName ?? physicalName(deployment, 128));
    const { Path = '/', Description } = properties;
    const PolicyDocument = evaluable(properties.PolicyDocument);
    const PolicyArn = `arn:aws:iam::${deployment.account}:policy${Path}${PolicyName}`;
    const change = { PolicyArn, PolicyDocument, SetAsDefault: true };
    await createOr(
      'CreatePolicy',
      { PolicyName, Path, Description, PolicyDocument },
      'CreatePolicyVersion',
      change,
      deployment,
    );
    for (const RoleName of (properties.Roles ?? []) as string[])
      await call('AttachRolePolicy', { RoleName, PolicyArn }, deployment);
    return { ref: PolicyArn, attributes: { PolicyArn } };
  }

  return {
    'AWS::IAM::Role': {
      supported: [
        'RoleName',
        'Path',
        'Description',
        'AssumeRolePolicyDocument',
        'MaxSessionDuration',
        'Policies',
        'ManagedPolicyArns',
      ],
      accepted: ['Tags', 'PermissionsBoundary'],
      apply: applyRole,
    },
    'AWS::IAM::Policy': { supported: ['PolicyName', 'PolicyDocument', 'Roles'], apply: applyPolicy },
    'AWS::IAM::ManagedPolicy': {
      supported: ['ManagedPolicyName', 'Path', 'Description', 'PolicyDocument', 'Roles'],
      accepted: ['Tags'],
      apply: applyManagedPolicy,
    },
  };
}

/** As text. @throws ServiceError naming what of it could not be evaluated here */
function evaluable(document: unknown): string {
  const text = JSON.stringify(document);
  try {
    parsePolicy(text);
  } catch (error) {
    if (error instanceof PolicyError) throw new ServiceError('MalformedPolicyDocumentException', error.message);
    throw error;
  }
  return text;
}
