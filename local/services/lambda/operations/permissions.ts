import type { Caller } from '../../../aws/service.ts';
import { refuseOthers, ServiceError } from '../../../aws/service.ts';
import type { FunctionRecord } from '../function-record.ts';
import { parseReference, qualifiedArn } from '../function-record.ts';
import type { LambdaContext } from '../lambda-context.ts';

export interface PermissionInput {
  readonly FunctionName: string;
  readonly StatementId: string;
  readonly Action: string;
  readonly Principal: string;
  readonly SourceArn?: string;
  readonly SourceAccount?: string;
  readonly Qualifier?: string;
}

type Statements = Readonly<Record<string, object>>;

/** The resource policy of functions. It is recorded, not enforced: on one machine nobody is kept out. */
export function permissionOperations({ records }: LambdaContext) {
  const statementsOf = (record: FunctionRecord, qualifier = ''): Statements =>
    Object.hasOwn(record.policies, qualifier) ? record.policies[qualifier]! : {};

  const putStatements = (record: FunctionRecord, qualifier: string | undefined, statements: Statements): void =>
    records.put({ ...record, policies: { ...record.policies, [qualifier ?? '']: statements } });

  const notFound = (): ServiceError =>
    new ServiceError('ResourceNotFoundException', 'The resource you requested does not exist.', 404, { Type: 'User' });

  return {
    AddPermission(input: PermissionInput, caller: Caller) {
      refuseOthers('AddPermission', input, [
        'FunctionName',
        'StatementId',
        'Action',
        'Principal',
        'SourceArn',
        'SourceAccount',
        'Qualifier',
      ]);
      const reference = parseReference(input.FunctionName, input.Qualifier, caller);
      const record = records.get({ ...reference, qualifier: undefined });
      const statements = statementsOf(record, reference.qualifier);
      if (Object.hasOwn(statements, input.StatementId)) {
        const message = `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`;
        throw new ServiceError('ResourceConflictException', message, 409, { Type: 'User' });
      }
      const statement = permissionStatement(input, qualifiedArn(reference));
      putStatements(record, reference.qualifier, { ...statements, [input.StatementId]: statement });
      return { Statement: JSON.stringify(statement) };
    },

    RemovePermission(input: PermissionInput, caller: Caller) {
      refuseOthers('RemovePermission', input, ['FunctionName', 'StatementId', 'Qualifier']);
      const { FunctionName, StatementId, Qualifier } = input;
      const reference = parseReference(FunctionName, Qualifier, caller);
      const record = records.get({ ...reference, qualifier: undefined });
      const { [StatementId]: removed, ...statements } = statementsOf(record, reference.qualifier);
      if (!removed) {
        throw new ServiceError(
          'ResourceNotFoundException',
          `Statement ${StatementId} is not found in resource policy.`,
          404,
          { Type: 'User' },
        );
      }
      putStatements(record, reference.qualifier, statements);
      return {};
    },

    GetPolicy({ FunctionName, Qualifier }: PermissionInput, caller: Caller) {
      const reference = parseReference(FunctionName, Qualifier, caller);
      const record = records.get({ ...reference, qualifier: undefined });
      const statements = Object.values(statementsOf(record, reference.qualifier));
      if (statements.length === 0) throw notFound();
      return {
        Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements }),
        RevisionId: record.latest.revisionId,
      };
    },
  };
}

function permissionStatement(
  { StatementId, Action, Principal, SourceArn, SourceAccount }: PermissionInput,
  resource: string,
): object {
  const condition = {
    ...(SourceAccount !== undefined && { StringEquals: { 'AWS:SourceAccount': SourceAccount } }),
    ...(SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': SourceArn } }),
  };
  const isService = Principal.endsWith('.amazonaws.com');
  return {
    Sid: StatementId,
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : isService ? { Service: Principal } : { AWS: Principal },
    Action,
    Resource: resource,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}
