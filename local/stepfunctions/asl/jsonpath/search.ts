import type { Json } from '../json.ts';

/** Steps that a search may take: about a second. Several deep scans in one path can need years. */
const MOST_STEPS = 5_000_000;

/** A path finds too much, or searches for too long. */
export class SearchLimitError extends Error {
  override readonly name = 'SearchLimitError';

  constructor() {
    super('The path leads to too much');
  }
}

/** The evaluation of one path and of those in its filters, which share the steps it may take. */
export class Search {
  /** What `$` means in filters. */
  readonly document: Json;
  #steps = 0;

  constructor(document: Json) {
    this.document = document;
  }

  /**
   * Counts values that are visited, tested or compared.
   * @throws SearchLimitError
   */
  step(values = 1): void {
    this.#steps += values;
    if (this.#steps > MOST_STEPS) throw new SearchLimitError();
  }
}
