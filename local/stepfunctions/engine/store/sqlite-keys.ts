import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Revision } from '../ports.ts';

/** Small numbers for state machines' ARNs, and for revisions, which many executions share. */
export interface SharedKeys {
  findMachine(arn: string): number | undefined;
  machine(arn: string): number;
  /** The text of a machine's number. */
  machineOf(id: number): string;
  revision(revision: Revision): number;
}

/** What is new is inserted at once: to be called within a transaction. If that fails, the store is not used any more. */
export function createSharedKeys(db: DatabaseSync): SharedKeys {
  const machines = readKeys(db, 'SELECT id, arn AS text FROM machines');
  const revisions = readKeys(db, 'SELECT id, hash AS text FROM revisions');
  const insertMachine = db.prepare('INSERT INTO machines (id, arn) VALUES (?, ?)');
  const insertRevision = db.prepare(
    'INSERT INTO revisions (id, hash, version_arn, alias_arn, revision) VALUES (?, ?, ?, ?, ?)',
  );
  const hashes = new WeakMap<Revision, string>();

  function hashOf(revision: Revision): string {
    let hash = hashes.get(revision);
    if (hash === undefined) {
      hash = createHash('sha256').update(JSON.stringify(revision)).digest('base64');
      hashes.set(revision, hash);
    }
    return hash;
  }

  return {
    findMachine: (arn) => machines.get(arn),
    machineOf: (id) => machines.textOf(id),
    machine: (arn) => machines.get(arn) ?? machines.add(arn, (id) => insertMachine.run(id, arn)),
    revision(revision) {
      const hash = hashOf(revision);
      const { versionArn = null, aliasArn = null } = revision;
      const insert = (id: number) => insertRevision.run(id, hash, versionArn, aliasArn, JSON.stringify(revision));
      return revisions.get(hash) ?? revisions.add(hash, insert);
    },
  };
}

function readKeys(db: DatabaseSync, select: string) {
  const rows = db.prepare(select).all();
  const ids = new Map(rows.map(({ id, text }) => [text as string, id as number]));
  const texts = new Map(rows.map(({ id, text }) => [id as number, text as string]));
  let last = Math.max(0, ...ids.values());
  return {
    textOf: (id: number): string => texts.get(id) ?? '',
    get: (text: string): number | undefined => ids.get(text),
    add(text: string, insert: (id: number) => unknown): number {
      insert(++last);
      ids.set(text, last);
      texts.set(last, text);
      return last;
    },
  };
}
