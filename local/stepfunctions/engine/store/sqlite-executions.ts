import { createHash } from 'node:crypto';
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { ExecutionFilter, ExecutionStatus, Revision } from '../ports.ts';
import type { ListRange, StoredExecution, StoredStatus } from './store.ts';

type Row = Record<string, SQLOutputValue>;

/** The rows of executions, with the machines and revisions they point to. */
export function createExecutionRows(db: DatabaseSync) {
  const insert = db.prepare(
    `INSERT INTO executions (id, arn, name, machine, revision, started_at, map_run, trace_header, input,
       status, stopped_at, output, error, cause, redrive_count, redriven_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = db.prepare(
    `UPDATE executions SET status = ?, stopped_at = ?, output = ?, error = ?, cause = ?, redrive_count = ?, redriven_at = ?
     WHERE id = ?`,
  );
  const byArn = db.prepare('SELECT * FROM executions WHERE arn = ?');
  const byId = db.prepare('SELECT * FROM executions WHERE id = ?');
  const lastId = db.prepare('SELECT max(id) AS id FROM executions');
  const firstRunning = db.prepare(
    `SELECT min(first) AS id FROM machines m
     JOIN (SELECT machine, min(id) AS first FROM executions WHERE status = 'RUNNING' GROUP BY machine) ON machine = m.id`,
  );
  const machines = createMachines(db);
  const revisions = createRevisions(db);
  const lists = new Map<string, StatementSync>();

  function toExecution(row: Row): StoredExecution {
    return {
      id: row.id as number,
      executionArn: row.arn as string,
      name: row.name as string,
      revision: revisions.get(row.revision as number),
      status: row.status as ExecutionStatus,
      startedAt: row.started_at as number,
      input: row.input as string,
      redriveCount: row.redrive_count as number,
      ...(row.stopped_at === null ? {} : { stoppedAt: row.stopped_at as number }),
      ...(row.redriven_at === null ? {} : { redrivenAt: row.redriven_at as number }),
      ...(row.map_run === null ? {} : { mapRunArn: row.map_run as string }),
      ...(row.trace_header === null ? {} : { traceHeader: row.trace_header as string }),
      ...(row.output === null ? {} : { output: row.output as string }),
      ...(row.error === null ? {} : { error: row.error as string }),
      ...(row.cause === null ? {} : { cause: row.cause as string }),
    };
  }

  return {
    lastId: (): number => (lastId.get()?.id as number | null) ?? 0,

    insert(started: StoredExecution, status: StoredStatus): void {
      insert.run(
        started.id,
        started.executionArn,
        started.name,
        machines.id(started.revision.stateMachineArn),
        revisions.id(started.revision),
        started.startedAt,
        started.mapRunArn ?? null,
        started.traceHeader ?? null,
        started.input,
        ...statusValues(status),
      );
    },

    update: (id: number, status: StoredStatus): void => {
      update.run(...statusValues(status), id);
    },

    byArn(arn: string): StoredExecution | undefined {
      const row = byArn.get(arn);
      return row && toExecution(row);
    },

    byId(id: number): StoredExecution | undefined {
      const row = byId.get(id);
      return row && toExecution(row);
    },

    oldestRunning(): StoredExecution | undefined {
      const row = byId.get(firstRunning.get()?.id ?? null);
      return row && toExecution(row);
    },

    list(filter: ExecutionFilter, { before, limit }: ListRange): StoredExecution[] {
      const conditions: [sql: string, ...values: SQLInputValue[]][] = [];
      if (filter.stateMachineArn) {
        const machine = machines.find(filter.stateMachineArn);
        if (machine === undefined) return [];
        conditions.push(['machine = ?', machine]);
      }
      if (filter.qualifiedArn) {
        const { qualifiedArn } = filter;
        conditions.push([
          'revision IN (SELECT id FROM revisions WHERE version_arn = ? OR alias_arn = ?)',
          qualifiedArn,
          qualifiedArn,
        ]);
      }
      if (filter.mapRunArn) conditions.push(['map_run = ?', filter.mapRunArn]);
      if (filter.status) conditions.push(['status = ?', filter.status]);
      if (filter.redrive) conditions.push([filter.redrive === 'REDRIVEN' ? 'redrive_count > 0' : 'redrive_count = 0']);
      if (before !== undefined) conditions.push(['id < ?', before]);
      const where = conditions.map(([sql]) => sql).join(' AND ') || 'TRUE';
      let statement = lists.get(where);
      if (!statement) {
        statement = db.prepare(`SELECT * FROM executions WHERE ${where} ORDER BY id DESC LIMIT ?`);
        lists.set(where, statement);
      }
      return statement.all(...conditions.flatMap(([, ...values]) => values), limit).map(toExecution);
    },
  };
}

function statusValues(status: StoredStatus): SQLInputValue[] {
  return [
    status.status,
    status.stoppedAt ?? null,
    status.output ?? null,
    status.error ?? null,
    status.cause ?? null,
    status.redriveCount,
    status.redrivenAt ?? null,
  ];
}

/** State machines' ARNs as small numbers, for the indexes. */
function createMachines(db: DatabaseSync) {
  const insert = db.prepare('INSERT INTO machines (arn) VALUES (?) RETURNING id');
  const select = db.prepare('SELECT id FROM machines WHERE arn = ?');
  const find = (arn: string) => select.get(arn)?.id as number | undefined;
  return { find, id: (arn: string): number => find(arn) ?? (insert.get(arn)?.id as number) };
}

/** Revisions, each stored once however many executions ran it. */
function createRevisions(db: DatabaseSync) {
  const insert = db.prepare(
    'INSERT INTO revisions (hash, version_arn, alias_arn, revision) VALUES (?, ?, ?, ?) RETURNING id',
  );
  const byHash = db.prepare('SELECT id FROM revisions WHERE hash = ?');
  const byId = db.prepare('SELECT revision FROM revisions WHERE id = ?');
  const loaded = new Map<number, WeakRef<Revision>>();
  /** Only revisions seen in committed transactions are sure to be there; the hash is cheap enough to look each one up. */
  const hashes = new WeakMap<Revision, string>();

  function hashOf(revision: Revision): string {
    let hash = hashes.get(revision);
    if (!hash) {
      hash = createHash('sha256').update(JSON.stringify(revision)).digest('base64');
      hashes.set(revision, hash);
    }
    return hash;
  }

  return {
    id(revision: Revision): number {
      const hash = hashOf(revision);
      const row =
        byHash.get(hash) ??
        insert.get(hash, revision.versionArn ?? null, revision.aliasArn ?? null, JSON.stringify(revision));
      return row?.id as number;
    },
    get(id: number): Revision {
      let revision = loaded.get(id)?.deref();
      if (!revision) {
        revision = JSON.parse(byId.get(id)?.revision as string) as Revision;
        loaded.set(id, new WeakRef(revision));
      }
      return revision;
    },
  };
}
