import { randomUUID } from 'node:crypto';
import { arnOf } from '../../aws/arn.ts';
import { physicalName } from '../../aws/physical-name.ts';
import {
  type Caller,
  type CallService,
  type ResourceType,
  refuseOthers,
  type Service,
  ServiceError,
} from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { type AuthParameters, secretText, withoutSecrets } from './connection-secret.ts';

interface Connection {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly authorizationType: string;
  readonly authParameters: AuthParameters;
  readonly secretArn: string;
  readonly createdAt: number;
  readonly changedAt: number;
}

interface ConnectionInput {
  readonly Name: string;
  readonly Description?: string;
  readonly AuthorizationType?: string;
  readonly AuthParameters?: AuthParameters;
}

const SUPPORTED = ['Name', 'Description', 'AuthorizationType', 'AuthParameters'];
/** By authorisation type, the parameters that it needs. */
const NEEDED: Readonly<Record<string, keyof AuthParameters>> = {
  API_KEY: 'ApiKeyAuthParameters',
  BASIC: 'BasicAuthParameters',
  OAUTH_CLIENT_CREDENTIALS: 'OAuthParameters',
};

export interface ConnectionsOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly call: CallService;
}

/** Connections: how an HTTP API is authorised. What is secret of them is kept in Secrets Manager. */
export function createConnections({
  storage,
  clock,
  call,
}: ConnectionsOptions): Required<Pick<Service, 'operations' | 'resources'>> {
  const table = storage.table<Connection>('events/connections');
  const keyOf = (name: string, { account, region }: Caller) => `${account}/${region}/${name}`;

  function find(name: string, caller: Caller): Connection {
    const connection = table.get(keyOf(name, caller));
    if (!connection) throw new ServiceError('ResourceNotFoundException', `Connection '${name}' does not exist.`);
    return connection;
  }

  const answer = ({ arn, createdAt, changedAt }: Connection, ConnectionState: string) => ({
    ConnectionArn: arn,
    ConnectionState,
    CreationTime: new Date(createdAt),
    LastModifiedTime: new Date(changedAt),
  });

  async function create(input: ConnectionInput, caller: Caller): Promise<object> {
    const { Name, AuthorizationType = '', AuthParameters = {}, Description } = checked(input);
    if (table.get(keyOf(Name, caller))) {
      throw new ServiceError('ResourceAlreadyExistsException', `Connection ${Name} already exists.`);
    }
    const id = randomUUID();
    const secret = { Name: `events!connection/${Name}/${id}`, SecretString: secretText(AuthParameters) };
    const { ARN: secretArn } = await call('secretsmanager', 'CreateSecret', secret, caller);
    const connection: Connection = {
      name: Name,
      arn: arnOf('events', caller, `connection/${Name}/${id}`),
      ...(Description !== undefined && { description: Description }),
      authorizationType: AuthorizationType,
      authParameters: withoutSecrets(AuthParameters),
      secretArn,
      createdAt: clock.now(),
      changedAt: clock.now(),
    };
    table.put(keyOf(Name, caller), connection);
    return answer(connection, 'AUTHORIZED');
  }

  /** Authorisation is replaced as a whole, where it is given. */
  async function update(input: ConnectionInput, caller: Caller): Promise<object> {
    const known = find(input.Name, caller);
    const hasAuthorization = input.AuthorizationType !== undefined || input.AuthParameters !== undefined;
    const { AuthParameters = {}, Description } = hasAuthorization ? checked(withType(input, known)) : input;
    if (hasAuthorization) {
      const secret = { SecretId: known.secretArn, SecretString: secretText(AuthParameters) };
      await call('secretsmanager', 'PutSecretValue', secret, caller);
    }
    const changed: Connection = {
      ...known,
      ...(Description !== undefined && { description: Description }),
      ...(hasAuthorization && {
        authorizationType: input.AuthorizationType ?? known.authorizationType,
        authParameters: withoutSecrets(AuthParameters),
      }),
      changedAt: clock.now(),
    };
    table.put(keyOf(known.name, caller), changed);
    return answer(changed, 'AUTHORIZED');
  }

  const operations: Service['operations'] = {
    CreateConnection: create,
    UpdateConnection: update,
    DescribeConnection({ Name }: { Name: string }, caller) {
      const connection = find(Name, caller);
      return {
        ...answer(connection, 'AUTHORIZED'),
        Name,
        Description: connection.description,
        AuthorizationType: connection.authorizationType,
        SecretArn: connection.secretArn,
        AuthParameters: connection.authParameters,
      };
    },
    ListConnections(input: { NamePrefix?: string; ConnectionState?: string }, caller) {
      refuseOthers('events:ListConnections', input, ['NamePrefix', 'ConnectionState']);
      const { NamePrefix = '', ConnectionState = 'AUTHORIZED' } = input;
      const all = [...table.entries(keyOf(NamePrefix, caller))].map(([, connection]) => connection);
      const Connections = all.map((each) => ({
        ...answer(each, 'AUTHORIZED'),
        Name: each.name,
        AuthorizationType: each.authorizationType,
      }));
      return { Connections: ConnectionState === 'AUTHORIZED' ? Connections : [] };
    },
    async DeleteConnection({ Name }: { Name: string }, caller) {
      const connection = find(Name, caller);
      const secret = { SecretId: connection.secretArn, ForceDeleteWithoutRecovery: true };
      await call('secretsmanager', 'DeleteSecret', secret, caller);
      table.delete(keyOf(Name, caller));
      return answer(connection, 'DELETING');
    },
  };

  const resource: ResourceType = {
    supported: SUPPORTED,
    accepted: ['KmsKeyIdentifier'],
    async apply(properties, deployment) {
      const Name = String(properties.Name ?? physicalName(deployment, 64));
      const input = { ...properties, Name } as ConnectionInput;
      await (table.get(keyOf(Name, deployment)) ? update(input, deployment) : create(input, deployment));
      const { arn, secretArn } = find(Name, deployment);
      const ArnForPolicy = arn.replace(/\/[^/]+$/, '');
      return { ref: Name, attributes: { Arn: arn, ArnForPolicy, SecretArn: secretArn } };
    },
  };
  return { operations, resources: { 'AWS::Events::Connection': resource } };
}

const withType = (input: ConnectionInput, { authorizationType }: Connection): ConnectionInput => ({
  ...input,
  AuthorizationType: input.AuthorizationType ?? authorizationType,
});

/** @throws ServiceError */
function checked(input: ConnectionInput): ConnectionInput {
  refuseOthers('events:CreateConnection', input, SUPPORTED, ['KmsKeyIdentifier']);
  const invalid = (message: string) => new ServiceError('ValidationException', message);
  if (!/^[\w.-]{1,64}$/.test(input.Name ?? '')) throw invalid(`Connection name ${input.Name} is not valid.`);
  const needed = NEEDED[input.AuthorizationType ?? ''];
  if (!needed) throw invalid(`AuthorizationType has to be one of ${Object.keys(NEEDED).join(', ')}.`);
  const auth = input.AuthParameters ?? {};
  refuseOthers('events:CreateConnection AuthParameters', auth, [needed, 'InvocationHttpParameters']);
  if (!auth[needed]) throw invalid(`AuthParameters.${needed} is missing for ${input.AuthorizationType}.`);
  return input;
}
