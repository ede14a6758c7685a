import type { ContenderId } from './contenders.ts';
import { type Measured, ratioOf } from './measure.ts';

export type Results = Readonly<Record<string, Readonly<Partial<Record<ContenderId, Measured>>>>>;

export interface Target {
  readonly title: string;
  readonly found: number;
  readonly wanted: string;
  readonly met: boolean;
}

/**
 * What the figures have to be, as ratios within one run.
 * @param bySize of Map states, by the number of their items
 */
export function judge(results: Results, bySize: ReadonlyMap<number, Measured>): Target[] {
  function faster(workload: string, id: ContenderId, than: ContenderId): number {
    const { [id]: one, [than]: other } = results[workload] ?? {};
    return one && other ? ratioOf(other, one) : Number.NaN;
  }
  const atLeast = (title: string, found: number, wanted: number): Target => ({
    title,
    found,
    wanted: `≥ ${wanted}`,
    met: found >= wanted,
  });
  const atMost = (title: string, found: number, wanted: number): Target => ({
    title,
    found,
    wanted: `≤ ${wanted}`,
    met: found <= wanted,
  });
  const perItem = [...bySize].map(([items, measured]) =>
    [...bySize].map(([others, other]) => (ratioOf(measured, other) * others) / items),
  );
  const spread = Math.max(...perItem.flat());

  return [
    ...(['express', 'memory'] as const).flatMap((id) => [
      atLeast(`(a) ${id} against aws-local-stepfunctions`, faster('a', id, 'peer'), 1.5),
      atLeast(`(b) ${id} against aws-local-stepfunctions`, faster('b', id, 'peer'), 8),
      atLeast(`(c) ${id} against aws-local-stepfunctions`, faster('c', id, 'peer'), 2.5),
      atMost(`(c) ${id}: times the floor`, faster('c', 'floor', id), 4),
    ]),
    ...['a', 'b', 'c'].map((name) =>
      atLeast(`(${name}) durable against in memory`, faster(name, 'durable', 'memory'), 0.5),
    ),
    atMost('(b) cost per item, from 100 to 10,000 items: largest to smallest', spread, 1.3),
  ];
}
