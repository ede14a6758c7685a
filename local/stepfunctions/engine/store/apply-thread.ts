import { rmSync } from 'node:fs';
import { setPriority } from 'node:os';
import { workerData } from 'node:worker_threads';
import { ApplySignals } from './apply-signals.ts';
import { LogReader, type LogRecord, spareSegmentOf } from './log-segments.ts';
import { connect, retireLog } from './sqlite-open.ts';
import { createRowWriter } from './sqlite-rows.ts';

// A thread that takes commits from the log to the tables, as fast as it can.

/** Characters of commits that are taken over in one transaction, or more if one alone is larger. */
const TOGETHER = 256 * 1024;

export interface ApplyThreadData {
  readonly file: string;
  /** The last commit that is in the tables. */
  readonly seq: number;
  readonly signals: SharedArrayBuffer;
}

function fillTables({ file, seq }: ApplyThreadData, signals: ApplySignals): void {
  const db = connect(file);
  const rows = createRowWriter(db);
  const reader = new LogReader(file, seq + 1);
  let applied = seq;
  let retired = 0;

  function applySome(upTo: number): void {
    const commits: LogRecord[] = [];
    for (let length = 0; length < TOGETHER && applied + commits.length < upTo; ) {
      const record = reader.next();
      if (!record) throw new Error(`Commit ${applied + commits.length + 1} is not in the log`);
      commits.push(record);
      length += record.text.length;
    }
    rows.write(commits);
    applied += commits.length;
    signals.setApplied(applied);
    if (reader.segment === retired) return;
    retired = reader.segment;
    retireLog(db, file, retired);
  }

  try {
    for (;;) {
      const wanted = signals.waitForWork(applied);
      if (wanted === undefined) break;
      while (applied < wanted) applySome(wanted);
    }
    retireLog(db, file, Number.POSITIVE_INFINITY);
    rmSync(spareSegmentOf(file), { force: true });
  } finally {
    reader.close();
    db.close();
  }
}

/**
 * How much this thread gives way to the engine's, which would otherwise wait for its turn after a sync. Not more: where other
 * processes have much to do, it is waited for.
 */
const NICENESS = 5;

function giveWay(): void {
  // Elsewhere a thread has no priority of its own.
  if (process.platform !== 'linux') return;
  try {
    setPriority(NICENESS);
  } catch {
    // Where that is forbidden, it takes turns with the others.
  }
}

function run(data: ApplyThreadData): void {
  const signals = new ApplySignals(data.signals);
  giveWay();
  try {
    fillTables(data, signals);
  } catch (error) {
    signals.setFailed();
    throw error;
  }
}

run(workerData as ApplyThreadData);
