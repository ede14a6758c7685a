import { layout as dagre, Graph } from '@dagrejs/dagre';
import type { EdgeKind, GraphFlow, GraphNode } from './model.ts';

// Each flow is laid out by itself, its containers first: they are then nodes of a known size. All numbers are pixels.

export interface Box {
  readonly node: GraphNode;
  /** Of the upper left corner, within the whole drawing. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Line {
  /** `null`: the mark where the machine starts. */
  readonly from: string | null;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly points: readonly Point[];
  /** Shortened to fit; the whole is in `title`. */
  readonly label?: { readonly text: string; readonly title: string; readonly x: number; readonly y: number };
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** Containers before what is in them. */
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  /** The frames of branches. */
  readonly lanes: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
  /** Where it starts. */
  readonly marks: readonly Point[];
}

const NODE = { width: 224, height: 50 };
const TITLE = 44;
const PADDING = 14;
const MARK = 14;
const LABEL_HEIGHT = 18;
const CHARACTER = 6.1;
const LONGEST_LABEL = 30;
const START = '\0start';

interface Sized {
  readonly width: number;
  readonly height: number;
  readonly boxes: Box[];
  readonly lines: Line[];
  readonly lanes: Drawing['lanes'][number][];
  readonly marks: Drawing['marks'][number][];
}

export function layOut(flow: GraphFlow): Drawing {
  return sizeFlow(flow, true);
}

function sizeFlow(flow: GraphFlow, withMarks: boolean): Sized {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 28, edgesep: 14, ranksep: 34, marginx: 6, marginy: 6 });
  graph.setDefaultEdgeLabel(() => ({}));
  const containers = new Map<string, Sized>();
  for (const node of flow.nodes) {
    const size = node.flows.length > 0 ? sizeContainer(node) : undefined;
    if (size) containers.set(node.id, size);
    graph.setNode(node.id, { width: size?.width ?? NODE.width, height: size?.height ?? NODE.height });
  }
  for (const { from, to, kind, labels } of flow.edges) {
    const text = shorten(labels.join(', '));
    const weight = kind === 'catch' ? 1 : 4;
    const size = text === '' ? {} : { width: text.length * CHARACTER + 10, height: LABEL_HEIGHT, labelpos: 'c' };
    graph.setEdge({ v: from, w: to, name: kind === 'catch' ? 'catch' : 'flow' }, { ...size, weight, minlen: 1 });
  }
  if (withMarks) setMark(graph, flow);
  dagre(graph);
  return collect(flow, graph, containers, withMarks);
}

type Laid = Graph;

function setMark(graph: Laid, { start }: GraphFlow): void {
  if (start === undefined) return;
  graph.setNode(START, { width: MARK, height: MARK });
  graph.setEdge({ v: START, w: start, name: 'flow' }, { weight: 8 });
}

function sizeContainer(node: GraphNode): Sized {
  const flows = node.flows.map((flow) => sizeFlow(flow, false));
  const height = Math.max(...flows.map((flow) => flow.height), NODE.height);
  const all: Sized = { width: 0, height: height + TITLE + PADDING, boxes: [], lines: [], lanes: [], marks: [] };
  let x = PADDING;
  for (const flow of flows) {
    move(flow, x, TITLE, all);
    if (flows.length > 1) all.lanes.push({ x, y: TITLE, width: flow.width, height });
    x += flow.width + PADDING;
  }
  return { ...all, width: Math.max(x, NODE.width) };
}

/** Puts a laid-out part into the whole. */
function move(part: Sized, dx: number, dy: number, into: Sized): void {
  const by = <P extends Point>(point: P): P => ({ ...point, x: point.x + dx, y: point.y + dy });
  into.boxes.push(...part.boxes.map(by));
  into.lanes.push(...part.lanes.map(by));
  into.lines.push(
    ...part.lines.map((line) => ({
      ...line,
      points: line.points.map(by),
      ...(line.label && { label: by(line.label) }),
    })),
  );
}

function collect(flow: GraphFlow, graph: Laid, containers: ReadonlyMap<string, Sized>, withMarks: boolean): Sized {
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const all: Sized = { width, height, boxes: [], lines: [], lanes: [], marks: [] };
  for (const node of flow.nodes) {
    const at = graph.node(node.id) as Point & { width: number; height: number };
    const box = { node, x: at.x - at.width / 2, y: at.y - at.height / 2, width: at.width, height: at.height };
    all.boxes.push(box);
    const inner = containers.get(node.id);
    if (inner) move(inner, box.x, box.y, all);
  }
  for (const { from, to, kind, labels } of flow.edges) {
    const name = kind === 'catch' ? 'catch' : 'flow';
    const edge = graph.edge({ v: from, w: to, name }) as { points: Point[]; x?: number; y?: number };
    const title = labels.join(', ');
    const label =
      title === '' || edge.x === undefined ? undefined : { text: shorten(title), title, x: edge.x, y: edge.y! };
    all.lines.push({ from, to, kind, points: edge.points, ...(label && { label }) });
  }
  if (withMarks && flow.start !== undefined) addMark(flow, graph, all);
  return all;
}

function addMark({ start }: GraphFlow, graph: Laid, all: Sized): void {
  const { x, y } = graph.node(START) as Point;
  all.marks.push({ x, y });
  const { points } = graph.edge({ v: START, w: start!, name: 'flow' }) as { points: Point[] };
  all.lines.push({ from: null, to: start!, kind: 'next', points });
}

const shorten = (text: string): string =>
  text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1).trimEnd()}…` : text;
