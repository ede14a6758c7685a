/** Grows with every change of the tables; a file of another version is refused. */
export const SCHEMA_VERSION = 7;

/** Tables whose rows carry the number of the commit that wrote them, and are summed up in the ledger. */
export const LEDGER_TABLES = ['executions', 'history', 'tokens', 'timers', 'map_runs'] as const;

/** Tables that nearly every commit changes: their writer adds up itself. Triggers see to the others. */
const COUNTED: ReadonlySet<string> = new Set(['executions', 'history']);

const TABLES = `
  /* arn: of a state machine, or what the ARNs of its executions begin with. */
  CREATE TABLE machines (id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE);

  CREATE TABLE revisions (
    id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, version_arn TEXT, alias_arn TEXT, revision TEXT NOT NULL);

  /*
   * The ARN is that of the machine prefix, a colon and the name.
   * state: the snapshot, as long as one is needed; due: whether calls have to be made after a restart.
   * tail: the newest events, from the one with the id first on. They move to the history when there are many of them.
   */
  CREATE TABLE executions (
    id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, prefix INTEGER NOT NULL, name TEXT NOT NULL, machine INTEGER NOT NULL,
    revision INTEGER NOT NULL, started_at INTEGER NOT NULL, map_run TEXT, trace_header TEXT, started_by TEXT,
    status TEXT NOT NULL, stopped_at INTEGER, error TEXT, cause TEXT, redrive_count INTEGER NOT NULL, redriven_at INTEGER,
    due INTEGER NOT NULL, first INTEGER NOT NULL, input TEXT NOT NULL, output TEXT, state TEXT, tail TEXT NOT NULL);
  CREATE UNIQUE INDEX executions_by_name ON executions (prefix, name);
  CREATE INDEX executions_by_status ON executions (machine, status);
  CREATE INDEX executions_by_map_run ON executions (map_run, status) WHERE map_run IS NOT NULL;

  /* id: the execution's id times ${2 ** 20} plus the id of the first event. events: see history-text.ts. */
  CREATE TABLE history (id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, events TEXT NOT NULL);

  /* scheduled: the activity, as long as no worker took the task. */
  CREATE TABLE tokens (
    id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, execution INTEGER NOT NULL, key TEXT NOT NULL, token TEXT NOT NULL UNIQUE,
    scheduled TEXT);
  CREATE UNIQUE INDEX tokens_by_key ON tokens (execution, key);
  CREATE INDEX tokens_scheduled ON tokens (scheduled, id) WHERE scheduled IS NOT NULL;

  CREATE TABLE timers (
    execution INTEGER NOT NULL, key TEXT NOT NULL, timer TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (execution, key, timer)) WITHOUT ROWID;
  CREATE INDEX timers_by_time ON timers (at);

  CREATE TABLE map_runs (
    id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, arn TEXT NOT NULL UNIQUE, execution INTEGER NOT NULL,
    running INTEGER NOT NULL, map_run TEXT NOT NULL);
  CREATE INDEX map_runs_by_execution ON map_runs (execution);
  CREATE INDEX map_runs_running ON map_runs (id) WHERE running = 1;
`;

/**
 * The number of the last commit, and for each table the sum of its rows' commit numbers. Pages of different moments (a copy
 * that was made while the file was written to) cannot add up to it.
 */
const LEDGER = `
  CREATE TABLE ledger (
    id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, ${LEDGER_TABLES.map((table) => `${table} INTEGER NOT NULL`).join(', ')});
  INSERT INTO ledger VALUES (1, 0, ${LEDGER_TABLES.map(() => '0').join(', ')});
  ${LEDGER_TABLES.filter((table) => !COUNTED.has(table))
    .map(
      (table) => `
  CREATE TRIGGER ${table}_inserted AFTER INSERT ON ${table} BEGIN
    UPDATE ledger SET ${table} = ${table} + new.seq; END;
  CREATE TRIGGER ${table}_updated AFTER UPDATE ON ${table} BEGIN
    UPDATE ledger SET ${table} = ${table} + new.seq - old.seq; END;
  CREATE TRIGGER ${table}_deleted AFTER DELETE ON ${table} BEGIN
    UPDATE ledger SET ${table} = ${table} - old.seq; END;`,
    )
    .join('')}
`;

export const SCHEMA = `${TABLES} ${LEDGER} PRAGMA user_version = ${SCHEMA_VERSION};`;

/** How many history events an execution can have, as far as the keys of the history table go. */
export const HISTORY_SPAN = 2 ** 20;
