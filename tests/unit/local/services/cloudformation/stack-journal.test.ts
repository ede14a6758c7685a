import { expect, test } from '@jest/globals';
import { createManualClock } from '../../../../../local/manual-clock.ts';
import { StackJournal } from '../../../../../local/services/cloudformation/stack-journal.ts';
import { type StackResource, Stacks } from '../../../../../local/services/cloudformation/stack-record.ts';
import { openStorage } from '../../../../../local/storage/open-storage.ts';
import type { Storage, Table } from '../../../../../local/storage.ts';
import { CALLER, NOW } from '../core-cloud.ts';

const resource = (logicalId: string): StackResource => ({
  logicalId,
  type: 'AWS::SQS::Queue',
  physicalId: logicalId.toLowerCase(),
  attributes: {},
  properties: { QueueName: logicalId },
  status: 'CREATE_COMPLETE',
  updatedAt: NOW,
  isRetained: false,
});

/** A stack with this many resources, each made and told in one step. */
function journalOf(storage: Storage, count: number): StackJournal {
  const stacks = new Stacks(storage, createManualClock(NOW));
  const journal = new StackJournal(stacks.create('shop', CALLER, 'CREATE_IN_PROGRESS'), stacks, createManualClock(NOW));
  for (let index = 0; index < count; index++) step(journal, `Queue${String(index).padStart(3, '0')}`);
  return journal;
}

function step(journal: StackJournal, logicalId: string): void {
  journal.put(resource(logicalId));
  journal.event(resource(logicalId));
}

/** Counts the characters that are read and written through it. */
function metered(storage: Storage): { storage: Storage; characters: () => number } {
  let characters = 0;
  const count = <T>(value: T): T => {
    characters += JSON.stringify(value)?.length ?? 0;
    return value;
  };
  function* counted<T>(entries: Iterable<[string, T]>): Iterable<[string, T]> {
    for (const entry of entries) yield count(entry);
  }
  const meter = <T>(table: Table<T>): Table<T> => ({
    get: (key) => count(table.get(key)),
    put: (key, value) => table.put(key, count(value)),
    delete: (key) => table.delete(key),
    entries: (prefix) => counted(table.entries(prefix)),
    range: (range) => counted(table.range(range)),
  });
  return { storage: { ...storage, table: (name) => meter(storage.table(name)) }, characters: () => characters };
}

test('a step in a stack of hundreds of resources reads and writes no more than one in a small stack', () => {
  const costOfStep = (count: number): number => {
    const { storage, characters } = metered(openStorage());
    const journal = journalOf(storage, count);
    const before = characters();
    step(journal, 'Last');
    return characters() - before;
  };
  expect(costOfStep(300)).toBeLessThan(1.1 * costOfStep(3));
});

test('resources are remembered in the order in which they were last put, and dropped ones are not', () => {
  const storage = openStorage();
  const journal = journalOf(storage, 3);
  journal.put(resource('Queue000'));
  journal.drop('Queue001');
  const again = new Stacks(storage, createManualClock(NOW));
  const names = () => again.find('shop', CALLER)?.resources.map(({ logicalId }) => logicalId);
  expect(names()).toEqual(['Queue002', 'Queue000']);
  new StackJournal(again.get('shop', CALLER), again, createManualClock(NOW)).put(resource('Alpha'));
  expect(names()).toEqual(['Queue002', 'Queue000', 'Alpha']);
});
