import type { Table } from '../../storage.ts';

export interface TimeToLive {
  readonly attribute: string;
  readonly enabled: boolean;
}

/** How long items live: by table. */
export interface TimeToLiveSettings {
  all(): ReadonlyMap<string, TimeToLive>;
  put(table: string, setting: TimeToLive): void;
  delete(table: string): void;
}

/**
 * Every request asks for them, so they are read once. A change is not remembered but makes the next request read them again:
 * its transaction may yet fail.
 */
export function timeToLiveSettings(stored: Table<TimeToLive>): TimeToLiveSettings {
  let known: ReadonlyMap<string, TimeToLive> | undefined;
  return {
    all() {
      known ??= new Map(stored.entries());
      return known;
    },
    put(table, setting) {
      stored.put(table, setting);
      known = undefined;
    },
    delete(table) {
      stored.delete(table);
      known = undefined;
    },
  };
}
