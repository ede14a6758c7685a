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

type ParameterType = 'String' | 'StringList' | 'SecureString';

interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  /** Of a SecureString: what KMS made of it, base64. */
  readonly value: string;
  readonly version: number;
  readonly description?: string;
  readonly keyId?: string;
  readonly modifiedAt: number;
}

interface SsmInput {
  readonly Name?: string;
  readonly Names?: readonly string[];
  readonly Value?: string;
  readonly Type?: ParameterType;
  readonly Description?: string;
  readonly KeyId?: string;
  readonly Overwrite?: boolean;
  readonly AllowedPattern?: string;
  readonly WithDecryption?: boolean;
  readonly Path?: string;
  readonly Recursive?: boolean;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

export interface SsmOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly call: CallService;
}

/** Systems Manager: parameters with their latest version; secure ones are encrypted by the local KMS. */
export function createSsm({ storage, clock, call }: SsmOptions): Service {
  const parameters = storage.table<Parameter>('ssm/parameters');
  const keyOf = ({ account, region }: Caller, name: string) => `${account}/${region}/${name}`;
  const nameOf = (nameOrArn: string) =>
    nameOrArn
      .replace(/^arn:aws:ssm:[^:]*:\d*:parameter\/?(?=.*\/)/, '/')
      .replace(/^arn:aws:ssm:[^:]*:\d*:parameter\//, '');

  async function show(parameter: Parameter, decrypt: boolean, caller: Caller): Promise<object> {
    const { name, type, version, modifiedAt } = parameter;
    let { value } = parameter;
    if (type === 'SecureString' && decrypt) {
      const { Plaintext } = await call(
        'kms',
        'Decrypt',
        { CiphertextBlob: Buffer.from(value, 'base64'), EncryptionContext: context(name) },
        caller,
      );
      value = Buffer.from(Plaintext).toString('utf8');
    }
    const ARN = `arn:aws:ssm:${caller.region}:${caller.account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
    return {
      Name: name,
      Type: type,
      Value: value,
      Version: version,
      LastModifiedDate: new Date(modifiedAt),
      ARN,
      DataType: 'text',
    };
  }

  const context = (name: string) => ({ PARAMETER_NAME: name });

  const operations: Service['operations'] = {
    async PutParameter(input: SsmInput, caller: Caller) {
      const supported = ['Name', 'Value', 'Type', 'Description', 'KeyId', 'Overwrite', 'AllowedPattern'];
      refuseOthers('ssm:PutParameter', input, supported, ['Tags', 'Tier', 'DataType', 'Policies']);
      const {
        Name: name = '',
        Value = '',
        Description,
        KeyId = 'alias/aws/ssm',
        Overwrite = false,
        AllowedPattern,
      } = input;
      if (!/^[a-zA-Z0-9_.\-/]{1,1011}$/.test(name) || /^\/?(aws|ssm)/i.test(name)) {
        throw new ServiceError(
          'ValidationException',
          'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
        );
      }
      const key = keyOf(caller, name);
      const existing = parameters.get(key);
      if (existing && !Overwrite) {
        throw new ServiceError(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        );
      }
      const type = input.Type ?? existing?.type;
      if (!type)
        throw new ServiceError('ValidationException', 'A parameter type is required when you create a parameter.');
      if (Value === '')
        throw new ServiceError(
          'ValidationException',
          "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
        );
      if (AllowedPattern !== undefined && !new RegExp(AllowedPattern).test(Value)) {
        throw new ServiceError(
          'ParameterPatternMismatchException',
          `Parameter value, cannot be validated against allowedPattern: ${AllowedPattern}`,
        );
      }
      let value = Value;
      if (type === 'SecureString') {
        const { CiphertextBlob } = await call(
          'kms',
          'Encrypt',
          { KeyId, Plaintext: Buffer.from(Value), EncryptionContext: context(name) },
          caller,
        );
        value = Buffer.from(CiphertextBlob).toString('base64');
      }
      const version = (existing?.version ?? 0) + 1;
      parameters.put(key, {
        name,
        type,
        value,
        version,
        modifiedAt: clock.now(),
        ...(Description !== undefined && { description: Description }),
        ...(type === 'SecureString' && { keyId: KeyId }),
      });
      return { Version: version, Tier: 'Standard' };
    },

    async GetParameter({ Name = '', WithDecryption = false }: SsmInput, caller: Caller) {
      const parameter = parameters.get(keyOf(caller, nameOf(Name)));
      if (!parameter) throw new ServiceError('ParameterNotFound', `Parameter ${Name} not found.`);
      return { Parameter: await show(parameter, WithDecryption, caller) };
    },

    async GetParameters({ Names = [], WithDecryption = false }: SsmInput, caller: Caller) {
      const found = Names.map((name) => parameters.get(keyOf(caller, nameOf(name))));
      const Parameters = await Promise.all(
        found.flatMap((parameter) => (parameter ? [show(parameter, WithDecryption, caller)] : [])),
      );
      return { Parameters, InvalidParameters: Names.filter((_, index) => !found[index]) };
    },

    async GetParametersByPath(input: SsmInput, caller: Caller) {
      refuseOthers('ssm:GetParametersByPath', input, [
        'Path',
        'Recursive',
        'WithDecryption',
        'MaxResults',
        'NextToken',
      ]);
      const { Path = '/', Recursive = false, WithDecryption = false, MaxResults = 10, NextToken = '' } = input;
      const path = Path.endsWith('/') ? Path : `${Path}/`;
      const all = [...parameters.entries(keyOf(caller, path))].map(([, parameter]) => parameter);
      const found = all.filter(({ name }) => name > NextToken && (Recursive || !name.slice(path.length).includes('/')));
      const shown = found.slice(0, MaxResults);
      return {
        Parameters: await Promise.all(shown.map((parameter) => show(parameter, WithDecryption, caller))),
        ...(found.length > shown.length && { NextToken: shown.at(-1)!.name }),
      };
    },

    DescribeParameters(input: SsmInput, caller: Caller) {
      refuseOthers('ssm:DescribeParameters', input, []);
      const all = [...parameters.entries(keyOf(caller, ''))].map(([, parameter]) => parameter);
      return {
        Parameters: all.map(({ name, type, version, description, keyId, modifiedAt }) => ({
          Name: name,
          Type: type,
          KeyId: keyId,
          Version: version,
          Description: description,
          LastModifiedDate: new Date(modifiedAt),
          Tier: 'Standard',
        })),
      };
    },

    DeleteParameter({ Name = '' }: SsmInput, caller: Caller) {
      if (!parameters.get(keyOf(caller, Name)))
        throw new ServiceError('ParameterNotFound', `Parameter ${Name} not found.`);
      parameters.delete(keyOf(caller, Name));
      return {};
    },

    DeleteParameters({ Names = [] }: SsmInput, caller: Caller) {
      const DeletedParameters = Names.filter((name) => parameters.get(keyOf(caller, name)));
      for (const name of DeletedParameters) parameters.delete(keyOf(caller, name));
      return { DeletedParameters, InvalidParameters: Names.filter((name) => !DeletedParameters.includes(name)) };
    },
  };

  return { name: 'ssm', operations, resources: ssmResources(operations) };
}

/** `AWS::SSM::Parameter`. */
function ssmResources(operations: Service['operations']): Readonly<Record<string, ResourceType>> {
  return {
    'AWS::SSM::Parameter': {
      supported: ['Name', 'Type', 'Value', 'Description', 'AllowedPattern'],
      accepted: ['Tags', 'Tier', 'DataType', 'Policies'],
      async apply({ Name: given, Type, Value, Description, AllowedPattern }, deployment) {
        const Name = String(given ?? physicalName(deployment));
        await operations.PutParameter!({ Name, Type, Value, Description, AllowedPattern, Overwrite: true }, deployment);
        return { ref: Name, attributes: { Type: String(Type), Value: String(Value) } };
      },
    },
  };
}
