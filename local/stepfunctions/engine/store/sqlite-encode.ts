import { createHash } from 'node:crypto';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Revision } from '../ports.ts';
import { historyToText } from './history-text.ts';
import { HISTORY_SPAN } from './sqlite-schema.ts';
import type { Write } from './sqlite-writes.ts';
import {
  type ExecutionChange,
  parseTimerId,
  type StoredExecution,
  type StoredMapRun,
  type StoredSnapshot,
  type StoredStatus,
} from './store.ts';

/** Turns changes into statements with values: all that is left to do is to run them, here or in another thread. */
export function createEncoder(db: DatabaseSync) {
  const machines = createKeys(db, 'SELECT id, arn AS text FROM machines');
  const revisions = createKeys(db, 'SELECT id, hash AS text FROM revisions');
  const hashes = new WeakMap<Revision, string>();

  function revisionId(revision: Revision, writes: Write[]): number {
    let hash = hashes.get(revision);
    if (hash === undefined) {
      hash = createHash('sha256').update(JSON.stringify(revision)).digest('base64');
      hashes.set(revision, hash);
    }
    const known = revisions.find(hash);
    if (known !== undefined) return known;
    const id = revisions.add(hash);
    const { versionArn, aliasArn } = revision;
    writes.push(['insertRevision', id, hash, versionArn ?? null, aliasArn ?? null, JSON.stringify(revision)]);
    return id;
  }

  function machineId(arn: string, writes: Write[]): number {
    const known = machines.find(arn);
    if (known !== undefined) return known;
    const id = machines.add(arn);
    writes.push(['insertMachine', id, arn]);
    return id;
  }

  function encodeStart(seq: number, started: StoredExecution, status: StoredStatus, writes: Write[]): void {
    const machine = machineId(started.revision.stateMachineArn, writes);
    const revision = revisionId(started.revision, writes);
    const {
      id,
      executionArn,
      name,
      startedAt,
      mapRunArn = null,
      traceHeader = null,
      startedBy = null,
      input,
    } = started;
    writes.push([
      'insertExecution',
      seq,
      id,
      executionArn,
      name,
      machine,
      revision,
      startedAt,
      mapRunArn,
      traceHeader,
      startedBy,
      input,
      ...statusValues(status),
    ]);
  }

  return {
    findMachine: machines.find,

    encode(seq: number, change: ExecutionChange, writes: Write[]): void {
      const { id, started, status } = change;
      if (started) encodeStart(seq, started, status ?? started, writes);
      else if (status) writes.push(['updateExecution', seq, ...statusValues(status), id]);
      encodeState(seq, change, writes);
      for (const [key, token] of change.tokens) {
        if (token) writes.push(['putToken', seq, id, key, token.taskToken, token.activityArn ?? null]);
        else writes.push(['deleteToken', id, key]);
      }
      for (const [text, stored] of change.timers) {
        const { key, timer } = parseTimerId(text);
        if (stored === null) writes.push(['deleteTimer', id, key, timer]);
        else if (typeof stored === 'number') writes.push(['deleteTimerDueAt', id, key, timer, stored]);
        else writes.push(['putTimer', seq, id, key, timer, stored.at]);
      }
    },

    encodeMapRun(seq: number, mapRun: StoredMapRun, writes: Write[]): void {
      const { mapRunArn, executionId, status } = mapRun;
      writes.push(['putMapRun', seq, mapRunArn, executionId, status === 'RUNNING' ? 1 : 0, JSON.stringify(mapRun)]);
    },
  };
}

/** Events that wait in the snapshot's row: few enough to be written again with each step. */
const TAIL = 16;

/** The snapshot and the history, which share a row as long as the execution is young. */
function encodeState(seq: number, { id, started, snapshot, history }: ExecutionChange, writes: Write[]): void {
  const events = historyToText(history);
  const first = history[0]?.id ?? 0;
  const next = first + history.length;
  const isMany = first > 0 && Math.floor(first / TAIL) !== Math.floor(next / TAIL);
  if (started) {
    // There is no tail yet.
    const isWhole = !snapshot || isMany;
    if (isWhole && first > 0) writes.push(['insertHistory', seq, id * HISTORY_SPAN + first, events]);
    const tail = isWhole ? '' : events;
    if (snapshot)
      writes.push([
        'putSnapshot',
        seq,
        id,
        dueOf(snapshot),
        isWhole ? next : first,
        tail,
        JSON.stringify(snapshot.state),
      ]);
  } else if (snapshot === null) {
    writes.push(['moveTail', seq, events, id], ['deleteSnapshot', id]);
  } else if (snapshot && isMany) {
    writes.push(['moveTail', seq, events, id]);
    writes.push(['putSnapshotWithoutTail', seq, dueOf(snapshot), next, JSON.stringify(snapshot.state), id]);
  } else if (snapshot) {
    writes.push(['putSnapshot', seq, id, dueOf(snapshot), first, events, JSON.stringify(snapshot.state)]);
  } else if (first > 0) {
    writes.push(['insertHistory', seq, id * HISTORY_SPAN + first, events]);
  }
}

const dueOf = ({ due }: StoredSnapshot): number => (due ? 1 : 0);

function statusValues(status: StoredStatus): SQLInputValue[] {
  const { stoppedAt = null, output = null, error = null, cause = null, redriveCount, redrivenAt = null } = status;
  return [status.status, stoppedAt, output, error, cause, redriveCount, redrivenAt];
}

/** Small numbers for long texts that many rows share. Known as soon as they are given: a failed commit ends it all anyway. */
function createKeys(db: DatabaseSync, select: string) {
  const ids = new Map(
    db
      .prepare(select)
      .all()
      .map(({ id, text }) => [text as string, id as number]),
  );
  let last = Math.max(0, ...ids.values());
  return {
    find: (text: string): number | undefined => ids.get(text),
    add(text: string): number {
      ids.set(text, ++last);
      return last;
    },
  };
}
