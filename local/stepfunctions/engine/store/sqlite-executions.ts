import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { ExecutionFilter, ExecutionStatus, Revision } from '../ports.ts';
import { partsOfArn, type SharedKeys } from './sqlite-keys.ts';
import type { ListRange, StoredExecution } from './store.ts';

type Row = Record<string, SQLOutputValue>;

/** Without the state and the history, which may be long. */
const COLUMNS = `id, prefix, name, revision, started_at, map_run, trace_header, started_by, status, stopped_at, error, cause,
  redrive_count, redriven_at, input, output`;

/** Reads the rows of executions, with the revisions they point to. */
export function createExecutionReader(db: DatabaseSync, { findMachine, machineOf }: SharedKeys) {
  const byName = db.prepare(`SELECT ${COLUMNS} FROM executions WHERE prefix = ? AND name = ?`);
  const byId = db.prepare(`SELECT ${COLUMNS} FROM executions WHERE id = ?`);
  const isThere = db.prepare('SELECT 1 FROM executions WHERE prefix = ? AND name = ?');
  const lastId = db.prepare('SELECT max(id) AS id FROM executions');
  const firstRunning = db.prepare(
    `SELECT min(first) AS id FROM (SELECT (SELECT min(id) FROM executions WHERE machine = m.id AND status = 'RUNNING') AS first
     FROM machines m)`,
  );
  const revisionOf = createRevisionReader(db);
  const lists = new Map<string, StatementSync>();

  function toExecution(row: Row): StoredExecution {
    const { stopped_at, redriven_at, map_run, trace_header, started_by, output, error, cause } = row;
    return {
      id: row.id as number,
      executionArn: `${machineOf(row.prefix as number)}:${row.name}`,
      // The ARN of an Express execution has another part.
      name: (row.name as string).split(':')[0] as string,
      revision: revisionOf(row.revision as number),
      status: row.status as ExecutionStatus,
      startedAt: row.started_at as number,
      input: row.input as string,
      redriveCount: row.redrive_count as number,
      ...(stopped_at !== null && { stoppedAt: stopped_at as number }),
      ...(redriven_at !== null && { redrivenAt: redriven_at as number }),
      ...(map_run !== null && { mapRunArn: map_run as string }),
      ...(trace_header !== null && { traceHeader: trace_header as string }),
      ...(started_by !== null && { startedBy: started_by as string }),
      ...(output !== null && { output: output as string }),
      ...(error !== null && { error: error as string }),
      ...(cause !== null && { cause: cause as string }),
    };
  }

  const one = (row: Row | undefined): StoredExecution | undefined => row && toExecution(row);

  return {
    lastId: (): number => (lastId.get()?.id as number | null) ?? 0,
    byArn(arn: string) {
      const { prefix, name } = partsOfArn(arn);
      const machine = findMachine(prefix);
      return machine === undefined ? undefined : one(byName.get(machine, name));
    },
    has(arn: string): boolean {
      const { prefix, name } = partsOfArn(arn);
      return isThere.get(findMachine(prefix) ?? 0, name) !== undefined;
    },
    byId: (id: number) => one(byId.get(id)),
    oldestRunning: () => one(byId.get(firstRunning.get()?.id ?? null)),

    list(filter: ExecutionFilter, { before, limit }: ListRange): StoredExecution[] {
      const conditions = conditionsOf(filter, before, findMachine);
      const where = conditions.map(([sql]) => sql).join(' AND ') || 'TRUE';
      let statement = lists.get(where);
      if (!statement) {
        statement = db.prepare(`SELECT ${COLUMNS} FROM executions WHERE ${where} ORDER BY id DESC LIMIT ?`);
        lists.set(where, statement);
      }
      return statement.all(...conditions.flatMap(([, ...values]) => values), limit).map(toExecution);
    },
  };
}

function conditionsOf(
  filter: ExecutionFilter,
  before: number | undefined,
  findMachine: (arn: string) => number | undefined,
): [sql: string, ...values: SQLInputValue[]][] {
  const { stateMachineArn, qualifiedArn, mapRunArn, status, redrive } = filter;
  const conditions: [sql: string, ...values: SQLInputValue[]][] = [];
  // No machine has the number 0.
  if (stateMachineArn) conditions.push(['machine = ?', findMachine(stateMachineArn) ?? 0]);
  if (qualifiedArn) {
    const revisions = 'SELECT id FROM revisions WHERE version_arn = ? OR alias_arn = ?';
    conditions.push([`revision IN (${revisions})`, qualifiedArn, qualifiedArn]);
  }
  if (mapRunArn) conditions.push(['map_run = ?', mapRunArn]);
  if (status) conditions.push(['status = ?', status]);
  if (redrive) conditions.push([redrive === 'REDRIVEN' ? 'redrive_count > 0' : 'redrive_count = 0']);
  if (before !== undefined) conditions.push(['id < ?', before]);
  return conditions;
}

/** Revisions as long as somebody uses them: the same object for all executions of one. */
function createRevisionReader(db: DatabaseSync): (id: number) => Revision {
  const byId = db.prepare('SELECT revision FROM revisions WHERE id = ?');
  const loaded = new Map<number, WeakRef<Revision>>();
  return (id) => {
    let revision = loaded.get(id)?.deref();
    if (!revision) {
      revision = JSON.parse(byId.get(id)?.revision as string) as Revision;
      loaded.set(id, new WeakRef(revision));
    }
    return revision;
  };
}
