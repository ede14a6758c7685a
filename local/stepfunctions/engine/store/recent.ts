import type { AttemptKey } from '../../asl/protocol.ts';
import { type ExecutionChange, type StoredExecution, type StoredTimer, type StoredToken, timerId } from './store.ts';
import { createTimerIndex } from './timer-index.ts';

/** Characters of commits that are kept: whoever starts an execution will ask how it goes. */
const KEPT = 256 * 1024;

/** What is known of an execution that the tables do not have yet. What is undefined is as it is there. */
interface Entry {
  /** The last commit that is in here. */
  seq: number;
  execution: StoredExecution | undefined;
  snapshot: SnapshotText | null | undefined;
  tokens: Map<AttemptKey, StoredToken | null> | undefined;
  timers: Map<string, StoredTimer | null> | undefined;
}

export interface SnapshotText {
  readonly text: string;
  readonly due: boolean;
}

/** A commit as it went to the log. */
export interface LoggedCommit {
  readonly seq: number;
  readonly changes: readonly ExecutionChange[];
  /** By change. */
  readonly snapshots: readonly (SnapshotText | null | undefined)[];
  /** Characters in the log. */
  readonly length: number;
}

/** The newest commits, which the tables may not have yet: what is found here goes before what the tables say. */
export class Recent {
  readonly #timerInTables: (id: number, timerId: string) => number | undefined;
  readonly #entries = new Map<number, Entry>();
  readonly #ids = new Map<string, number>();
  readonly #tokens = new Map<string, { readonly executionId: number; readonly key: AttemptKey }>();
  readonly #timers = createTimerIndex();
  /** Commits in order, with the executions that they changed. */
  readonly #commits: { readonly seq: number; readonly ids: readonly number[]; readonly length: number }[] = [];
  #length = 0;

  /** @param timerInTables when a timer is due as the tables have it */
  constructor(timerInTables: (id: number, timerId: string) => number | undefined) {
    this.#timerInTables = timerInTables;
  }

  /** Characters of all commits. */
  get length(): number {
    return this.#length;
  }

  /** The commit in the middle. */
  get middle(): number {
    return this.#commits[this.#commits.length >> 1]?.seq ?? 0;
  }

  add({ seq, changes, snapshots, length }: LoggedCommit): void {
    const ids: number[] = [];
    for (let index = 0; index < changes.length; index++) {
      const change = changes[index] as ExecutionChange;
      ids.push(change.id);
      this.#addChange(seq, change, snapshots[index]);
    }
    this.#commits.push({ seq, ids, length });
    this.#length += length;
  }

  #addChange(seq: number, change: ExecutionChange, snapshot: SnapshotText | null | undefined): void {
    const { id, started, status, tokens, timers } = change;
    let entry = this.#entries.get(id);
    if (!entry) {
      entry = { seq, execution: undefined, snapshot: undefined, tokens: undefined, timers: undefined };
      this.#entries.set(id, entry);
    }
    entry.seq = seq;
    const execution = status ?? started;
    if (execution) {
      if (!entry.execution) this.#ids.set(execution.executionArn, id);
      entry.execution = execution;
    }
    if (snapshot !== undefined) entry.snapshot = snapshot;
    for (const [key, token] of tokens ?? []) this.#setToken(entry, id, key, token);
    for (const [name, timer] of timers ?? []) this.#setTimer(entry, id, name, timer);
  }

  #setToken(entry: Entry, executionId: number, key: AttemptKey, token: StoredToken | null): void {
    entry.tokens ??= new Map();
    const before = entry.tokens.get(key);
    if (before) this.#tokens.delete(before.taskToken);
    entry.tokens.set(key, token);
    if (token) this.#tokens.set(token.taskToken, { executionId, key });
  }

  #setTimer(entry: Entry, id: number, name: string, timer: StoredTimer | number | null): void {
    entry.timers ??= new Map();
    const before = entry.timers.get(name);
    if (typeof timer === 'number') {
      const at = before === undefined ? this.#timerInTables(id, name) : before?.at;
      if (at !== timer) return;
    }
    if (before) this.#timers.remove(before);
    const after = typeof timer === 'number' ? null : timer;
    entry.timers.set(name, after);
    if (after) this.#timers.add(after);
  }

  /** The tables have everything up to this commit: only the newest are kept at hand. */
  forget(seq: number): void {
    if (this.#length < KEPT) return;
    let count = 0;
    for (const commit of this.#commits) {
      if (commit.seq > seq || this.#length < KEPT) break;
      count++;
      this.#length -= commit.length;
      for (const id of commit.ids) this.#forgetEntry(id, seq);
    }
    this.#commits.splice(0, count);
  }

  #forgetEntry(id: number, seq: number): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.seq > seq) return;
    this.#entries.delete(id);
    if (entry.execution) this.#ids.delete(entry.execution.executionArn);
    for (const token of entry.tokens?.values() ?? []) if (token) this.#tokens.delete(token.taskToken);
    for (const timer of entry.timers?.values() ?? []) if (timer) this.#timers.remove(timer);
  }

  has(id: number): boolean {
    return this.#entries.has(id);
  }

  executionByArn(arn: string): StoredExecution | undefined {
    const id = this.#ids.get(arn);
    return id === undefined ? undefined : this.#entries.get(id)?.execution;
  }

  execution(id: number): StoredExecution | undefined {
    return this.#entries.get(id)?.execution;
  }

  /** @returns null: there is none any more; undefined: as in the tables */
  snapshot(id: number): SnapshotText | null | undefined {
    return this.#entries.get(id)?.snapshot;
  }

  tokenOwner(token: string): { readonly executionId: number; readonly key: AttemptKey } | undefined {
    return this.#tokens.get(token);
  }

  /** Whether what the tables say about the token of this attempt is out of date. */
  overridesToken({ executionId, key }: { readonly executionId: number; readonly key: AttemptKey }): boolean {
    return this.#entries.get(executionId)?.tokens?.has(key) ?? false;
  }

  overridesTimer({ executionId, key, timer }: StoredTimer): boolean {
    return this.#entries.get(executionId)?.timers?.has(timerId(key, timer)) ?? false;
  }

  nextTimer(): number | undefined {
    return this.#timers.next();
  }

  dueTimers(now: number, limit: number): readonly StoredTimer[] {
    return this.#timers.due(now, limit);
  }
}
