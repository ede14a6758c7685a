import { physicalName } from '../../aws/physical-name.ts';
import { type Deployment, type ResourceType, type Service, ServiceError } from '../../aws/service.ts';
import type { IndexDescription, TableDescription } from './dynalite.ts';

type Properties = Readonly<Record<string, unknown>>;

const CREATED_WITH = [
  'AttributeDefinitions',
  'KeySchema',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
  'BillingMode',
  'ProvisionedThroughput',
];

/** `AWS::DynamoDB::Table`. A table that exists keeps its items; indexes and settings are brought up to date. */
export function dynamodbResources(operations: Service['operations']): Readonly<Record<string, ResourceType>> {
  const call = async <T>(operation: string, input: object, deployment: Deployment): Promise<T> =>
    (await operations[operation]!(input, deployment)) as T;

  async function apply(properties: Properties, deployment: Deployment) {
    const TableName = String(properties.TableName ?? physicalName(deployment, 255));
    const existing = await find(TableName, deployment);
    const DeletionProtectionEnabled = asBoolean(properties.DeletionProtectionEnabled);
    if (existing) await update(existing, properties, DeletionProtectionEnabled, deployment);
    else {
      const given = CREATED_WITH.filter((name) => properties[name] !== undefined).map((name) => [
        name,
        withNumbers(properties[name]),
      ]);
      await call('CreateTable', { TableName, DeletionProtectionEnabled, ...Object.fromEntries(given) }, deployment);
    }
    await setTimeToLive(TableName, properties.TimeToLiveSpecification as TimeToLive | undefined, deployment);
    const Arn = `arn:aws:dynamodb:${deployment.region}:${deployment.account}:table/${TableName}`;
    return { ref: TableName, attributes: { Arn } };
  }

  async function find(TableName: string, deployment: Deployment): Promise<TableDescription | undefined> {
    try {
      return (await call<{ Table: TableDescription }>('DescribeTable', { TableName }, deployment)).Table;
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  async function update(
    existing: TableDescription,
    properties: Properties,
    DeletionProtectionEnabled: boolean,
    deployment: Deployment,
  ) {
    const { TableName } = existing;
    if (
      JSON.stringify(keyPairs(existing.KeySchema)) !==
      JSON.stringify(keyPairs(properties.KeySchema as TableDescription['KeySchema']))
    ) {
      throw new ServiceError(
        'ValidationException',
        `The table ${TableName} exists with another key schema: delete it, or give the new one another name.`,
      );
    }
    const wanted = (properties.GlobalSecondaryIndexes ?? []) as IndexDescription[];
    const current = existing.GlobalSecondaryIndexes ?? [];
    const has = (list: readonly IndexDescription[], name: string) => list.some(({ IndexName }) => IndexName === name);
    const GlobalSecondaryIndexUpdates = [
      ...current.filter(({ IndexName }) => !has(wanted, IndexName)).map(({ IndexName }) => ({ Delete: { IndexName } })),
      ...wanted.filter(({ IndexName }) => !has(current, IndexName)).map((index) => ({ Create: withNumbers(index) })),
    ];
    const { AttributeDefinitions, BillingMode } = properties;
    await call(
      'UpdateTable',
      { TableName, AttributeDefinitions, BillingMode, DeletionProtectionEnabled, GlobalSecondaryIndexUpdates },
      deployment,
    );
  }

  async function setTimeToLive(TableName: string, wanted: TimeToLive | undefined, deployment: Deployment) {
    const { TimeToLiveDescription: current } = await call<{ TimeToLiveDescription: { TimeToLiveStatus: string } }>(
      'DescribeTimeToLive',
      { TableName },
      deployment,
    );
    const Enabled = wanted !== undefined && asBoolean(wanted.Enabled);
    if (Enabled === (current.TimeToLiveStatus === 'ENABLED')) return;
    const TimeToLiveSpecification = { AttributeName: wanted?.AttributeName ?? 'none', Enabled };
    await call('UpdateTimeToLive', { TableName, TimeToLiveSpecification }, deployment);
  }

  return {
    'AWS::DynamoDB::Table': {
      supported: ['TableName', ...CREATED_WITH, 'TimeToLiveSpecification', 'DeletionProtectionEnabled'],
      accepted: [
        'PointInTimeRecoverySpecification',
        'SSESpecification',
        'Tags',
        'TableClass',
        'ContributorInsightsSpecification',
        'OnDemandThroughput',
        'WarmThroughput',
        'ResourcePolicy',
      ],
      apply,
    },
  };
}

interface TimeToLive {
  readonly AttributeName?: string;
  readonly Enabled?: unknown;
}

const asBoolean = (value: unknown): boolean => value === true || value === 'true';

const keyPairs = (schema: TableDescription['KeySchema']) =>
  schema.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]);

/** Templates may have `"5"` for 5. */
function withNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name.endsWith('CapacityUnits') ? Number(member) : withNumbers(member),
    ]),
  );
}
