/** Grows with every change of the tables; a file of another version is refused. */
export const SCHEMA_VERSION = 1;

/**
 * What is wanted of the connection: nobody else uses the file (two engines would do everything twice), a write-ahead log,
 * and an fsync before COMMIT returns.
 */
export const PRAGMAS = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = OFF;
  PRAGMA cache_size = -16000;
`;

export const SCHEMA = `
  CREATE TABLE machines (id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE);

  CREATE TABLE revisions (
    id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, version_arn TEXT, alias_arn TEXT, revision TEXT NOT NULL);

  CREATE TABLE executions (
    id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, name TEXT NOT NULL, machine INTEGER NOT NULL, revision INTEGER NOT NULL,
    status TEXT NOT NULL, started_at INTEGER NOT NULL, stopped_at INTEGER, redrive_count INTEGER NOT NULL, redriven_at INTEGER,
    map_run TEXT, trace_header TEXT, input TEXT NOT NULL, output TEXT, error TEXT, cause TEXT);
  CREATE INDEX executions_by_status ON executions (machine, status);
  CREATE INDEX executions_by_map_run ON executions (map_run, status) WHERE map_run IS NOT NULL;

  CREATE TABLE snapshots (id INTEGER PRIMARY KEY, snapshot TEXT NOT NULL);

  /* id: the execution's id times ${2 ** 20} plus the id of the first event. */
  CREATE TABLE history (id INTEGER PRIMARY KEY, events TEXT NOT NULL);

  CREATE TABLE calls (
    id INTEGER PRIMARY KEY, execution INTEGER NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, activity TEXT, token TEXT,
    call TEXT NOT NULL);
  CREATE UNIQUE INDEX calls_by_key ON calls (execution, key);
  CREATE UNIQUE INDEX calls_by_token ON calls (token) WHERE token IS NOT NULL;
  CREATE INDEX calls_due ON calls (id) WHERE state = 'due';
  CREATE INDEX calls_for_activities ON calls (activity, id) WHERE state = 'scheduled';

  CREATE TABLE timers (
    execution INTEGER NOT NULL, key TEXT NOT NULL, timer TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (execution, key, timer)
  ) WITHOUT ROWID;
  CREATE INDEX timers_by_time ON timers (at);

  CREATE TABLE map_runs (
    id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, execution INTEGER NOT NULL, running INTEGER NOT NULL, map_run TEXT NOT NULL);
  CREATE INDEX map_runs_by_execution ON map_runs (execution);
  CREATE INDEX map_runs_running ON map_runs (id) WHERE running = 1;

  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** How many history events an execution can have, as far as the keys of the history table go. */
export const HISTORY_SPAN = 2 ** 20;
