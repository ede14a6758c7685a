import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Revision } from '../ports.ts';
import { StoreCorruptError } from './store.ts';

/** Numbers that rows are to be written for. */
export interface NewKeys {
  readonly machines: readonly (readonly [id: number, arn: string])[];
  readonly revisions: readonly (readonly [
    id: number,
    hash: string,
    versionArn: string | null,
    aliasArn: string | null,
    revision: string,
  ])[];
}

/** Small numbers for state machines' ARNs, and for revisions, which many executions share. */
export interface SharedKeys {
  findMachine(arn: string): number | undefined;
  machine(arn: string): number;
  /** The text of a machine's number. @throws StoreCorruptError */
  machineOf(id: number): string;
  revision(revision: Revision): number;
  /** What was given a number since this was last asked, if anything. If it cannot be written, the store is not used any more. */
  takeNew(): NewKeys | undefined;
}

export function createSharedKeys(db: DatabaseSync): SharedKeys {
  const machines = readKeys(db, 'SELECT id, arn AS text FROM machines');
  const revisions = readKeys(db, 'SELECT id, hash AS text FROM revisions');
  const hashes = new WeakMap<Revision, string>();
  let news: { machines: NewKeys['machines'][number][]; revisions: NewKeys['revisions'][number][] } | undefined;

  function hashOf(revision: Revision): string {
    let hash = hashes.get(revision);
    if (hash === undefined) {
      hash = createHash('sha256').update(JSON.stringify(revision)).digest('base64');
      hashes.set(revision, hash);
    }
    return hash;
  }

  function addMachine(arn: string): number {
    const id = machines.add(arn);
    news ??= { machines: [], revisions: [] };
    news.machines.push([id, arn]);
    return id;
  }

  function addRevision(hash: string, revision: Revision): number {
    const id = revisions.add(hash);
    const { versionArn = null, aliasArn = null } = revision;
    news ??= { machines: [], revisions: [] };
    news.revisions.push([id, hash, versionArn, aliasArn, JSON.stringify(revision)]);
    return id;
  }

  return {
    findMachine: (arn) => machines.get(arn),
    machineOf(id) {
      const arn = machines.textOf(id);
      if (arn === undefined) throw new StoreCorruptError(`There is no state machine with the number ${id}`);
      return arn;
    },
    machine: (arn) => machines.get(arn) ?? addMachine(arn),
    revision(revision) {
      const hash = hashOf(revision);
      return revisions.get(hash) ?? addRevision(hash, revision);
    },
    takeNew() {
      const taken = news;
      news = undefined;
      return taken;
    },
  };
}

function readKeys(db: DatabaseSync, select: string) {
  const rows = db.prepare(select).all();
  const ids = new Map(rows.map(({ id, text }) => [text as string, id as number]));
  const texts = new Map(rows.map(({ id, text }) => [id as number, text as string]));
  let last = Math.max(0, ...ids.values());
  return {
    textOf: (id: number): string | undefined => texts.get(id),
    get: (text: string): number | undefined => ids.get(text),
    add(text: string): number {
      ids.set(text, ++last);
      texts.set(last, text);
      return last;
    },
  };
}
