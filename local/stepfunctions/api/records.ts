import type { Storage, Table } from '../../storage.ts';

// What the API remembers between requests. Times are milliseconds since 1970.

export interface LoggingRecord {
  readonly level: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
  readonly includeExecutionData: boolean;
  readonly destinations?: readonly { readonly cloudWatchLogsLogGroup?: { readonly logGroupArn?: string } }[];
}

export interface EncryptionRecord {
  readonly type: 'AWS_OWNED_KEY' | 'CUSTOMER_MANAGED_KMS_KEY';
  readonly kmsKeyId?: string;
  readonly kmsDataKeyReusePeriodSeconds?: number;
}

/** What an update can change, and what a version keeps. */
export interface Configuration {
  readonly definition: string;
  readonly roleArn: string;
  readonly logging: LoggingRecord;
  readonly tracing: boolean;
  readonly encryption: EncryptionRecord;
}

export interface MachineRecord {
  readonly arn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly createdAt: number;
  readonly configuration: Configuration;
  /** Absent until the first update. */
  readonly revisionId?: string;
  readonly updatedAt: number;
  /** Numbers are never used again. */
  readonly lastVersion: number;
  /** Deleted, but executions still run. */
  readonly deleting?: boolean;
}

export interface VersionRecord {
  readonly arn: string;
  readonly machineArn: string;
  readonly number: number;
  readonly createdAt: number;
  readonly description?: string;
  readonly revisionId?: string;
  readonly configuration: Configuration;
}

export interface AliasRecord {
  readonly arn: string;
  readonly machineArn: string;
  readonly name: string;
  readonly description?: string;
  readonly routing: readonly { readonly stateMachineVersionArn: string; readonly weight: number }[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface ActivityRecord {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  readonly encryption: EncryptionRecord;
}

/** What a revision was: executions of it go on after the machine has changed. */
export interface RevisionRecord {
  readonly configuration: Configuration;
  readonly updatedAt: number;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface Records {
  readonly machines: Table<MachineRecord>;
  /** By machine ARN, a blank, and the number in ten digits, so that they are in order. */
  readonly versions: Table<VersionRecord>;
  readonly aliases: Table<AliasRecord>;
  readonly activities: Table<ActivityRecord>;
  /** By machine ARN, a blank, and the revision. */
  readonly revisions: Table<RevisionRecord>;
  readonly tags: Table<readonly Tag[]>;
}

export const records = (storage: Storage): Records => ({
  machines: storage.table('stepfunctions-machines'),
  versions: storage.table('stepfunctions-versions'),
  aliases: storage.table('stepfunctions-aliases'),
  activities: storage.table('stepfunctions-activities'),
  revisions: storage.table('stepfunctions-revisions'),
  tags: storage.table('stepfunctions-tags'),
});

export const versionKey = (machineArn: string, number: number) => `${machineArn} ${String(number).padStart(10, '0')}`;

/** The revision of a machine that was never updated. */
export const INITIAL = 'INITIAL';

export const revisionKey = (machineArn: string, revisionId: string | undefined) =>
  `${machineArn} ${revisionId ?? INITIAL}`;
