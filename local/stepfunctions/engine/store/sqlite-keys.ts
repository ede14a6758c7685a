import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Revision } from '../ports.ts';
import { StoreCorruptError, StoreError } from './store.ts';

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

export interface ExecutionKeys {
  readonly prefix: number;
  /** What the ARN has after the prefix. */
  readonly name: string;
  readonly machine: number;
  readonly revision: number;
}

/** Small numbers for state machines' ARNs, and for revisions, which many executions share. */
export interface SharedKeys {
  findMachine(arn: string): number | undefined;
  /** The text of a machine's number. @throws StoreCorruptError */
  machineOf(id: number): string;
  /** Numbers for what an execution shares with others. @throws StoreError: this is not the ARN of an execution */
  ofExecution(executionArn: string, revision: Revision): ExecutionKeys;
  /** What was given a number since this was last asked, if anything. If it cannot be written, the store is not used any more. */
  takeNew(): NewKeys | undefined;
}

/** What the ARN of an execution shares with many, and the rest of it: the name, after the seventh colon. */
export function partsOfArn(arn: string): { prefix: string; name: string } {
  let colon = -1;
  for (let count = 0; count < 7; count++) {
    colon = arn.indexOf(':', colon + 1);
    if (colon < 0) return { prefix: '', name: arn };
  }
  return { prefix: arn.slice(0, colon), name: arn.slice(colon + 1) };
}

export function createSharedKeys(db: DatabaseSync): SharedKeys {
  const machines = readKeys(db, 'SELECT id, arn AS text FROM machines');
  const revisions = readKeys(db, 'SELECT id, hash AS text FROM revisions');
  /** What executions of a revision have had last: the start of their ARNs, and its keys. */
  const last = new WeakMap<Revision, Omit<ExecutionKeys, 'name'> & { readonly start: string }>();
  let news: { machines: NewKeys['machines'][number][]; revisions: NewKeys['revisions'][number][] } | undefined;

  const machine = (arn: string): number => machines.get(arn) ?? addMachine(arn);

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

  function revisionKey(revision: Revision): number {
    const hash = createHash('sha256').update(JSON.stringify(revision)).digest('base64');
    return revisions.get(hash) ?? addRevision(hash, revision);
  }

  return {
    findMachine: (arn) => machines.get(arn),
    machineOf(id) {
      const arn = machines.textOf(id);
      if (arn === undefined) throw new StoreCorruptError(`There is no state machine with the number ${id}`);
      return arn;
    },
    ofExecution(executionArn, revision) {
      let keys = last.get(revision);
      if (!keys || !executionArn.startsWith(keys.start)) {
        const { prefix } = partsOfArn(executionArn);
        if (prefix === '') throw new StoreError(`${executionArn} is not the ARN of an execution`);
        keys = {
          start: `${prefix}:`,
          prefix: machine(prefix),
          machine: machine(revision.stateMachineArn),
          revision: keys?.revision ?? revisionKey(revision),
        };
        last.set(revision, keys);
      }
      return { ...keys, name: executionArn.slice(keys.start.length) };
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
