import { createAcknowledged, versionOf } from './acknowledged.ts';
import { startApplier } from './applier.ts';
import { CommitLog, type LogDisk } from './commit-log.ts';
import { commitToText } from './commit-text.ts';
import { Recent } from './recent.ts';
import type { SharedKeys } from './sqlite-keys.ts';
import type { TableReader } from './sqlite-tables.ts';
import { type ExecutionChange, type StoredMapRun, StoreError } from './store.ts';

/** Characters of commits that the tables may lag behind; then the engine waits for them. */
const LAG = 8 * 2 ** 20;

/** Of how many executions it is remembered that they are there. */
const REMEMBERED = 20_000;

export interface PipelineOptions {
  readonly file: string;
  /** The last commit, which is in the tables. */
  readonly seq: number;
  readonly keys: SharedKeys;
  readonly tables: TableReader;
  readonly disk: LogDisk;
  /** Bytes from which on the log goes on in another segment. */
  readonly segment: number;
}

/** The way of a commit: to the log; once that is on the disk, to those who wait for it, and to the tables. */
export class CommitPipeline {
  /** What the tables may not have yet, and what they have not had for long. */
  readonly recent: Recent;
  readonly #options: PipelineOptions;
  readonly #acknowledged;
  readonly #applier;
  readonly #log: CommitLog;
  #seq: number;
  #failure: StoreError | undefined;
  readonly #known = new Set<number>();

  constructor(options: PipelineOptions) {
    const { file, seq, tables, disk, segment } = options;
    this.#options = options;
    this.#seq = seq;
    this.recent = new Recent(tables.timer);
    this.#acknowledged = createAcknowledged(`${file}-acknowledged`);
    this.#acknowledged.write({ seq, closed: null });
    this.#applier = startApplier(file, seq, (error) => void this.#fail(error));
    this.#log = new CommitLog(file, disk, segment);
  }

  #fail(error: Error): StoreError {
    const { file } = this.#options;
    this.#failure ??= new StoreError(`Could not write to ${file}: ${error.message}`, { cause: error });
    return this.#failure;
  }

  /** As `commit` of a store. */
  commit(changes: readonly ExecutionChange[], mapRuns: readonly StoredMapRun[]): void {
    // What came after a commit that failed would have a gap.
    if (this.#failure) throw this.#failure;
    const seq = this.#seq + 1;
    try {
      for (const change of changes) this.#check(change);
      const { text, snapshots } = commitToText(changes, mapRuns, this.#options.keys);
      this.#log.append(seq, text);
      this.#acknowledged.write({ seq, closed: null });
      this.recent.add({ seq, changes, snapshots, length: text.length });
    } catch (error) {
      throw this.#fail(error as Error);
    }
    this.#seq = seq;
    this.#applier.synced(seq);
    this.recent.forget(this.#applier.applied);
    if (this.recent.length > LAG && !this.#applier.waitFor(this.recent.middle)) {
      this.#fail(new Error('its tables are not filled any more'));
    }
  }

  /** What the tables could not take must not get into the log: it could never be opened again. */
  #check({ id, started, isNameDrawn = false }: ExecutionChange): void {
    if (!started) {
      if (this.recent.has(id) || this.#known.has(id)) return;
      if (!this.#options.tables.executionById(id)) throw new StoreError(`There is no execution ${id}`);
      if (this.#known.size >= REMEMBERED) this.#known.clear();
      this.#known.add(id);
    } else if (!isNameDrawn) {
      const { executionArn } = started;
      if (this.recent.executionByArn(executionArn) || this.#options.tables.has(executionArn)) {
        throw new StoreError(`There already is an execution ${executionArn}`);
      }
    }
  }

  /** The last commit. */
  get seq(): number {
    return this.#seq;
  }

  /** Blocks until the tables have all that was committed. @returns false if they never will */
  settle(): boolean {
    return this.#applier.waitFor(this.#seq);
  }

  async close(): Promise<void> {
    this.#log.close();
    await this.#applier.close();
    if (!this.#failure) this.#acknowledged.write({ seq: this.#seq, closed: versionOf(this.#options.file) });
    this.#acknowledged.close();
  }
}
