import { layout as dagre, Graph } from '@dagrejs/dagre';
import type { EdgeKind, GraphFlow, GraphNode } from './model.ts';
import { clipTo, LABEL_FONT, NAME_FONT, textWidth, UNDER_FONT } from './text-width.ts';

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

interface Label {
  /** One or two, shortened to fit; the whole is in `title`. */
  readonly lines: readonly string[];
  readonly title: string;
  readonly width: number;
  readonly height: number;
}

/** Of its middle. */
type PlacedLabel = Label & Point;

export interface Line {
  /** `null`: the mark where the machine starts. */
  readonly from: string | null;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly points: readonly Point[];
  readonly label?: PlacedLabel;
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

const HEIGHT = 50;
const WIDEST = 236;
/** Of a node beside its texts: the signs at their left and right. */
const AROUND_TEXTS = 70;
/** Room for what an execution has to say of it: which attempt, how many are done, which error. */
const LEAST_WORKING = 184;
const LEAST = 112;
const WORKING = new Set(['Task', 'Map', 'Parallel']);
const TITLE = 44;
const PADDING = 14;
const MARK = 14;
const LABEL = { line: 14, padding: 5, widest: 150 };
const START = '\0start';

interface Sized {
  readonly width: number;
  readonly height: number;
  readonly boxes: Box[];
  readonly lines: Line[];
  readonly lanes: Drawing['lanes'][number][];
  readonly marks: Drawing['marks'][number][];
}

/** @param stack its name begins the names of most resources, and says nothing then */
export function layOut(flow: GraphFlow, stack: string): Drawing {
  return sizeFlow(flow, stack, true);
}

function sizeFlow(flow: GraphFlow, stack: string, withMarks: boolean): Sized {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 22, edgesep: 12, ranksep: 32, marginx: 6, marginy: 6 });
  graph.setDefaultEdgeLabel(() => ({}));
  const containers = new Map<string, Sized>();
  for (const node of flow.nodes) {
    const size = node.flows.length > 0 ? sizeContainer(node, stack) : undefined;
    if (size) containers.set(node.id, size);
    graph.setNode(node.id, { width: size?.width ?? widthOf(node, stack), height: size?.height ?? HEIGHT });
  }
  for (const { from, to, kind, labels } of flow.edges) {
    const label = labelOf(labels);
    const weight = kind === 'catch' ? 1 : 4;
    const size = label && { width: label.width, height: label.height, labelpos: 'c' };
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

function sizeContainer(node: GraphNode, stack: string): Sized {
  const flows = node.flows.map((flow) => sizeFlow(flow, stack, false));
  const height = Math.max(...flows.map((flow) => flow.height), HEIGHT);
  const all: Sized = { width: 0, height: height + TITLE + PADDING, boxes: [], lines: [], lanes: [], marks: [] };
  let x = PADDING;
  for (const flow of flows) {
    move(flow, x, TITLE, all);
    if (flows.length > 1) all.lanes.push({ x, y: TITLE, width: flow.width, height });
    x += flow.width + PADDING;
  }
  return { ...all, width: Math.max(x, widthOf(node, stack)) };
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
    const label = edge.x === undefined ? undefined : labelOf(labels);
    all.lines.push({
      from,
      to,
      kind,
      points: edge.points,
      ...(label && { label: { ...label, x: edge.x!, y: edge.y! } }),
    });
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

/** What a node does, without the name of the stack. */
export const captionOf = ({ caption }: GraphNode, stack: string): string => caption.replace(`${stack}-`, '');

function widthOf(node: GraphNode, stack: string): number {
  const { type, name } = node;
  const texts = Math.max(textWidth(name, NAME_FONT), textWidth(captionOf(node, stack), UNDER_FONT));
  return Math.min(WIDEST, Math.max(WORKING.has(type) ? LEAST_WORKING : LEAST, Math.ceil(texts) + AROUND_TEXTS));
}

function labelOf(labels: readonly string[]): Label | undefined {
  const title = labels.join(', ');
  if (title === '') return undefined;
  const lines = linesOf(title);
  const width = Math.ceil(Math.max(...lines.map((line) => textWidth(line, LABEL_FONT)))) + 2 * LABEL.padding + 4;
  return { lines, title, width, height: lines.length * LABEL.line + LABEL.padding };
}

/** Long rules are broken where a word ends, as near to their middle as it can be: a rank of many is half as wide. */
function linesOf(text: string): string[] {
  if (textWidth(text, LABEL_FONT) <= LABEL.widest * 0.6) return [text];
  const distance = (at: number): number => Math.abs(at - text.length / 2);
  const spaces = [...text.matchAll(/ /g)].map(({ index }) => index).sort((a, b) => distance(a) - distance(b));
  const parts = spaces[0] === undefined ? [text] : [text.slice(0, spaces[0]), text.slice(spaces[0] + 1)];
  return parts.map((part) => clipTo(part, LABEL.widest, LABEL_FONT));
}
