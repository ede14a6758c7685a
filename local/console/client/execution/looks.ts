import { mostAttempts } from '../graph/asl.ts';
import type { NodeLook } from '../graph/graph.tsx';
import { type GraphFlow, type GraphNode, nodesById } from '../graph/model.ts';
import type { Story, Visit, VisitStatus } from './visits.ts';

// How a graph looks for an execution.

export interface Looks {
  readonly looks: ReadonlyMap<string, NodeLook>;
  readonly taken: ReadonlySet<string>;
  /** The visits of each node, in order, those of other iterations left out. */
  readonly visits: ReadonlyMap<string, readonly Visit[]>;
}

/** Which iteration of a Map is looked at, by node id; absent: all of them. */
export type Chosen = ReadonlyMap<string, number>;

/** Of several visits that go on at the same time, the most pressing decides. */
const PRESSING: readonly VisitStatus[] = [
  'failed',
  'timed-out',
  'retrying',
  'running',
  'waiting',
  'caught',
  'aborted',
  'succeeded',
];

/** How far the Distributed Maps are, by the ARN of their run. */
export type Progress = ReadonlyMap<string, { readonly done: number; readonly total: number }>;

export function looksOf(flow: GraphFlow, story: Story, chosen: Chosen, progress: Progress = new Map()): Looks {
  const nodes = nodesById(flow);
  const ids = new Map<Visit, string>();
  const visits = new Map<string, Visit[]>();
  const taken = new Set<string>();
  for (const visit of story.visits) {
    const id = idOf(visit, ids, nodes);
    if (id === undefined || !isChosen(visit, ids, chosen)) continue;
    const list = visits.get(id);
    if (list) list.push(visit);
    else visits.set(id, [visit]);
    noteTransition(visit, id, ids, nodes, taken);
  }
  const looks = new Map([...visits].map(([id, all]) => [id, lookOf(nodes.get(id)!, all, progress)]));
  return { looks, taken, visits };
}

/** The node of a visit: by its name, within the node of the visit around it. */
function idOf(visit: Visit, ids: Map<Visit, string>, nodes: ReadonlyMap<string, GraphNode>): string | undefined {
  const { parent } = visit.scope;
  const around = parent && ids.get(parent);
  const candidates = parent
    ? (nodes.get(around ?? '')?.flows ?? []).map((_, index) => `${around}/${index}/${visit.state}`)
    : [visit.state];
  const id = candidates.find((candidate) => nodes.has(candidate));
  if (id !== undefined) ids.set(visit, id);
  return id;
}

function isChosen(visit: Visit, ids: ReadonlyMap<Visit, string>, chosen: Chosen): boolean {
  for (let { scope } = visit; scope.parent; { scope } = scope.parent) {
    const wanted = chosen.get(ids.get(scope.parent) ?? '');
    if (wanted !== undefined && scope.iteration !== undefined && scope.iteration !== wanted) return false;
  }
  return true;
}

function noteTransition(
  visit: Visit,
  id: string,
  ids: ReadonlyMap<Visit, string>,
  nodes: ReadonlyMap<string, GraphNode>,
  taken: Set<string>,
): void {
  const { before } = visit;
  if (!before) {
    if (!visit.scope.parent) taken.add(`\n${id}\nflow`);
    return;
  }
  const from = ids.get(before) ?? '';
  const wasCaught = before.status === 'caught' || before.attempts.at(-1)?.error !== undefined;
  const leads = nodes.get(from)?.state.Catch?.some(({ Next }) => Next === visit.state) ?? false;
  taken.add(`${from}\n${id}\n${wasCaught && leads ? 'catch' : 'flow'}`);
}

function lookOf({ state }: GraphNode, visits: readonly Visit[], progress: Progress): NodeLook {
  const last = visits.at(-1)!;
  const run = progress.get(last.mapRunArn ?? '');
  if (run) return { status: last.status, note: doneOf(run.done, run.total) };
  const isManifold = last.scope.iteration !== undefined && visits.length > 1;
  if (!isManifold) {
    const child = last.childArn === undefined ? {} : { childArn: last.childArn };
    return { status: last.status, ...withNote(noteOf(last, state)), ...child };
  }
  const status = PRESSING.find((each) => visits.some((visit) => visit.status === each)) ?? last.status;
  const done = visits.filter((visit) => visit.status === 'succeeded').length;
  return { status, note: doneOf(done, visits.length) };
}

const doneOf = (done: number, all: number): string =>
  `${done.toLocaleString('en')} of ${all.toLocaleString('en')} done`;

const withNote = (note: string | undefined): { note?: string } => (note === undefined ? {} : { note });

export function noteOf(visit: Visit, state: GraphNode['state']): string | undefined {
  const { attempts, status, iterations } = visit;
  if (status === 'retrying') {
    const most = mostAttempts(state, attempts.at(-1)?.error);
    return `attempt ${attempts.length + 1} of ${most} is next`;
  }
  if (iterations.length > 0) {
    const done = iterations.filter((iteration) => iteration.status === 'succeeded').length;
    return `${done} of ${iterations.length} done`;
  }
  if ((status === 'failed' || status === 'caught') && attempts.at(-1)?.error) return attempts.at(-1)!.error;
  if (attempts.length > 1) return `attempt ${attempts.length} of ${mostAttempts(state, attempts.at(-2)?.error)}`;
  return undefined;
}

/** The node to look at first: what goes on, or where it ended. */
export function focusOf({ visits }: Looks): string | undefined {
  const latest = [...visits].map(([id, all]) => [id, all.at(-1)!] as const);
  const open = latest.filter(([, visit]) => visit.leftAt === undefined || visit.status === 'failed');
  const candidates = open.length > 0 ? open : latest;
  return candidates.sort(([, a], [, b]) => b.id - a.id)[0]?.[0];
}
