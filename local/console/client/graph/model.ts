import { type AslFlow, type AslState, flowsOf, processorOf } from './asl.ts';
import { caption } from './caption.ts';
import { ruleLabel } from './rule-label.ts';

export type EdgeKind = 'next' | 'choice' | 'default' | 'catch';

export interface GraphNode {
  /** The names of the states around it and its own, with the branch between: unique in the machine. */
  readonly id: string;
  readonly name: string;
  /** Where it is in the definition, as a JSON pointer: `/States/Fulfil/Branches/0/States/Pick`. */
  readonly pointer: string;
  readonly type: string;
  /** What it does, in a few words: `lambda reserve-stock`. */
  readonly caption: string;
  readonly comment?: string;
  readonly state: AslState;
  /** Of a Parallel or Map. */
  readonly flows: readonly GraphFlow[];
  readonly isDistributed: boolean;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** The rules or errors, all of those that lead from one state to the same other. */
  readonly labels: readonly string[];
}

export interface GraphFlow {
  readonly start: string | undefined;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** What is drawn of a definition. Transitions to states that do not exist are left out. */
export function graphOf(flow: AslFlow, prefix = '', pointer = ''): GraphFlow {
  const states = Object.entries(flow.States ?? {}).filter(([, state]) => typeof state === 'object' && state !== null);
  const idOf = (name: string): string => `${prefix}${name}`;
  const known = new Set(states.map(([name]) => name));
  const edges = new Map<string, GraphEdge & { labels: string[] }>();
  const connect = (from: string, to: string | undefined, kind: EdgeKind, label?: string): void => {
    if (to === undefined || !known.has(to)) return;
    const key = `${from}\n${to}\n${kind === 'catch'}`;
    const edge = edges.get(key) ?? { from: idOf(from), to: idOf(to), kind, labels: [] };
    if (label !== undefined && !edge.labels.includes(label)) edge.labels.push(label);
    edges.set(key, edge);
  };
  for (const [name, state] of states) {
    connect(name, state.Next, 'next');
    for (const choice of state.Choices ?? []) connect(name, choice.Next, 'choice', ruleLabel(choice));
    if (state.Type === 'Choice') connect(name, state.Default, 'default', 'otherwise');
    for (const { Next, ErrorEquals = [] } of state.Catch ?? []) connect(name, Next, 'catch', errorsLabel(ErrorEquals));
  }
  return {
    start: flow.StartAt !== undefined && known.has(flow.StartAt) ? idOf(flow.StartAt) : undefined,
    nodes: states.map(([name, state]) => nodeOf(name, idOf(name), `${pointer}/States/${escaped(name)}`, state)),
    edges: [...edges.values()],
  };
}

const errorsLabel = (errors: readonly string[]): string =>
  errors.map((error) => (error === 'States.ALL' ? 'any error' : error)).join(', ');

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

function nodeOf(name: string, id: string, pointer: string, state: AslState): GraphNode {
  const processor = state.ItemProcessor ? 'ItemProcessor' : 'Iterator';
  return {
    id,
    name,
    pointer,
    type: state.Type ?? '?',
    caption: caption(state),
    ...(state.Comment !== undefined && { comment: state.Comment }),
    state,
    flows: flowsOf(state).map((flow, index) =>
      graphOf(flow, `${id}/${index}/`, `${pointer}/${state.Branches ? `Branches/${index}` : processor}`),
    ),
    isDistributed: processorOf(state)?.ProcessorConfig?.Mode === 'DISTRIBUTED',
  };
}

/** All nodes, those in containers too, by id. */
export function nodesById(flow: GraphFlow, into = new Map<string, GraphNode>()): Map<string, GraphNode> {
  for (const node of flow.nodes) {
    into.set(node.id, node);
    for (const inner of node.flows) nodesById(inner, into);
  }
  return into;
}

/**
 * Without the transitions that only errors take, and without what can be reached by them only; those of `taken` stay.
 * @param taken `from\nto\ncatch`
 */
export function withoutErrorPaths(flow: GraphFlow, taken: ReadonlySet<string>): GraphFlow {
  const edges = flow.edges.filter(({ from, to, kind }) => kind !== 'catch' || taken.has(`${from}\n${to}\ncatch`));
  const reached = new Set(flow.start === undefined ? flow.nodes.map(({ id }) => id) : [flow.start]);
  for (const id of reached) for (const { from, to } of edges) if (from === id) reached.add(to);
  return {
    start: flow.start,
    nodes: flow.nodes
      .filter(({ id }) => reached.has(id))
      .map((node) => ({ ...node, flows: node.flows.map((inner) => withoutErrorPaths(inner, taken)) })),
    edges: edges.filter(({ from }) => reached.has(from)),
  };
}

/** Whether anything would be left out. */
export const hasErrorPaths = (flow: GraphFlow): boolean =>
  flow.edges.some(({ kind }) => kind === 'catch') || flow.nodes.some(({ flows }) => flows.some(hasErrorPaths));
