import { type DynamoDBDocumentClient, GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { type Approval, type AuditRow, currentStage, waitingFor } from '../../domain/approval.ts';
import type { Approvals, WaitingApproval } from '../../domain/ports.ts';
import { cancellationCodes } from './document-client.ts';

export interface ApprovalTables {
  readonly approvals: string;
  readonly audit: string;
}

type Item = Record<string, unknown>;

/** An approval is one item. Beside it stand copies of what the conditions and the index of open approvals look at. */
export function approvalsTable(client: DynamoDBDocumentClient, tables: ApprovalTables): Approvals {
  async function find(approvalId: string): Promise<Approval | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tables.approvals, Key: { approvalId }, ConsistentRead: true }),
    );
    if (!Item) return undefined;
    const { waiting: _w, stageName: _n, waitingFor: _f, expiresAt: _e, ...approval } = Item;
    return approval as Approval;
  }

  async function save(approval: Approval, audit: readonly AuditRow[], liveAt?: string): Promise<boolean> {
    try {
      await client.send(
        new TransactWriteCommand({
          TransactItems: [
            { Put: { TableName: tables.approvals, Item: toItem(approval), ...condition(approval, liveAt) } },
            ...audit.map((row) => ({
              Put: {
                TableName: tables.audit,
                Item: { ...row },
                ConditionExpression: 'attribute_not_exists(approvalId)',
              },
            })),
          ],
        }),
      );
      return true;
    } catch (error) {
      if (cancellationCodes(error)) return false;
      throw error;
    }
  }

  async function query(input: Omit<ConstructorParameters<typeof QueryCommand>[0], 'ExclusiveStartKey'>) {
    const items: Item[] = [];
    let from: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({ ...input, ExclusiveStartKey: from }),
      );
      items.push(...Items);
      from = LastEvaluatedKey;
    } while (from);
    return items;
  }

  async function audit(approvalId: string): Promise<readonly AuditRow[]> {
    const rows = await query({
      TableName: tables.audit,
      KeyConditionExpression: 'approvalId = :approvalId',
      ExpressionAttributeValues: { ':approvalId': approvalId },
      ConsistentRead: true,
    });
    return rows as unknown as AuditRow[];
  }

  async function waiting(): Promise<readonly WaitingApproval[]> {
    const items = await query({
      TableName: tables.approvals,
      IndexName: 'waiting',
      KeyConditionExpression: 'waiting = :yes',
      ExpressionAttributeValues: { ':yes': 'yes' },
    });
    return items.map(({ waiting: _, ...item }) => item as unknown as WaitingApproval);
  }

  return { find, save, audit, waiting };
}

function toItem(approval: Approval): Item {
  const stage = currentStage(approval);
  return {
    ...approval,
    // Present while it is open only: the index `waiting` holds nothing else.
    ...(approval.status === 'open' && { waiting: 'yes' }),
    stageName: stage.title,
    waitingFor: waitingFor(approval),
    ...(stage.expiresAt && { expiresAt: stage.expiresAt }),
  };
}

function condition({ revision }: Approval, liveAt: string | undefined) {
  if (revision === 1) return { ConditionExpression: 'attribute_not_exists(approvalId)' };
  const previous = { ':previous': revision - 1 };
  if (!liveAt) return { ConditionExpression: 'revision = :previous', ExpressionAttributeValues: previous };
  return {
    ConditionExpression: 'revision = :previous AND #status = :open AND expiresAt > :now',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ...previous, ':open': 'open', ':now': liveAt },
  };
}
