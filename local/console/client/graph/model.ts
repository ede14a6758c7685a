import { type AslFlow, type AslState, flowsOf, processorOf } from './asl.ts';
import { caption } from './caption.ts';
import { ruleLabel } from './rule-label.ts';

export type EdgeKind = 'next' | 'choice' | 'default' | 'catch';

export interface GraphNode {
  /** The names of the states around it and its own, with the branch between: unique in the machine. */
  readonly id: string;
  readonly name: string;
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
  /** Ids of nodes that end the flow. */
  readonly ends: readonly string[];
}

/** What is drawn of a definition. Transitions to states that do not exist are left out. */
export function graphOf(flow: AslFlow, prefix = ''): GraphFlow {
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
    nodes: states.map(([name, state]) => nodeOf(name, idOf(name), state)),
    edges: [...edges.values()],
    ends: states
      .filter(([, { End, Type }]) => End === true || Type === 'Succeed' || Type === 'Fail')
      .map(([name]) => idOf(name)),
  };
}

const errorsLabel = (errors: readonly string[]): string =>
  errors.map((error) => (error === 'States.ALL' ? 'any error' : error)).join(', ');

function nodeOf(name: string, id: string, state: AslState): GraphNode {
  return {
    id,
    name,
    type: state.Type ?? '?',
    caption: caption(state),
    ...(state.Comment !== undefined && { comment: state.Comment }),
    state,
    flows: flowsOf(state).map((flow, index) => graphOf(flow, `${id}/${index}/`)),
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
